// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/probes.h"

#include "core/health/databaseprobe.h"
#include "core/health/pagerprobe.h"
#include "core/health/poolsprobe.h"
#include "core/health/redisprobe.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

std::vector<std::unique_ptr<Probe>> makeProbes(const Plan &plan, const SecretResolver &secrets,
                                               const Clock &clock)
{
    std::vector<std::unique_ptr<Probe>> probes;
    if (plan.database)
        probes.push_back(std::make_unique<DatabaseProbe>(plan, secrets, clock));
    if (plan.redis) {
        const Host *via = plan.host(plan.redis->via);
        probes.push_back(std::make_unique<RedisProbe>(*plan.redis, via ? std::optional<Host>(*via) : std::nullopt, secrets, clock));
    }
    if (plan.application && !plan.application->pools.isEmpty())
        probes.push_back(std::make_unique<PoolsProbe>(plan, &secrets, clock, PoolsProbe::costFile(plan)));
    // A plan with a routing key alone can page, but nobody can see what became of it.
    if (plan.paging.canLook())
        probes.push_back(std::make_unique<PagerProbe>(plan, secrets, clock));
    return probes;
}

} // namespace understudy
