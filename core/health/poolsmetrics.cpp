// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsmetrics.h"

#include "core/systems/metrics/exposition.h"

namespace understudy {

using namespace std::chrono_literals;

namespace {
constexpr Milliseconds longestWindow = 5min; ///< the platform's own objective window
constexpr Milliseconds slotLength = 10s;
constexpr qsizetype mostProcesses = 16;
} // namespace

const QByteArray PoolsMetrics::compliance = QByteArrayLiteral("compliance");
const QByteArray PoolsMetrics::latencyCompliance = QByteArrayLiteral("latency compliance");
const QByteArray PoolsMetrics::budget = QByteArrayLiteral("budget");
const QByteArray PoolsMetrics::burnRate = QByteArrayLiteral("burn rate");

PoolsMetrics::PoolsMetrics(const ApplicationPlan &application, const MonitoringPlan &monitoring,
                           const QList<CostLimit> &cost)
    : m_prefix(monitoring.metricsPrefix.toUtf8()), m_ownRoutes(ownRoutes(application, monitoring))
{
    for (const CostLimit &one : cost)
        m_costMetrics.append(one.metric.toUtf8());
}

void PoolsMetrics::failed(const Error &error, const QDateTime &at)
{
    m_why = error.message;
    m_lookedAt = at;
    m_delta = {};
    m_perSecond.reset();
    m_figures.clear();
}

void PoolsMetrics::read(const HttpReply &reply, const QString &source, const QString &startTime,
                        const QDateTime &at)
{
    if (!reply.isOk())
        return failed(
            {ErrorCode::HttpStatus, QStringLiteral("%1 answered %2").arg(source).arg(reply.status)},
            at);
    const Result<MetricsPage> page = readExposition(reply.body, source);
    if (!page)
        return failed(page.error(), at);
    m_why.clear();
    m_lookedAt = at;
    const QString identity = startTime.isEmpty() ? processOf(*page, m_prefix) : startTime;
    if (!m_processes.contains(identity) && m_processes.size() >= mostProcesses)
        m_processes.clear();
    m_process = identity;
    Process &process = m_processes[identity];
    process.memory.see(*page, identity);
    follow(*page, process, at);
    const QByteArray ratio = m_prefix + "slo_compliance_ratio";
    const QByteArray left = m_prefix + "slo_error_budget_remaining_ratio";
    const QByteArray burn = m_prefix + "slo_error_budget_burn_rate";
    const MetricLabel api{"service", "api"};
    m_figures[compliance] = process.memory.value(*page, ratio, {api, {"sli", "availability"}});
    m_figures[latencyCompliance] =
        process.memory.value(*page, ratio, {api, {"sli", "latency_p95"}});
    m_figures[budget] = process.memory.value(*page, left, {api, {"sli", "availability"}});
    m_figures[burnRate] = process.memory.value(*page, burn, {api});
    for (const QByteArray &metric : std::as_const(m_costMetrics))
        m_figures[metric] = process.memory.value(*page, metric);
}

void PoolsMetrics::follow(const MetricsPage &page, Process &process, const QDateTime &at)
{
    const TrafficCounters now = trafficCounters(page, m_prefix, m_ownRoutes);
    m_delta = {};
    m_perSecond.reset();
    const std::optional<TrafficCounters> delta =
        process.at.isValid() ? trafficBetween(process.last, now) : std::nullopt;
    if (delta && process.at < at) {
        m_hasDelta = true;
        m_delta = *delta;
        m_perSecond = delta->requests * 1000 / double(process.at.msecsTo(at));
        keep(*delta, at);
    }
    process.last = now;
    process.at = at;
    if (!m_followedSince.isValid())
        m_followedSince = at;
}

void PoolsMetrics::keep(const TrafficCounters &delta, const QDateTime &at)
{
    if (!m_slots.isEmpty() && m_slots.last().first.msecsTo(at) < slotLength.count())
        m_slots.last().second += delta;
    else
        m_slots.append({at, delta});
    while (m_slots.first().first.msecsTo(at) > longestWindow.count())
        m_slots.removeFirst();
}

TrafficCounters PoolsMetrics::traffic(const QDateTime &now, Milliseconds window) const
{
    TrafficCounters sum;
    for (const std::pair<QDateTime, TrafficCounters> &slot : m_slots) {
        if (slot.first.msecsTo(now) <= window.count())
            sum += slot.second;
    }
    return sum;
}

TrafficCounters PoolsMetrics::sinceStart() const
{
    TrafficCounters sum;
    for (const Process &process : m_processes)
        sum += process.last;
    return sum;
}

Milliseconds PoolsMetrics::followedFor(const QDateTime &now) const
{
    return m_followedSince.isValid() ? Milliseconds(m_followedSince.msecsTo(now)) : Milliseconds(0);
}

} // namespace understudy
