// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/failoverredis.h"

namespace understudy {

Result<Recipe> failOverRedis(const Plan &plan, const RunOptions &, const SecretResolver &)
{
    if (!plan.redis)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no Redis"),
                    QStringLiteral("Add a `redis` section to the plan."));
    return fail(ErrorCode::InvalidInput, QStringLiteral("no recipe for redis yet"));
}

} // namespace understudy
