// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/http/httpreply.h"
#include "core/systems/metrics/metricvalue.h"
#include "core/systems/metrics/trafficcounters.h"

#include <QHash>

#include <optional>

namespace understudy {

/// What one instance's metrics pages have told. Pages are per process: behind one port there may be
/// several workers, and each look may meet another, so every process is followed by itself.
class PoolsMetrics
{
public:
    PoolsMetrics(const ApplicationPlan &application, const MonitoringPlan &monitoring,
                 const QList<CostLimit> &cost);

    /// A page of the process with that start time (empty: not known).
    void read(const HttpReply &reply, const QString &source, const QString &startTime,
              const QDateTime &at);
    void failed(const Error &error, const QDateTime &at);

    bool isLookedAt() const { return m_lookedAt.isValid(); } ///< read or given up
    bool isReadable() const { return m_why.isEmpty() && isLookedAt(); }
    bool hasDelta() const { return m_hasDelta; } ///< a process has been seen twice
    const QString &why() const { return m_why; } ///< not readable: in words
    const QDateTime &lookedAt() const { return m_lookedAt; }
    const QString &process() const { return m_process; } ///< whose page came last
    /// Of the page that came last.
    MetricValue value(const QByteArray &key) const { return m_figures.value(key); }
    const TrafficCounters &sinceLastLook() const { return m_delta; }
    std::optional<double> requestsPerSecond() const { return m_perSecond; }
    /// Sum over all its processes of what happened in that time, as far as it has been seen.
    TrafficCounters traffic(const QDateTime &now, Milliseconds window) const;

    /// All that the processes met so far have answered since they began, as of their newest pages.
    TrafficCounters sinceStart() const;
    /// How long its pages have been followed; zero before the first.
    Milliseconds followedFor(const QDateTime &now) const;

    /// Keys of value() beside the names of the plan's cost metrics.
    static const QByteArray compliance, latencyCompliance, budget, burnRate;

private:
    struct Process
    {
        TrafficCounters last;
        QDateTime at;
        MetricMemory memory;
    };
    void follow(const MetricsPage &page, Process &process, const QDateTime &at);
    void keep(const TrafficCounters &delta, const QDateTime &at);

    QByteArray m_prefix;
    QList<QByteArray> m_ownRoutes;
    QList<QByteArray> m_costMetrics;
    QHash<QString, Process> m_processes;
    QList<std::pair<QDateTime, TrafficCounters>> m_slots; ///< 10 s each, of the last 5 minutes
    QHash<QByteArray, MetricValue> m_figures;
    TrafficCounters m_delta;
    std::optional<double> m_perSecond;
    bool m_hasDelta = false;
    QString m_why, m_process;
    QDateTime m_lookedAt, m_followedSince;
};

} // namespace understudy
