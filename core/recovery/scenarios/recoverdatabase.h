// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/databaserecovery.h"

namespace understudy {

/// What has to be found out before a run begins, and stays with it: the newest backup and its moment in the place of
/// RunOptions::newestDump(), and the Neon branch that the application is on. Asks the store or the control plane; blocks
/// for 30 s at most.
[[nodiscard]] Result<RunOptions> withSourceChosen(const Plan &plan, RunOptions options, const SecretResolver &secrets, const CancelToken &cancel);

/// One name for one database, however it is reached just now: what is locked while one works on it.
QString databaseResource(const DatabasePlan &plan);

/// Scenario A: a copy of an earlier moment, verified, the application moved to it, proved. Looks at nothing;
/// `secrets` outlives the recipe. InvalidInput without a database, a provider or a moment with its zone.
[[nodiscard]] Result<Recipe> recoverDatabase(const Plan &plan, const RunOptions &options, const SecretResolver &secrets,
                                             const RestoreProviderMaker &maker = makeRestoreProvider);

} // namespace understudy
