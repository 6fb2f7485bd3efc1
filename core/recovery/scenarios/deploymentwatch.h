// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/deploymentlook.h"
#include "core/recovery/scenarios/trafficseen.h"
#include "core/recovery/step.h"

/// Whether the colour that was switched to serves users well, while the decision to keep it waits.
namespace understudy::deployment {

struct ServiceJudgement
{
    enum class Is {
        TooFew,  ///< nothing can be said
        Well,
        NotWell, ///< above the plan's limit, as before: the switch has not helped
        Worse    ///< above the limit (or, without one, clearly more than before): going back is better
    };
    Is is = Is::TooFew;
    QString words;
};

/// Pure. `before`: ratio of failed requests before the switch; `limit`: the plan's, for a rollback.
ServiceJudgement judgeService(const TrafficCounters &since, std::optional<double> before, std::optional<double> limit);

/// Looks every 5 s by itself; says what it sees, and journals what has changed. For one run and one thread.
class ServiceWatch
{
public:
    void look(StepContext &context, const Plan &plan, const QString &colour);

private:
    void lookAtTraffic(StepContext &context, const Plan &plan, const QString &colour);
    void lookAtEntry(StepContext &context, const Plan &plan, const QString &colour);
    void tell(StepContext &context, ServiceJudgement::Is is, const QString &words);
    /// What stands against keeping it is both, whichever of them was seen last.
    void concern(StepContext &context, QString &which, const QString &words);

    struct Seen
    {
        Milliseconds at{0};
        TrafficSeen counters;
    };
    std::optional<DeploymentLook> m_look;
    QList<Seen> m_seen; ///< of the last minute
    ServiceJudgement::Is m_is = ServiceJudgement::Is::Well;
    QString m_ofTraffic, m_ofEntry; ///< what speaks against keeping it; empty: nothing
};

} // namespace understudy::deployment
