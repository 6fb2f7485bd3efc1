// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsburn.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

PoolsBurn::PoolsBurn(qsizetype pools, const MonitoringPlan &monitoring)
    : m_monitoring(monitoring)
    , m_pools(size_t(pools))
{
}

void PoolsBurn::polled(qsizetype pool, int instance, const TrafficCounters &delta, const QDateTime &at)
{
    if (!delta.counted)
        return;
    const RequestCount count{.requests = delta.requests, .failures = delta.failures, .toOwnRoutes = delta.ownRequests};
    Side &side = m_pools[size_t(pool)];
    side.counted.poll(instance, at, count);
    m_all.counted.poll(instance, at, count);
    side.alarm = judged(side.alarm, side.counted, m_monitoring.rollbackAboveErrorRate, m_monitoring.availability,
                        m_monitoring.every, at);
}

void PoolsBurn::asked(qsizetype pool, const QDateTime &at)
{
    for (Side *side : {&m_pools[size_t(pool)], &m_all})
        side->own.poll(0, at, {.requests = 1});
}

std::optional<double> PoolsBurn::ownShare(const Side &side, const QDateTime &now) const
{
    const RequestCount all = side.counted.within(now, 60s);
    const double counted = all.requests + all.toOwnRoutes;
    if (counted <= 0)
        return {};
    // What was asked before the first page is in no difference between pages. Booked by whole seconds: the one that
    // has begun counts too.
    const Milliseconds watched = side.counted.watched(now) + m_monitoring.every + 1s;
    return std::min(1.0, side.own.within(now, std::min<Milliseconds>(60s, watched)).requests / counted);
}

void PoolsBurn::fillIn(PoolsView &view, const QDateTime &now)
{
    for (size_t i = 0; i < m_pools.size(); ++i) {
        PoolView &pool = view.pools[qsizetype(i)];
        pool.burn = burnFigures(m_pools[i].counted, m_monitoring.availability, m_monitoring.every, now);
        if (m_pools[i].counted.newest(now, m_monitoring.every * 3 / 2).requests <= 0)
            m_pools[i].alarm = judged(m_pools[i].alarm, m_pools[i].counted, m_monitoring.rollbackAboveErrorRate,
                                      m_monitoring.availability, m_monitoring.every, now);
        pool.alarm = m_pools[i].alarm;
        pool.ownShare = ownShare(m_pools[i], now);
    }
    view.burn = burnFigures(m_all.counted, m_monitoring.availability, m_monitoring.every, now);
    view.ownShare = ownShare(m_all, now);
}

RequestCount PoolsBurn::counted(Milliseconds window, const QDateTime &now) const
{
    return m_all.counted.watched(now) < window ? RequestCount{} : m_all.counted.within(now, window);
}

} // namespace understudy
