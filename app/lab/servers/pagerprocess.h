// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"

namespace understudy::lab {

/// The stand-in for PagerDuty; its incidents are kept beside it.
[[nodiscard]] Result<ProcessSpec> makePager(const LabSetup &setup);

} // namespace understudy::lab
