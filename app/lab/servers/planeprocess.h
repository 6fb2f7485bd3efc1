// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"
#include "app/lab/plane/planetime.h"

namespace understudy::lab {

/// The stand-in for Neon's control plane; its branches are kept beside it. `since`: end of the base backup.
[[nodiscard]] Result<ProcessSpec> makePlane(const LabSetup &setup, Moment since);
/// The servers that the control plane may ask the supervisor for: one for each reserved port.
[[nodiscard]] Result<QList<ProcessSpec>> makeBranchServers(const LabSetup &setup);

} // namespace understudy::lab
