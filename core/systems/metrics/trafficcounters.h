// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/systems/metrics/metricspage.h"

#include <QMap>

#include <optional>

namespace understudy {

/// What one process has answered since it began, or between two looks: from
/// PREFIXhttp_requests_total (labels route, status_code) and PREFIXhttp_request_duration_ms.
/// Requests to `ownRoutes` (health endpoints and the page itself) are counted apart: they say
/// nothing about users and would dilute an error rate.
struct TrafficCounters
{
    double requests = 0;    ///< of users
    double failures = 0;    ///< of those, status 500 and above
    double ownRequests = 0; ///< to the own routes, by anybody
    QMap<double, double>
        buckets;          ///< upper bound in ms to how many took at most that long; users only
    bool counted = false; ///< the page has the counter's family at all
    bool operator==(const TrafficCounters &) const = default;

    /// 5xx ratio; nothing when there was no request.
    std::optional<double> errorRate() const;
    /// In ms, interpolated within its bucket as Prometheus does; the highest finite bound when it
    /// lies beyond. Nothing without observations.
    std::optional<double> quantile(double q) const;
    TrafficCounters &operator+=(const TrafficCounters &other);
};

/// What health checks, this console and whoever collects metrics ask for, by the plan.
QList<QByteArray> ownRoutes(const ApplicationPlan &application, const MonitoringPlan &monitoring);

/// The process that wrote the page, by PREFIXprocess_start_time_seconds: in whole seconds; "0" where it does not tell.
QString processOf(const MetricsPage &page, const QByteArray &prefix);

TrafficCounters trafficCounters(const MetricsPage &page, const QByteArray &prefix,
                                const QList<QByteArray> &ownRoutes);

/// What has happened between two pages of one process; nothing when a counter went backwards, which
/// means that they are not of one process.
std::optional<TrafficCounters> trafficBetween(const TrafficCounters &before,
                                              const TrafficCounters &after);

} // namespace understudy
