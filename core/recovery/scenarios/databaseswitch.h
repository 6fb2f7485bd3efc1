// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/step.h"
#include "core/systems/envfile/databaseaddress.h"
#include "core/systems/envfile/envedit.h"
#include "core/systems/envfile/envfilestore.h"
#include "core/systems/processes/processsight.h"
#include "core/systems/restore/restoreprovider.h"

#include <memory>

namespace understudy {

/// What the three steps that move an application to a restored database are given. Never changes;
/// they keep what they learn in the facts "switch-environment", "restart-processes" and
/// "prove-drained".
struct DatabaseSwitch
{
    Plan plan;
    /// The database to move to. An Error while there is none: previews then say so, and nothing is
    /// done.
    std::function<Result<RestoredCopy>(StepContext &)> copy;
    /// The address before the switch, for when no file of the plan's says it. May be empty.
    std::function<Result<Secret>(StepContext &)> former = {};
    Secret formerPooled =
        {}; ///< the old database's pooler, where its host's name does not tell; may be empty
    Milliseconds drainsWithin{60'000}; ///< how long the proof waits for sessions to come and go
};
using DatabaseSwitchPtr = std::shared_ptr<const DatabaseSwitch>;

namespace databasesteps {

/// Changes the address in every env file of the plan. Its undo puts the files back and then starts
/// the processes again that `restartProcesses` had started: after the files, as they would come up
/// with the new address otherwise.
Step switchEnvironment(const DatabaseSwitchPtr &database);
/// One instance at a time, idle colours first; each is proved before the next is touched.
Step restartProcesses(const DatabaseSwitchPtr &database);
/// Looks only: who is on the old database, who on the new one, and what cannot be seen.
Step proveDrained(const DatabaseSwitchPtr &database);

// Shared by the three.

/// Where one of the plan's env files is: "~" and paths that start at the plan are resolved on this
/// machine.
EnvFileStore storeOf(const Plan &plan, const EnvFile &file);
/// All keys of all env files.
QStringList keysOf(const Plan &plan);
QList<PoolInstance> instancesOf(const Plan &plan);
Result<DatabaseTarget> newTarget(StepContext &context, const DatabaseSwitch &database);
/// Where the files led before: from their backups once they are switched, else from the files.
Result<DatabaseTarget> formerTarget(StepContext &context, const DatabaseSwitch &database);

/// On which database a process is by its environment.
struct Effective
{
    enum class Side { New, Old, Elsewhere, ReadsItself, Unknown };
    Side side = Side::Unknown;
    QString words; ///< "has ep-x.example:5432/shop": no secret
};
Effective effectiveOf(const ProcessSight &sight, const DatabaseTarget &wanted,
                      const DatabaseTarget &other);
/// "blue-1 (pid 12 on app-1)".
QString labelOf(const PoolInstance &instance, const ProcessSight &sight, const Host &host);

/// Starts one instance again so that it has `wanted`, and waits until that is proved. Returns the
/// evidence; NotProved names the process that has another address.
Result<QString> restartOn(StepContext &context, const DatabaseSwitch &database,
                          const PoolInstance &instance, const DatabaseTarget &wanted,
                          const DatabaseTarget &other, const QStringList &startedBefore);
/// What tells the running processes of an instance from later ones; empty: none runs, or it cannot
/// be seen.
QStringList startsOf(StepContext &context, const DatabaseSwitch &database,
                     const PoolInstance &instance);
/// Starts those again that this run has started on the copy, on the old database. After the files
/// are back.
Result<QString> restartBack(StepContext &context, const DatabaseSwitch &database);

} // namespace databasesteps
} // namespace understudy
