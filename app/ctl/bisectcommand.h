// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/plan/plan.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy::ctl {

class CommandLine;

/// `recover database --bisect SQL`: the options stand in `line`. The result is the process's exit code.
int bisectCommand(const CommandLine &line, const Plan &plan, const SecretResolver &secrets, const Clock &clock);
/// Deletes copies that bisections have left which died. Asks nobody when none is recorded; else it takes some
/// seconds at most, and says what it did on standard error.
void tidyAfterBisections(const Plan &plan, const SecretResolver &secrets, const Clock &clock);

} // namespace understudy::ctl
