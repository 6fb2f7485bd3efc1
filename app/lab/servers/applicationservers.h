// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"

namespace understudy::lab {

/// The four instances of the stand-in application and the two env files that they read at their start.
[[nodiscard]] Result<QList<ProcessSpec>> makeApplication(const LabSetup &setup);
/// The plan that a console opens this lab with.
[[nodiscard]] Result<Unit> writeLabPlan(const LabSetup &setup);

} // namespace understudy::lab
