// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/deploymentlook.h"
#include "core/systems/secrets/secretresolver.h"

#include <memory>
#include <mutex>

/// The steps of scenario C. Facts: "identify" holds the
/// counters of users' requests by then; "switch" holds from, to, tag, builds, unknown_builds, error_rate_before (in the
/// intent), asked_at; "prove" holds
/// last_old_at, first_new_at, proved_at.
namespace understudy::deployment {

/// What stood on the page that was confirmed: between a click and the act nobody is asked again. Thread safe.
class ShownLook
{
public:
    struct Content
    {
        DeploymentLook look;
        QJsonValue rateBefore; ///< of failed requests, of the colour that serves; null: not to be told
    };
    void keep(const Content &content)
    {
        const std::lock_guard guard(m_mutex);
        m_content = content;
    }
    std::optional<Content> content() const
    {
        const std::lock_guard guard(m_mutex);
        return m_content;
    }

private:
    mutable std::mutex m_mutex;
    std::optional<Content> m_content;
};

struct Rollback
{
    Plan plan;
    QString to;
    const SecretResolver &secrets;
    std::shared_ptr<const TrafficProvider> traffic;
    bool despiteSchema = false; ///< whoever began the run knows that it works with another migration
    std::shared_ptr<ShownLook> shown = std::make_shared<ShownLook>();
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
