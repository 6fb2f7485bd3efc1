// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/trafficprovider.h"

#include "core/systems/cloudflare/cloudflaretraffic.h"
#include "core/systems/traffic/haproxytraffic.h"
#include "core/systems/traffic/nginxfile.h"
#include "core/systems/traffic/nginxflag.h"
#include "core/systems/traffic/nginxinclude.h"
#include "core/systems/traffic/trafficcommand.h"

namespace understudy {

Result<std::unique_ptr<TrafficProvider>> TrafficProvider::forPlan(const Plan &plan, const SecretResolver *secrets)
{
    if (!plan.application || plan.application->traffic.kind.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan does not say who directs the traffic"),
                    QStringLiteral("Add `traffic` to its application, with nginx_file for one."));
    const TrafficPlan &traffic = plan.application->traffic;
    if (traffic.kind == QLatin1String("nginx_file"))
        return std::unique_ptr<TrafficProvider>(std::make_unique<NginxFile>(plan));
    if (traffic.kind == QLatin1String("nginx_include"))
        return std::unique_ptr<TrafficProvider>(std::make_unique<NginxInclude>(plan));
    if (traffic.kind == QLatin1String("haproxy"))
        return std::unique_ptr<TrafficProvider>(std::make_unique<HaproxyTraffic>(plan));
    if (traffic.kind == QLatin1String("command"))
        return std::unique_ptr<TrafficProvider>(std::make_unique<TrafficCommand>(plan));
    if (traffic.kind == QLatin1String("nginx_flag")) {
        if (const Result<QString> fits = NginxFlag::snippet(plan); !fits)
            return fail(fits.error());
        return std::unique_ptr<TrafficProvider>(std::make_unique<NginxFlag>(plan));
    }
    if (traffic.kind == QLatin1String("cloudflare") && secrets)
        return std::unique_ptr<TrafficProvider>(std::make_unique<CloudflareTraffic>(plan, *secrets));
    return fail(ErrorCode::InvalidInput, QStringLiteral("traffic by %1 is not switched by this version").arg(traffic.kind),
                QStringLiteral("Follow the plan's own words for it: `understudyctl plan render`."));
}

QString TrafficProvider::runsWith(const TrafficLook &seen, const CancelToken &cancel) const
{
    Q_UNUSED(cancel);
    return seen.running;
}

Result<QString> TrafficProvider::putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const
{
    const Result<TrafficLook> seen = look(cancel);
    return seen ? switchTo(colour, *seen, tag, cancel) : fail(seen.error());
}

} // namespace understudy
