// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/recovery/bisect/probebook.h"
#include "core/systems/restore/restoreprovider.h"

namespace understudy {

using SayLine = std::function<void(const QString &)>;

/// How to take a copy away. The waits end at a cancel; the deadline bounds everything.
struct ProbeRemoval
{
    Milliseconds deadline{60'000};
    Milliseconds pause{500};   ///< between two tries, while the provider is locked or does not answer
    Milliseconds absentFor{0}; ///< a copy that is not there may still come, when the answer to its creation was lost
    CancelToken cancel = {};
    SayLine say = {};          ///< one line for a person; may be empty
};

/// Deletes the copy of that name and sees that it is gone. What was seen, in words: "deleted", "there was none".
[[nodiscard]] Result<QString> removeProbeCopy(const RestoreProvider &provider, const QString &name, const ProbeRemoval &removal, const Clock &clock);

/// What dead bisections have left behind.
struct ProbeSweep
{
    QStringList gone = {}; ///< names of copies that are not there any more
    QStringList left = {}; ///< names of those that could not be deleted
    std::optional<Error> error = {}; ///< why: the first one
    bool inUse = false; ///< a run or a bisection holds the resource; nothing was looked at
};
/// For the holder of the resource's lock: every other bisection of it is dead.
ProbeSweep sweepProbesLocked(const QString &folder, const QString &resource, const RestoreProvider &provider, const ProbeRemoval &removal, const Clock &clock);
/// Takes the lock itself, for a start of a program. Asks the provider nothing when no copy is recorded.
ProbeSweep sweepProbes(const QString &folder, const QString &resource, const RestoreProvider &provider, const ProbeRemoval &removal, const Clock &clock);

/// Waits in slices; false: cancelled.
bool restBetweenProbes(const Clock &clock, Milliseconds time, const CancelToken &cancel);
/// Locked (423, 429), no more copies allowed, control plane away: what a provider says for a while.
bool isPassingTrouble(const Error &error);

} // namespace understudy
