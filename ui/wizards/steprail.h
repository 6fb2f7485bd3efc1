// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QFrame>

class QLabel;

namespace understudy::ui {

class ConsoleState;
class StepList;

/// The wizard's leading column: the steps, how many were left out or are open, the day's cost, and what
/// closing the window does.
class StepRail : public QFrame
{
    Q_OBJECT
public:
    explicit StepRail(QWidget *parent = nullptr);
    void setRun(const RunView &run, const QDateTime &now);
    StepList *steps() const { return m_steps; }
    /// Shows what the day has cost so far: the retries of a recovery must not run into the limit unseen.
    void watchCost(const ConsoleState &state);

private:
    StepList *m_steps;
    QLabel *m_cost;
    QLabel *m_counts;
};

} // namespace understudy::ui
