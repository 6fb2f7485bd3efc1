// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

#include <functional>

class QLineEdit;
class QListWidget;

namespace understudy::ui {

/// Something that can be asked for by name.
struct Command
{
    QString name;   ///< "Redis", "Recover Redis…", "Copy DevOps Lead"
    QString detail; ///< "page", "contact: devops@…"
    std::function<void()> run;
};

/// Ctrl+K: type a few letters of a page, an act or a contact, press Enter.
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    explicit CommandPalette(const QList<Command> &commands, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search(const QString &typed);
    void runSelected();

    QList<Command> m_commands;
    QLineEdit *m_field;
    QListWidget *m_list;
};

} // namespace understudy::ui
