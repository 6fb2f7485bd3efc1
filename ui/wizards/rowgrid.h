// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QGridLayout;

namespace understudy::ui {

/// Ruled rows of a muted name and its content: how every page of the wizard is read.
/// A row whose text is empty is left out.
class RowGrid : public QWidget
{
    Q_OBJECT
public:
    explicit RowGrid(QWidget *parent = nullptr);
    void addText(const QString &name, const QString &text);
    void addLines(const QString &name, const QStringList &lines);
    /// Exact texts, each with a Copy button and what stands behind it ("on Sentinel …").
    struct Command
    {
        QString text, after;
    };
    void addCommands(const QString &name, const QList<Command> &commands);
    void addWidget(const QString &name, QWidget *content);

private:
    QGridLayout *m_grid;
};

} // namespace understudy::ui
