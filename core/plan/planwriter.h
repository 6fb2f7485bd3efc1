// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

namespace understudy {

/// The plan as a plan file: readPlan reads it back to an equal plan, but for `version` and `path`.
/// Sections that the plan leaves out stay out; those that it has say their defaults too.
QString planToYaml(const Plan &plan);

/// A duration as the plan file writes it, in its largest whole unit: "90d", "24h", "5m", "1500ms".
QString durationForPlan(Milliseconds duration);

} // namespace understudy
