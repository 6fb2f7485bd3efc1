// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/trafficcounters.h"

#include "core/systems/metrics/metricvalue.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace understudy {
namespace {

double bound(QByteArrayView le)
{
    if (le == "+Inf" || le == "Inf")
        return std::numeric_limits<double>::infinity();
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(le.data(), le.data() + le.size(), value);
    return value;
}

} // namespace

QList<QByteArray> ownRoutes(const ApplicationPlan &application, const MonitoringPlan &monitoring)
{
    QList<QByteArray> routes;
    // "/health" is what a load balancer asks that was set up before the plan.
    for (const QString &path :
         {application.health.live, application.health.startup, application.health.ready, QStringLiteral("/health"),
          monitoring.metricsPath, application.build.path, application.queuesPath}) {
        if (!path.isEmpty())
            routes.append(path.toUtf8());
    }
    return routes;
}

QString processOf(const MetricsPage &page, const QByteArray &prefix)
{
    return QString::number(MetricMemory().value(page, QByteArray(prefix + "process_start_time_seconds")).value, 'f', 0);
}

TrafficCounters trafficCounters(const MetricsPage &page, const QByteArray &prefix,
                                const QList<QByteArray> &ownRoutes)
{
    TrafficCounters out;
    const auto isOwn = [&](const MetricSample &sample) {
        const QByteArrayView route = page.label(sample, "route");
        return std::any_of(ownRoutes.begin(), ownRoutes.end(),
                           [&](const QByteArray &one) { return route == one; });
    };
    if (const MetricFamily *requests = page.family(QByteArray(prefix + "http_requests_total"))) {
        out.counted = true;
        for (const MetricSample &sample : requests->samples) {
            if (isOwn(sample)) {
                out.ownRequests += sample.value;
                continue;
            }
            out.requests += sample.value;
            if (page.label(sample, "status_code").startsWith('5'))
                out.failures += sample.value;
        }
    }
    if (const MetricFamily *durations =
            page.family(QByteArray(prefix + "http_request_duration_ms"))) {
        for (const MetricSample &sample : durations->samples) {
            if (!sample.name.endsWith("_bucket") || isOwn(sample))
                continue;
            const double le = bound(page.label(sample, "le"));
            if (!std::isnan(le))
                out.buckets[le] += sample.value;
        }
    }
    return out;
}

std::optional<TrafficCounters> trafficBetween(const TrafficCounters &before,
                                              const TrafficCounters &after)
{
    if (after.requests < before.requests || after.failures < before.failures ||
        after.ownRequests < before.ownRequests)
        return std::nullopt;
    TrafficCounters out = after;
    out.requests -= before.requests;
    out.failures -= before.failures;
    out.ownRequests -= before.ownRequests;
    for (auto [le, count] : before.buckets.asKeyValueRange()) {
        out.buckets[le] -= count;
        if (out.buckets.value(le) < 0)
            return std::nullopt;
    }
    return out;
}

TrafficCounters &TrafficCounters::operator+=(const TrafficCounters &other)
{
    requests += other.requests;
    failures += other.failures;
    ownRequests += other.ownRequests;
    counted = counted || other.counted;
    for (auto [le, count] : other.buckets.asKeyValueRange())
        buckets[le] += count;
    return *this;
}

std::optional<double> TrafficCounters::errorRate() const
{
    if (!counted || requests <= 0)
        return std::nullopt;
    return failures / requests;
}

std::optional<double> TrafficCounters::quantile(double q) const
{
    // Buckets are cumulative, so the last one holds the number of all observations.
    if (buckets.isEmpty() || !std::isinf(buckets.lastKey()) || buckets.last() <= 0)
        return std::nullopt;
    const double rank = q * buckets.last();
    double lower = 0;
    double below = 0;
    for (auto [le, count] : buckets.asKeyValueRange()) {
        if (count >= rank && count > below) {
            if (std::isinf(le))
                return lower;
            return lower + (le - lower) * (rank - below) / (count - below);
        }
        lower = std::isinf(le) ? lower : le;
        below = count;
    }
    return lower;
}

} // namespace understudy
