// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runquestions.h"

#include "ui/parts/modeband.h"
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

/// Another one than that of going forward: fingers that have just typed it must not go back by habit.
QString undoPhrase(const RunView &run)
{
    const QString prefix = confirmPrefix(run.mode);
    return prefix + QStringLiteral("undo ") + (run.phrase.startsWith(prefix) ? run.phrase.mid(prefix.size()) : run.phrase);
}

Question undo(const RunView &run)
{
    // The way back of an act that could lose data is an act of the same kind: confirmed as strongly.
    bool typed = false;
    QStringList ways;
    for (const StepView *step : undoable(run)) {
        typed = typed || step->hazard >= Hazard::ReversibleWithLoss;
        ways << QuestionText::tr("%1: %2").arg(step->name, step->preview.wayBack.isEmpty()
                                                               ? QuestionText::tr("its way back is carried out and proved")
                                                               : step->preview.wayBack);
    }
    return {.title = QuestionText::tr("%1 · Undo: %2").arg(modeWord(run.mode), verbAndTarget(run)),
            .text = QuestionText::tr("Everything that this run did is taken back, newest first, and "
                                     "the end is proved:\n\n%1")
                            .arg(ways.join(QLatin1Char('\n')))
                    + (run.undoLoss.isEmpty() ? QString() : QuestionText::tr("\n\nAs last counted, %1.").arg(run.undoLoss)),
            .field = typed ? QuestionText::tr("Type %1").arg(undoPhrase(run)) : QString(),
            .expected = typed ? undoPhrase(run) : QString(),
            .accept = QuestionText::tr("Undo: %1").arg(verbAndTarget(run)),
            .refuse = QuestionText::tr("Leave it as it is")};
}

Question end(const RunView &run)
{
    QStringList stands;
    for (const StepView *step : undoable(run))
        stands.prepend(step->name);
    const QString left = stands.isEmpty() ? QString()
                                          : QuestionText::tr("\n\nThis stays in force, and only Undo takes it back: %1.").arg(stands.join(QStringLiteral(" · ")));
    return {.title = QuestionText::tr("End run %1").arg(run.id),
            .text = QuestionText::tr("Nothing more is done. What was done stays as it is, and is "
                                     "in the journal. Closing the window instead lets the run "
                                     "stand still here.") + left,
            .accept = QuestionText::tr("End run %1").arg(run.id),
            .refuse = QuestionText::tr("Do not end it")};
}

} // namespace understudy::ui::runquestions
