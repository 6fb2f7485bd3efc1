// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labsetup.h"
#include "app/lab/supervisor.h"

#include <functional>

namespace understudy::lab {

/// Starts everything under the supervisor and waits until users could be served: Redis with a quorum,
/// a seeded database with a base backup, every instance started and ready, nginx answering.
/// Blocks; `interrupted` ends it early. On failure the processes are left to the supervisor's endAll.
[[nodiscard]] Result<Unit> bringUp(Supervisor &supervisor, const LabSetup &setup, const std::function<bool()> &interrupted);

} // namespace understudy::lab
