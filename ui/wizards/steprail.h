// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QFrame>

class QLabel;

namespace understudy::ui {

class StepList;

/// The wizard's leading column: the steps, how many were left out or are open, and what closing the
/// window does.
class StepRail : public QFrame
{
    Q_OBJECT
public:
    explicit StepRail(QWidget *parent = nullptr);
    void setRun(const RunView &run, const QDateTime &now);
    StepList *steps() const { return m_steps; }

private:
    StepList *m_steps;
    QLabel *m_counts;
};

} // namespace understudy::ui
