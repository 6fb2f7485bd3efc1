// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plannodes.h"

namespace understudy::plansectionwriters {

/// The systems' sections of a plan file, as planToYaml writes them.
PlanNodes database(const DatabasePlan &database);
PlanNodes redis(const RedisPlan &redis);
PlanNodes application(const ApplicationPlan &application);
PlanNodes monitoring(const MonitoringPlan &monitoring);
PlanNodes cost(const CostLimit &limit);
PlanNodes paging(const PagingPlan &paging);

} // namespace understudy::plansectionwriters
