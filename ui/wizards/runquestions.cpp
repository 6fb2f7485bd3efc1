// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runquestions.h"

#include "ui/wizards/runwords.h"

#include <QCoreApplication>

namespace understudy::ui::runquestions {

namespace {

struct QuestionText
{
    Q_DECLARE_TR_FUNCTIONS(RunQuestions)
};

} // namespace

Question skip(const RunView &run)
{
    const StepView *step = currentStep(run);
    return {.title = QuestionText::tr("Skip step %1 %2")
                         .arg(run.current + 1)
                         .arg(step ? step->name : QString()),
            .text = QuestionText::tr("The step is left out. That and its reason stay visible to "
                                     "the end, in the journal and in the report."),
            .field = QuestionText::tr("Reason"),
            .accept = QuestionText::tr("Skip step %1").arg(run.current + 1),
            .refuse = QuestionText::tr("Do not skip")};
}

Question undo(const RunView &run, const StepView &newest)
{
    // The way back of an act that could lose data is an act of the same kind: confirmed as strongly.
    const bool typed = newest.hazard >= Hazard::ReversibleWithLoss;
    const QString way = newest.preview.wayBack.isEmpty()
                            ? QuestionText::tr("Its way back is carried out and proved.")
                            : newest.preview.wayBack;
    return {.title = QuestionText::tr("%1 · Undo %2").arg(modeName(run.mode).toUpper(), newest.name),
            .text = QuestionText::tr("Newest step that can be undone: %1.\n%2\nEarlier steps "
                                     "follow, newest first.")
                        .arg(newest.name, way),
            .field = typed ? QuestionText::tr("Type %1").arg(run.phrase) : QString(),
            .expected = typed ? run.phrase : QString(),
            .accept = QuestionText::tr("Undo %1").arg(newest.name),
            .refuse = QuestionText::tr("Leave it as it is")};
}

Question end(const RunView &run)
{
    return {.title = QuestionText::tr("End run %1").arg(run.id),
            .text = QuestionText::tr("Nothing more is done. What was done stays as it is, and is "
                                     "in the journal. Closing the window instead lets the run "
                                     "stand still here."),
            .accept = QuestionText::tr("End run %1").arg(run.id),
            .refuse = QuestionText::tr("Do not end it")};
}

} // namespace understudy::ui::runquestions
