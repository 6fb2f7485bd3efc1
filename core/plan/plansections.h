// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plansection.h"

namespace understudy::plansections {

/// The parts of the plan's reader, one a section of the file; each fills what it can read and reports
/// the rest. Hosts come first: the others refer to them.
void readHosts(const PlanSection &file, Plan &plan);
void readDatabase(const PlanSection &file, Plan &plan);
void readRedis(const PlanSection &file, Plan &plan);
void readApplication(const PlanSection &file, Plan &plan);
void readTraffic(const PlanSection &application, TrafficPlan &traffic);
void readMonitoring(const PlanSection &file, Plan &plan);
void readCost(const PlanSection &file, Plan &plan);
void readPaging(const PlanSection &file, Plan &plan);
void readProcedures(const PlanSection &file, Plan &plan);

} // namespace understudy::plansections
