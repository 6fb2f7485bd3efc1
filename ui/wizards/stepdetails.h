// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QScrollArea>

class QPlainTextEdit;

namespace understudy::ui {

class HeadingRow;
class RowGrid;
class StateBadge;

/// Everything about one step that an operator must have read before its button lives: why, the
/// exact act, what it does not do, what to expect, pre-flight, live output, and the same thing by
/// hand.
class StepDetails : public QScrollArea
{
    Q_OBJECT
public:
    explicit StepDetails(QWidget *parent = nullptr);
    /// `covered`: names of the steps that its confirmation covers as well.
    void setStep(int number, const StepView &step, const QStringList &covered);

private:
    void rebuild(const StepView &step);
    void setOutput(const QList<OutputLine> &lines);

    StateBadge *m_hazard;
    HeadingRow *m_heading;
    RowGrid *m_rows = nullptr;
    QPlainTextEdit *m_output = nullptr;
    StepView m_shown; ///< without its output: what the rows were built from
    QStringList m_covered;
    QList<OutputLine> m_outputShown;
};

} // namespace understudy::ui
