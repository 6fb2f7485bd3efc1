// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/burnrate.h"

#include "core/health/errorledger.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

BurnWindow windowOf(const RequestCount &counted, Milliseconds length, std::optional<double> availability)
{
    BurnWindow out{.length = length, .requests = counted.requests, .failures = counted.failures};
    if (counted.requests < fewestRequestsToJudge)
        return out;
    out.errorRate = counted.errorRate();
    // A promise of 100 % leaves no budget that could burn at any pace.
    if (availability && *availability < 1)
        out.burnRate = *out.errorRate / (1 - *availability);
    return out;
}

} // namespace

BurnFigures burnFigures(const ErrorLedger &ledger, std::optional<double> availability, Milliseconds every,
                        const QDateTime &now)
{
    BurnFigures out;
    if (ledger.isEmpty())
        return out;
    // The first poll tells what happened in the interval before it.
    const Milliseconds watched = ledger.watched(now) + every;
    const auto last = [&](Milliseconds window) {
        return windowOf(ledger.within(now, window), std::min(window, watched), availability);
    };
    // Half an interval more than two, so that a poll that comes late is still among them.
    out.brief = last(std::max<Milliseconds>(every * 5 / 2, 2s));
    out.minute = last(60s);
    const Milliseconds longer = std::min<Milliseconds>(1h, watched);
    out.shorter = last(std::max<Milliseconds>(1min, longer / 12));
    out.longer = last(std::max<Milliseconds>(1min, longer));
    out.whole = windowOf(ledger.sinceStart(), watched, availability);
    if (out.whole.burnRate)
        out.budgetLeft = std::max(0.0, 1 - *out.whole.burnRate);
    return out;
}

} // namespace understudy
