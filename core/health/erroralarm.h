// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/burnrate.h"
#include "core/health/errorledger.h"

namespace understudy {

/// Whether a colour fails so much that the plan would go back. It is raised when the newest polls fail above the
/// plan's limit, the last two polls together do, and the last minute uses up the budget at the fast pace or
/// is above the limit itself: with a strict objective the second poll of a steady fault, with a lax one (99 %) as soon
/// as the minute is above it. It is lowered when every poll of
/// three intervals has been at or below the limit. What lies between changes nothing, so that it does not flap.
/// Polls in which nobody asked anything say nothing; after five minutes of them the evidence is too old.
struct ErrorAlarm
{
    bool raised = false;
    QDateTime since;      ///< raised: since when
    QDateTime belowSince; ///< raised, and the polls since then have been at or below the limit
    QDateTime lastHeard;  ///< newest poll with requests in it
    RequestCount newest;  ///< of the newest poll of each instance
    bool operator==(const ErrorAlarm &) const = default;
};

/// The alarm after a poll. Pure; called after each poll of the colour, in the order of time.
/// `limit`: the plan's error rate for a rollback; without one nothing is ever raised.
ErrorAlarm judged(const ErrorAlarm &before, const ErrorLedger &ledger, std::optional<double> limit,
                  std::optional<double> availability, Milliseconds every, const QDateTime &now);

constexpr int goodPollsToLower = 3;
/// One failure alone is no rate: it may be anybody's bad luck.
constexpr double fewestFailuresToRaise = 2;

} // namespace understudy
