// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/plan/plan.h"
#include "core/recovery/integrity/salvage.h"
#include "core/recovery/runrecord.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// Exports the rows that a finished or waiting recovery of the database has left behind: those that are in
/// the old database and not in the one that is used now; of a run that was undone, those of the copy. InvalidInput when the run has switched nothing.
/// Blocks, for a worker thread; see salvage().
[[nodiscard]] Result<Salvage> salvageRun(const Plan &plan, const SecretResolver &secrets, const RunRecord &run, const QString &file,
                                         const Clock &clock, const CancelToken &cancel,
                                         const std::function<void(const QString &)> &say);

} // namespace understudy
