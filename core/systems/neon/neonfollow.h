// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/neon/neonprovider.h"

namespace understudy {

/// The id of the branch that is reached at `server` ("ep-1.db.example:5432"): a recovery that was kept has moved the
/// application to a copy, and what is restored next is that copy's past. Empty: no endpoint of the project leads
/// there, or several do and it cannot be told which. Blocks; asks for at most ten addresses where one host has
/// several endpoints.
[[nodiscard]] Result<QString> branchReachedAt(const QString &server, const NeonPlan &plan, const Secret &key, Milliseconds deadline,
                                              const CancelToken &cancel);

/// The plan with that branch in the place of the one it names; as it is where the one it names is reached there, and
/// when it cannot be told. Blocks.
NeonPlan followed(const NeonPlan &plan, const Secret &key, const QString &server, Milliseconds deadline, const CancelToken &cancel);

} // namespace understudy
