// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/burnrate.h"
#include "core/health/poolsmetrics.h"
#include "core/health/probe.h"

namespace understudy {

/// One instance as the objectives are judged from it.
struct SloSource
{
    QString name; ///< "blue-1"
    QString url;
    const PoolsMetrics *metrics = nullptr;
};

/// System "slo". Deciding: the share of failed user requests and the p95 of the serving pool (of
/// all when it is not known) over the last minute, counted by the console itself, against the
/// plan's targets. The platform's own series are shown beside, never decide alone: their window is
/// a tumbling 5 minutes in which one failure among fewer than 1,000 requests already uses up the
/// whole budget, and they keep their last value when traffic stops (stale). Readings: "error rate",
/// "p95", "requests judged"; of all pools, and of each with its colour before: "error budget" (since the console looks),
/// "burn rate" (last minute), "short burn rate", "long burn rate" (times as fast as the plan allows), "own share" (the
/// console's own requests of all that were counted in the last minute), each with its window and requests in its
/// reason; and for each instance "NAME compliance", "NAME budget", "NAME burn rate", "NAME requests in window".
SystemObservation observeSlo(const QList<SloSource> &sources, const PoolsView &view,
                             const MonitoringPlan &monitoring, const QDateTime &now);

} // namespace understudy
