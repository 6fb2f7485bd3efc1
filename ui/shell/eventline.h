// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

namespace understudy::ui {

class ConsoleState;
class ElidedButton;

/// The strip at the foot: the latest events, and how many contradictions there are. Both open the
/// journal page, where all of them stand.
class EventLine : public QFrame
{
    Q_OBJECT
public:
    explicit EventLine(const ConsoleState &state, QWidget *parent = nullptr);

signals:
    void journalAsked();

private:
    void refresh();

    const ConsoleState &m_state;
    ElidedButton *m_events;
    ElidedButton *m_contradictions;
};

} // namespace understudy::ui
