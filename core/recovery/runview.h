// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/recipe.h"

#include <optional>

namespace understudy {

/// Six signs on the screen, and the four more that the runner knows.
enum class StepState {
    Waiting, Current /* asks for a decision */, Acting, Proving, Done, Skipped, Overridden, Failed, Unknown, Undone
};
QString stepStateName(StepState state);

struct OutputLine
{
    QDateTime at;
    QString text;
    bool operator==(const OutputLine &) const = default;
};

struct StepView
{
    QString id, name;
    StepState state = StepState::Waiting;
    Hazard hazard = Hazard::None;
    Confirmation confirmation = Confirmation::None;
    bool optional = false;
    bool canUndo = false;
    QString confirmedWith; ///< id of the earlier step whose confirmation covers this one; empty: none
    StepPreview preview;
    QList<PreflightCheck> preflight;
    QList<OutputLine> output; ///< newest 200
    QString result; ///< evidence, reason of a skip, or what failed and what to do
    QDateTime startedAt;
    std::optional<Milliseconds> took;
    bool operator==(const StepView &) const = default;
};

/// A run as it stands: a fold over its journal plus the previews of the current step. Sent by queued
/// signal on every change; a value, so the window never waits for the run.
struct RunView
{
    enum class State { Preparing, WaitingForOperator, Running, WaitingCommit, Ended };
    QString id;
    QString scenario, title;
    Mode mode = Mode::Production;
    QString planVersion, planName;
    State state = State::Preparing;
    QString phrase; ///< whole, with the mode's prefix
    QList<StepView> steps;
    int current = -1; ///< index into steps
    QDateTime began;  ///< when the alert, the outage or the run began, whichever is first: the RTO clock starts here
    QString objective;
    Milliseconds within{0};
    QDateTime commitUntil;
    QString outcome; ///< recovered, undone, refused, failed, needs_operator; empty while open
    QString explanation; ///< what the outcome means and what to do now
    std::optional<Milliseconds> recoveryTime;
    QString concern;     ///< what was seen since that speaks against keeping it; empty: nothing
    QString undoLoss;    ///< what going back would leave behind, as last counted; empty: not counted
    QString dataLoss; ///< "none", "0 to 12 KB", "unknown"
    QString journalFile;
    bool operator==(const RunView &) const = default;
    int count(StepState state) const;
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::RunView)
