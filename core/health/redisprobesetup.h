// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/plan/plan.h"

namespace understudy {

/// What a RedisProbe needs: the plan's section, and its secrets resolved beforehand. A secret that could
/// not be found leaves a fault here: what needs it is then unknown for that reason, nothing else.
struct RedisProbeSetup
{
    RedisPlan plan;
    Secret password, sentinelPassword;
    std::optional<Error> passwordFault, sentinelPasswordFault;
    std::optional<Host> via{};   ///< the host that plan.via names
    Milliseconds deadline{3000}; ///< to connect, and for each answer
};

} // namespace understudy
