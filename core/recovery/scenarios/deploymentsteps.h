// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/deploymentlook.h"
#include "core/systems/secrets/secretresolver.h"

#include <memory>

/// The steps of scenario C. Facts: "identify" holds the
/// counters of users' requests by then; "switch" holds from, to, tag, builds, unknown_builds, error_rate_before (in the
/// intent), asked_at; "prove" holds
/// last_old_at, first_new_at, proved_at.
namespace understudy::deployment {

struct Rollback
{
    Plan plan;
    QString to;
    const SecretResolver &secrets;
    std::shared_ptr<const TrafficProvider> traffic;
    bool despiteSchema = false; ///< whoever began the run knows that it works with another migration
};
using RollbackPtr = std::shared_ptr<const Rollback>;

Step identify(const RollbackPtr &rollback);
Step switchTraffic(const RollbackPtr &rollback);
Step proveServing(const RollbackPtr &rollback);
Step proveDrained(const RollbackPtr &rollback);
QJsonObject deploymentSummary(const QJsonObject &facts);

/// Everything that speaks against the target; each verdict with its reason.
QList<PreflightCheck> gates(const Rollback &rollback, const CancelToken &cancel);
PreflightCheck schemaGate(const Rollback &rollback);
/// Waits until `answersProved` in a row came from `colour`. Notes nothing.
[[nodiscard]] Result<QString> waitServing(StepContext &context, const Rollback &rollback, const QString &colour, QJsonObject *facts);

} // namespace understudy::deployment
