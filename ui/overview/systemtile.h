// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/panel.h"

namespace understudy::ui {

class AgeLabel;
class ConsoleState;

/// One system on the overview: its state, its age and, in the body, what matters most. A click
/// opens the system's page, as its key does.
class SystemTile : public Panel
{
    Q_OBJECT
public:
    SystemTile(const QString &title, const QString &system, const ConsoleState &state,
               QWidget *parent = nullptr);
    virtual void refresh();

signals:
    void opened(const QString &system);

protected:
    void mouseReleaseEvent(QMouseEvent *event) override;
    const ConsoleState &state() const { return m_state; }
    const SystemHealth *system() const;

private:
    void showState();

    const ConsoleState &m_state;
    QString m_system;
    AgeLabel *m_age;
    QLabel *m_reason;
};

} // namespace understudy::ui
