// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace understudy::ui {

class ConsoleState;
class Page;

/// The list of pages at the leading edge, each with the state sign of its system when that is not
/// healthy. Alt+1 and on choose one from anywhere.
class Navigation : public QFrame
{
    Q_OBJECT
public:
    explicit Navigation(const ConsoleState &state, QWidget *parent = nullptr);
    void add(const Page &page);
    void setCurrent(const QString &key);
    QWidget *lastEntry() const; ///< after which the focus goes on into the page

signals:
    void chosen(const QString &key);

private:
    struct Entry
    {
        QString key, system;
        QPushButton *button;
        QLabel *sign;
    };
    void refresh();

    const ConsoleState &m_state;
    QList<Entry> m_entries;
    QVBoxLayout *m_column;
};

} // namespace understudy::ui
