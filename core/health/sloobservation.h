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
/// "p95", "requests judged", "burn rate" (last minute), "burn rate 5m", "error budget" (of those 5 minutes) and "own
/// share" (of all requests, those to health routes and the metrics page, by whomever); and for each instance "NAME compliance", "NAME budget", "NAME burn
/// rate", "NAME requests in window".
SystemObservation observeSlo(const QList<SloSource> &sources, const PoolsView &view,
                             const MonitoringPlan &monitoring, const QDateTime &now);

} // namespace understudy
