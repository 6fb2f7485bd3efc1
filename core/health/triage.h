// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy {

/// From symptoms to named scenarios, each with its evidence. Pure: the snapshot's own
/// recommendations are not looked at. A cause hides its consequences: a lost database makes pools
/// fail, and then no deployment is recommended.
QList<Recommendation> recommend(const HealthSnapshot &snapshot, const Plan &plan);

} // namespace understudy
