// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/commandline.h"

namespace understudy::ctl {

void addPlanInitOptions(CommandLine &line);
/// Asks on a terminal for what no option gave, tries the connections, and writes the plan beside what
/// it found. Never asks when standard input is not a terminal, never overwrites without --force.
int initPlan(const CommandLine &line);

} // namespace understudy::ctl
