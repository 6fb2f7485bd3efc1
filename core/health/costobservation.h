// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/costledger.h"
#include "core/health/probe.h"

namespace understudy {

/// System "cost": each limit of the plan against the day's figure. Readings: "NAME today" (the
/// plan's unit), "NAME of limit" (ratio), "NAME projected". Degraded from 80 % of a limit on: the
/// limits are soft, nothing is down when one is passed. What is projected for the end of the source's
/// day stands in the reason, and is abnormal above the limit: a retry storm shows before it arrives. Unknown when no page can be read or none
/// has the metric. A figure that no process has set is a reading without a value, never 0, but
/// alone no alarm: it moves with the first call that costs anything.
enum class CostLevel { Quiet, Projected, Near, Passed };
/// How far the day's figure has come: its projection above the limit, 80 % of the limit, the limit. A retry storm has
/// no past to project from: a pace that reaches the limit within half an hour counts as well.
CostLevel costLevel(const CostLimit &limit, const CostLedger::Figure &figure);
QString costSentence(const CostLimit &limit, const CostLedger::Figure &figure, const QDateTime &dayEnds);

SystemObservation observeCost(const QList<CostLimit> &limits, const CostLedger &ledger,
                              const QString &source, const QDateTime &lookedAt,
                              const QString &unreadable, Milliseconds interval);

} // namespace understudy
