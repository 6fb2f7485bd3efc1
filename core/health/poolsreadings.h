// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy {

/// The readings of system "pools". Names, with COLOUR as in the plan and N from 1 in the plan's
/// order: "serving", "entry answers", "entry failed", "way back"; a pool: "COLOUR up", "COLOUR
/// warm", "COLOUR error rate", "COLOUR p95", "COLOUR requests", "COLOUR build"; an instance:
/// "COLOUR-N live", "COLOUR-N latency", and, with at most 20 instances in all (PoolsView has
/// everything for more), "COLOUR-N startup", "COLOUR-N ready", "COLOUR-N started", "COLOUR-N
/// build", "COLOUR-N error rate", "COLOUR-N p95", "COLOUR-N requests", "COLOUR-N own share",
/// "COLOUR-N clock skew".
QList<Reading> poolsReadings(const PoolsView &view, const ApplicationPlan &application,
                             const MonitoringPlan &monitoring);

/// Readings share these: a number when there is one, else the state and the reason.
Reading numberReading(const QString &name, std::optional<double> value, const QString &unit,
                      const QString &source, const QDateTime &at, Milliseconds interval,
                      const QString &whyNot);
Reading textReading(const QString &name, const QString &value, const QString &source,
                    const QDateTime &at, Milliseconds interval, const QString &whyNot);

} // namespace understudy
