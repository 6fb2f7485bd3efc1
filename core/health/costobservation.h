// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/costledger.h"
#include "core/health/probe.h"

namespace understudy {

/// System "cost": each limit of the plan against the day's figure. Readings: "NAME today" (the
/// plan's unit), "NAME of limit" (ratio), "NAME projected". Degraded from 80 % of a limit on: the
/// limits are soft, nothing is down when one is passed. Unknown when no page can be read or none
/// has the metric. A figure that no process has set is a reading without a value, never 0, but
/// alone no alarm: it moves with the first call that costs anything.
SystemObservation observeCost(const QList<CostLimit> &limits, const CostLedger &ledger,
                              const QString &source, const QDateTime &lookedAt,
                              const QString &unreadable, Milliseconds interval);

} // namespace understudy
