// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/recoverdeployment.h"

#include "core/recovery/scenarios/acknowledgealert.h"
#include "core/recovery/scenarios/deploymentsteps.h"
#include "core/recovery/scenarios/deploymentwatch.h"

namespace understudy {
namespace {

Result<Unit> checkColour(const Plan &plan, const QString &colour)
{
    QStringList named;
    for (const Pool &pool : plan.application->pools)
        named.append(pool.colour);
    if (named.contains(colour))
        return Unit{};
    return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no colour '%1'").arg(colour),
                QStringLiteral("There are: %1.").arg(named.join(QStringLiteral(", "))));
}

Result<Unit> checkApplication(const Plan &plan)
{
    if (!plan.application || plan.application->entry.isEmpty() || plan.application->pools.size() < 2)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no two colours behind an entry"),
                    QStringLiteral("Add `entry` and `pools` to its application."));
    return Unit{};
}

} // namespace

Result<Recipe> recoverDeployment(const Plan &plan, const RunOptions &options, const SecretResolver &secrets)
{
    if (const Result<Unit> named = checkApplication(plan); !named)
        return fail(named.error());
    if (const Result<Unit> known = checkColour(plan, options.colour); !known)
        return fail(known.error());
    Result<std::unique_ptr<TrafficProvider>> traffic = TrafficProvider::forPlan(plan, &secrets);
    if (!traffic)
        return fail(traffic.error());
    const auto rollback = std::make_shared<const deployment::Rollback>(
        deployment::Rollback{plan, options.colour, secrets, std::shared_ptr<const TrafficProvider>(std::move(*traffic)), options.despiteSchema});
    Recipe recipe{.scenario = QStringLiteral("bad-deployment"),
                  .title = QStringLiteral("Roll back the deployment: switch to %1").arg(options.colour),
                  .resource = QStringLiteral("traffic %1").arg(plan.application->entry),
                  .phrase = QStringLiteral("switch to %1").arg(options.colour),
                  .watch = [rollback, watch = std::make_shared<deployment::ServiceWatch>()](StepContext &context) {
                      watch->look(context, rollback->plan, rollback->to);
                  },
                  .summary = deployment::deploymentSummary};
    if (!plan.recoveryTime.isEmpty()) {
        recipe.objective = plan.recoveryTime.first().name;
        recipe.within = plan.recoveryTime.first().within;
    }
    recipe.steps.push_back(acknowledgeAlert(plan, secrets));
    recipe.steps.push_back(deployment::identify(rollback));
    recipe.steps.push_back(deployment::switchTraffic(rollback));
    recipe.steps.push_back(deployment::proveServing(rollback));
    recipe.steps.push_back(deployment::proveDrained(rollback));
    recipe.steps.push_back({.id = QStringLiteral("keep"), .name = QStringLiteral("Keep, or go back"), .commit = true});
    return recipe;
}

Result<QString> rollbackColour(const Plan &plan, const CancelToken &cancel)
{
    if (const Result<Unit> named = checkApplication(plan); !named)
        return fail(named.error());
    const deployment::DeploymentLook look = deployment::lookAtDeployment(plan, false, cancel);
    const QString serving = look.serving();
    if (plan.application->pools.size() == 2 && !serving.isEmpty()) {
        const QList<Pool> &pools = plan.application->pools;
        return pools.first().colour == serving ? pools.last().colour : pools.first().colour;
    }
    return fail(ErrorCode::InvalidInput, QStringLiteral("it does not show which colour to go back to: %1").arg(look.entry.text()),
                QStringLiteral("Say it with --to COLOUR."));
}

} // namespace understudy
