// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace understudy::ui {

class ConsoleState;
class ElidedLabel;
class Gauge;

/// The open run's clock against the plan's objective. There only while a run is open.
class OpenRunLine : public QFrame
{
    Q_OBJECT
public:
    explicit OpenRunLine(const ConsoleState &state, QWidget *parent = nullptr);

signals:
    void runAsked(const QString &id);

private:
    void refresh();
    void tick();

    const ConsoleState &m_state;
    QLabel *m_id;
    ElidedLabel *m_title;
    QLabel *m_objective;
    Gauge *m_gauge;
    QLabel *m_used;
    ElidedLabel *m_doing;
    QPushButton *m_open;
};

} // namespace understudy::ui
