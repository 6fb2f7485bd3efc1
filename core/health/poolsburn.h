// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/errorledger.h"
#include "core/health/poolsview.h"
#include "core/plan/plan.h"
#include "core/systems/metrics/trafficcounters.h"

#include <vector>

namespace understudy {

/// Keeps, for each pool and for all together, what was counted and how much of it the console itself has asked,
/// and judges after every poll whether the pool fails too much. Engine thread.
class PoolsBurn
{
public:
    /// `monitoring` outlives this.
    PoolsBurn(qsizetype pools, const MonitoringPlan &monitoring);

    /// What one process of an instance has answered between two looks; one without figures is left out.
    void polled(qsizetype pool, int instance, const TrafficCounters &delta, const QDateTime &at);
    /// The console's own request was answered by that pool, so the pool has counted it.
    void asked(qsizetype pool, const QDateTime &at);
    /// Fills in burn, alarm and own share of each pool and of all. An alarm grows old here also when no page can be read
    /// any more.
    void fillIn(PoolsView &view, const QDateTime &now);
    /// Users' requests to all pools together, in that window; zeros where it has not been watched that long.
    RequestCount counted(Milliseconds window, const QDateTime &now) const;

private:
    struct Side
    {
        ErrorLedger counted;
        ErrorLedger own; ///< its requests are the console's own answered ones
        ErrorAlarm alarm;
    };
    std::optional<double> ownShare(const Side &side, const QDateTime &now) const;

    const MonitoringPlan &m_monitoring;
    std::vector<Side> m_pools;
    Side m_all;
};

} // namespace understudy
