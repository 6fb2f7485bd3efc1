// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/costobservation.h"

#include "core/base/quantity.h"
#include "core/health/poolsreadings.h"

namespace understudy {
namespace {

constexpr double warnAt = 0.8;

Health judge(const CostLimit &limit, const CostLedger::Figure &figure, const QString &unreadable,
             QString &reason)
{
    if (!figure.today) {
        reason = QStringLiteral("%1: %2").arg(limit.name,
                                              unreadable.isEmpty() ? figure.why : unreadable);
        // Whatever is spent moves the figure, and whatever was seen is in the ledger: yesterday's
        // figure unchanged, or one that no process has set, is no spending that anybody has counted
        // today.
        const bool quiet =
            figure.state == ReadingState::Stale || figure.state == ReadingState::NeverSet;
        return quiet && unreadable.isEmpty() ? Health::Healthy : Health::Unknown;
    }
    const double share = *figure.today / limit.softLimit;
    reason = QStringLiteral("%1: %2 of %3 %4 (%5 %)")
                 .arg(limit.name, numberText(*figure.today), numberText(limit.softLimit),
                      limit.unit, numberText(share * 100));
    if (share >= 1)
        reason += QStringLiteral(", the soft limit is passed");
    else if (share >= warnAt)
        reason += QStringLiteral(", near the soft limit");
    if (share >= warnAt)
        return Health::Degraded;
    return unreadable.isEmpty() ? Health::Healthy : Health::Unknown;
}

} // namespace

SystemObservation observeCost(const QList<CostLimit> &limits, const CostLedger &ledger,
                              const QString &source, const QDateTime &lookedAt,
                              const QString &unreadable, Milliseconds interval)
{
    SystemObservation out{
        .system = QStringLiteral("cost"), .health = Health::Healthy, .lookedAt = lookedAt};
    for (const CostLimit &limit : limits) {
        const CostLedger::Figure figure = ledger.figure(limit.name);
        QString reason;
        const Health health = judge(limit, figure, unreadable, reason);
        if (out.reason.isEmpty() || health > out.health)
            out.reason = reason;
        out.health = worse(out.health, health);
        Reading today = numberReading(limit.name + QStringLiteral(" today"), figure.today,
                                      limit.unit, source, lookedAt, interval, {});
        today.state = !unreadable.isEmpty() && !figure.today ? ReadingState::Unknown : figure.state;
        today.reason = unreadable.isEmpty() ? figure.why : unreadable;
        today.normal = NormalRange{.most = limit.softLimit};
        out.readings.append(today);
        Reading share = numberReading(
            limit.name + QStringLiteral(" of limit"),
            figure.today ? std::optional<double>(*figure.today / limit.softLimit) : std::nullopt,
            QStringLiteral("ratio"), source, lookedAt, interval, figure.why);
        share.state = today.state;
        share.normal = NormalRange{.most = warnAt};
        out.readings.append(share);
        out.readings.append(numberReading(limit.name + QStringLiteral(" projected"),
                                          figure.projected, limit.unit, source, lookedAt, interval,
                                          QStringLiteral("too early in the day to tell")));
        out.readings.last().normal = NormalRange{.most = limit.softLimit};
    }
    return out;
}

} // namespace understudy
