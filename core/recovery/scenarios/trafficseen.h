// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/metrics/trafficcounters.h"

#include <QJsonObject>

namespace understudy {

/// What the processes of a colour have answered to users so far, each by its own counters. Behind one port there may be
/// several (a cluster's workers): only what is of one process can be subtracted, and each look meets whom it meets.
struct TrafficSeen
{
    QMap<QString, TrafficCounters> byProcess; ///< instance and its process's start

    TrafficCounters all() const;
    /// Between two looks, of the processes that were met at both; nothing: none was.
    std::optional<TrafficCounters> since(const TrafficSeen &before) const;

    /// Requests and failures alone; for a run's facts.
    QJsonObject toJson() const;
    static TrafficSeen fromJson(const QJsonObject &json);
};

/// Asks every instance of the colour on fresh connections until nobody new is met. CannotTell when one does not count.
[[nodiscard]] Result<TrafficSeen> trafficOf(const Plan &plan, const QString &colour, const CancelToken &cancel);

} // namespace understudy
