// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/trafficprovider.h"

#include "core/systems/traffic/nginxfile.h"

namespace understudy {

Result<std::unique_ptr<TrafficProvider>> TrafficProvider::forPlan(const Plan &plan)
{
    if (!plan.application || plan.application->traffic.kind.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan does not say who directs the traffic"),
                    QStringLiteral("Add `traffic` to its application, with nginx_file for one."));
    const TrafficPlan &traffic = plan.application->traffic;
    if (traffic.kind == QLatin1String("nginx_file"))
        return std::unique_ptr<TrafficProvider>(std::make_unique<NginxFile>(plan));
    return fail(ErrorCode::InvalidInput, QStringLiteral("traffic by %1 is not switched by this version").arg(traffic.kind),
                QStringLiteral("Follow the plan's own words for it: `understudyctl plan render`."));
}

} // namespace understudy
