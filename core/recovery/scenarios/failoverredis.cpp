// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/failoverredis.h"

#include "core/recovery/scenarios/acknowledgealert.h"
#include "core/recovery/scenarios/redissteps.h"

#include <algorithm>

namespace understudy {
namespace {

/// One name for one Redis, whichever order a plan lists its Sentinels in.
QString resource(const RedisPlan &plan)
{
    const Endpoint first = plan.sentinels.isEmpty() ? Endpoint{} : *std::min_element(plan.sentinels.begin(), plan.sentinels.end(), EndpointOrder());
    return QStringLiteral("redis %1 %2").arg(plan.master, first.text());
}

} // namespace

Result<Recipe> failOverRedis(const Plan &plan, const RunOptions &options, const SecretResolver &secrets)
{
    if (!plan.redis)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no Redis"),
                    QStringLiteral("Add a `redis` section to the plan."));
    const Result<RedisAccess> access = RedisAccess::forPlan(*plan.redis, secrets, plan.host(plan.redis->via));
    if (!access)
        return fail(access.error());
    Secret token;
    if (plan.application) {
        if (const Result<Secret> resolved = secrets.resolve(plan.application->queuesToken))
            token = *resolved;
    }
    const RedisRecoveryPtr redis = std::make_shared<const RedisRecovery>(RedisRecovery{*access, options, plan, token});
    const QString verb = options.promote.isEmpty() ? QStringLiteral("fail over") : QStringLiteral("promote");
    Recipe recipe{.scenario = QStringLiteral("redis-master-failure"),
                  .title = QStringLiteral("Recover Redis: %1 %2").arg(verb, plan.redis->master),
                  .resource = resource(*plan.redis),
                  .phrase = QStringLiteral("%1 %2").arg(verb, options.promote.isEmpty() ? plan.redis->master : options.promote.section(QLatin1Char(','), 0, 0)),
                  .release = [redis](StepContext &context) { return redissteps::release(context, *redis); },
                  .watch = [redis](StepContext &context) { redissteps::watchOldMasters(context, *redis); },
                  .summary = redissteps::summary};
    if (!plan.recoveryTime.isEmpty()) {
        recipe.objective = plan.recoveryTime.first().name;
        recipe.within = plan.recoveryTime.first().within;
    }
    recipe.steps.push_back(acknowledgeAlert(plan, secrets, options.planned));
    recipe.steps.push_back(redissteps::judge(redis));
    if (options.promote.isEmpty()) {
        recipe.steps.push_back(redissteps::preflight(redis));
        recipe.steps.push_back(redissteps::fence(redis));
        recipe.steps.push_back(redissteps::failOver(redis));
    } else {
        recipe.steps.push_back(redissteps::promote(redis));
        recipe.steps.push_back(redissteps::tellSentinels(redis));
    }
    recipe.steps.push_back(redissteps::proveMaster(redis));
    // Before the clients are counted: those that do not follow Sentinel come back only by it.
    recipe.steps.push_back(redissteps::restartBackends(redis));
    recipe.steps.push_back(redissteps::proveClients(redis));
    recipe.steps.push_back(redissteps::queues(redis));
    recipe.steps.push_back({.id = QStringLiteral("keep"), .name = QStringLiteral("Keep, or go back"), .commit = true});
    return recipe;
}

} // namespace understudy
