// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy {

/// Path of the plan that is built into every program; readPlanFile takes it like any other.
QString shippedPlanPath();

} // namespace understudy
