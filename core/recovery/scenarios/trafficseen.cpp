// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/trafficseen.h"

#include "core/systems/http/httpget.h"
#include "core/systems/metrics/exposition.h"

#include <QUrl>

namespace understudy {
namespace {

constexpr Milliseconds metricsAnswer{5'000};
constexpr int mostAsked = 12; ///< times an instance is asked, however many processes it has

} // namespace

TrafficCounters TrafficSeen::all() const
{
    TrafficCounters sum;
    for (const TrafficCounters &one : byProcess)
        sum += one;
    return sum;
}

std::optional<TrafficCounters> TrafficSeen::since(const TrafficSeen &before) const
{
    std::optional<TrafficCounters> sum;
    for (auto now = byProcess.begin(); now != byProcess.end(); ++now) {
        const auto then = before.byProcess.find(now.key());
        const std::optional<TrafficCounters> one = then == before.byProcess.end() ? std::nullopt : trafficBetween(*then, *now);
        if (!one)
            continue;
        if (!sum)
            sum.emplace();
        *sum += *one;
    }
    return sum;
}

QJsonObject TrafficSeen::toJson() const
{
    QJsonObject json;
    for (auto one = byProcess.begin(); one != byProcess.end(); ++one)
        json.insert(one.key(), QJsonObject{{QStringLiteral("requests"), one->requests}, {QStringLiteral("failures"), one->failures}});
    return json;
}

TrafficSeen TrafficSeen::fromJson(const QJsonObject &json)
{
    TrafficSeen seen;
    for (auto one = json.begin(); one != json.end(); ++one) {
        const QJsonObject counted = one->toObject();
        seen.byProcess[one.key()] = {.requests = counted[QStringLiteral("requests")].toDouble(), .failures = counted[QStringLiteral("failures")].toDouble(), .counted = true};
    }
    return seen;
}

Result<TrafficSeen> trafficOf(const Plan &plan, const QString &colour, const CancelToken &cancel)
{
    const Error silent{ErrorCode::CannotTell, QStringLiteral("%1 does not count its requests").arg(colour),
                       QStringLiteral("Look at the old colour's access log before it is stopped.")};
    if (!plan.monitoring)
        return fail(silent);
    const QList<QByteArray> own = ownRoutes(*plan.application, *plan.monitoring);
    const QByteArray prefix = plan.monitoring->metricsPrefix.toUtf8();
    TrafficSeen seen;
    for (const Pool &pool : plan.application->pools) {
        for (const PoolInstance &instance : pool.colour == colour ? pool.instances : QList<PoolInstance>()) {
            // A worker that was met already may mean that there is no other: asked twice more often than new ones come.
            for (int asked = 0, met = 0; asked < 2 * met || asked < 1; ++asked) {
                const Result<HttpReply> reply = httpGetBlocking(QUrl(instance.url + plan.monitoring->metricsPath), {}, metricsAnswer, cancel);
                const Result<MetricsPage> page = reply && reply->isOk() ? readExposition(reply->body, instance.url) : fail(silent);
                if (!page)
                    return fail(silent);
                const TrafficCounters counters = trafficCounters(*page, prefix, own);
                if (!counters.counted)
                    return fail(silent);
                const QString key = instance.url + QLatin1Char(' ') + processOf(*page, prefix);
                met += seen.byProcess.contains(key) ? 0 : 1;
                seen.byProcess[key] = counters;
                if (asked >= mostAsked)
                    break;
            }
        }
    }
    return seen;
}

} // namespace understudy
