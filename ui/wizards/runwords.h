// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QString>

namespace understudy::ui {

/// The wizard's words, as pure functions: the same word is printed beside a sign and given to a
/// screen reader.

QString stepWord(StepState state);         ///< "done", "waits for you", …
QString hazardWords(const StepView &step); ///< "reversible, may lose 0 to 12 KB"; empty for none
QString verdictWord(PreflightCheck::Verdict verdict); ///< "passed", "warning", …
QString outcomeTitle(const RunView &run);

/// "18:52", "1:02:05": minutes and seconds that do not jump in width.
QString clockText(Milliseconds duration);
/// "14:03:02", UTC. With milliseconds where the order inside a second matters.
QString timeOfDay(const QDateTime &time, bool milliseconds = false);

/// Newest thing known to have happened in the run: output, start or end of a step. Invalid: nothing
/// yet.
QDateTime lastHappened(const RunView &run);
/// How long the outage has lasted; stands still when the run has ended.
Milliseconds outageSoFar(const RunView &run, const QDateTime &now);
/// "RTO 18:52 of 1 h · Critical services"; without an objective, the time alone.
QString raceText(const RunView &run, const QDateTime &now);

/// Honest progress of the current step: who must do what, since when, and what came last.
QString progressText(const RunView &run, const QDateTime &now);
/// What a screen reader is told when `before` became `after`; empty when nothing worth saying
/// changed.
QString announcement(const RunView &before, const RunView &after);
/// "skipped 1 · overridden 0 · unknown 0"
QString countsText(const RunView &run);

/// "Everything is proved", or how many proofs are open: an unknown is never called proved.
QString proofText(const RunView &run);
/// "fail over mymaster": the run's verb and target, without the mode's prefix.
QString verbAndTarget(const RunView &run);

/// The steps that Undo goes back over, in that order: newest first, those that acted and have a way back.
QList<const StepView *> undoable(const RunView &run);
/// Does the step wait for a decision: for the first time, or after it could not be proved?
/// People were moved to another database, and the one that they left may hold rows that exist nowhere else.
bool hasLeftRowsBehind(const RunView &run);
bool isStanding(const StepView &step);
const StepView *currentStep(const RunView &run);
/// "11 Restart the processes": the steps to come that the confirmation of this one covers as well.
QStringList coveredBy(const RunView &run, const QString &step);

} // namespace understudy::ui
