// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/erroralarm.h"

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds evidenceLasts = 5min;

bool mayBeRaised(const BurnFigures &figures, const RequestCount &newest, double limit)
{
    // Where hardly anybody asks, two polls are too few to judge by, and the minute decides.
    const BurnWindow &decides = figures.brief.errorRate ? figures.brief : figures.minute;
    return newest.requests > 0 && newest.errorRate() > limit
           && decides.errorRate && *decides.errorRate > limit
           && decides.failures >= fewestFailuresToRaise
           && (!figures.minute.burnRate || *figures.minute.burnRate >= fastBurn || figures.minute.errorRate.value_or(0) > limit);
}

} // namespace

ErrorAlarm judged(const ErrorAlarm &before, const ErrorLedger &ledger, std::optional<double> limit,
                  std::optional<double> availability, Milliseconds every, const QDateTime &now)
{
    if (!limit || ledger.isEmpty())
        return {};
    ErrorAlarm out = before;
    // An instance that is not read any more says nothing of now.
    out.newest = ledger.newest(now, every * 3 / 2);
    if (out.newest.requests <= 0) {
        const bool old = out.lastHeard.isValid() && Milliseconds(out.lastHeard.msecsTo(now)) > evidenceLasts;
        return old ? ErrorAlarm{} : out;
    }
    out.lastHeard = now;
    if (!out.raised) {
        out.raised = mayBeRaised(burnFigures(ledger, availability, every, now), out.newest, *limit);
        out.since = out.raised ? now : QDateTime();
        return out;
    }
    if (out.newest.errorRate() > *limit) {
        out.belowSince = {};
        return out;
    }
    if (!out.belowSince.isValid())
        out.belowSince = now;
    // The first good poll covers an interval that lies before it.
    if (Milliseconds(out.belowSince.msecsTo(now)) >= every * (goodPollsToLower - 1))
        return {.lastHeard = now, .newest = out.newest};
    return out;
}

} // namespace understudy
