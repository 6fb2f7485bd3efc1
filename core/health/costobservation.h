// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/costledger.h"
#include "core/health/probe.h"

namespace understudy {

/// System "cost": each limit of the plan against the day's figure. Readings: "NAME today" (USD/day or the
/// plan's unit), "NAME of limit" (ratio), "NAME projected". Degraded from 80 % of a limit on: the limits
/// are soft, nothing is down when one is passed. A figure that nobody has set is unknown, not 0.
SystemObservation observeCost(const QList<CostLimit> &limits, const CostLedger &ledger, const QString &source,
                              const QDateTime &lookedAt, const QString &unreadable, Milliseconds interval);

} // namespace understudy
