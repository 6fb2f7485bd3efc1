// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <optional>

namespace understudy {

class ErrorLedger;

/// Fewer user requests than this in a window say nothing about a rate.
constexpr double fewestRequestsToJudge = 5;

/// One window, with what its figures rest on.
struct BurnWindow
{
    Milliseconds length{0}; ///< that was really watched; zero: nothing yet
    double requests = 0, failures = 0;
    std::optional<double> errorRate; ///< nothing: too few requests, never zero for want of them
    /// How many times as fast as allowed the budget is used up: 1 is a budget that lasts as long as its period.
    /// Nothing: no rate, or the plan promises no availability below 100 %.
    std::optional<double> burnRate;
    bool operator==(const BurnWindow &) const = default;
};

/// Error budget and burn rate of one colour, or of all. The windows come in pairs as one to twelve: the long one is
/// an hour, or as long as the console has looked; the short one says whether it still goes on.
struct BurnFigures
{
    BurnWindow brief;   ///< the last two polls or so: what decides a rollback
    BurnWindow minute;  ///< the last minute
    BurnWindow shorter; ///< a twelfth of `longer`, at least a minute
    BurnWindow longer;  ///< at most an hour
    BurnWindow whole;   ///< since the console looks
    /// 1 - burn rate over `whole`, at least 0: what is left of the budget if the time since the console looks were
    /// the whole period. Nothing: as with the rates.
    std::optional<double> budgetLeft;
    bool operator==(const BurnFigures &) const = default;
};

/// `availability` as the plan promises it (0.999), `every` how often each instance is polled.
BurnFigures burnFigures(const ErrorLedger &ledger, std::optional<double> availability, Milliseconds every,
                        const QDateTime &now);

/// A pace that uses up 2 % of a month's budget in an hour.
constexpr double fastBurn = 14.4;

} // namespace understudy
