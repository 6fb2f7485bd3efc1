// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/costobservation.h"

#include "core/base/quantity.h"
#include "core/health/poolsreadings.h"

namespace understudy {
namespace {

constexpr double warnAt = 0.8;

Health judge(const CostLimit &limit, const CostLedger::Figure &figure, const QString &unreadable,
             const QDateTime &dayEnds, QString &reason)
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
    reason = costSentence(limit, figure, dayEnds);
    if (costLevel(limit, figure) >= CostLevel::Near)
        return Health::Degraded;
    return unreadable.isEmpty() ? Health::Healthy : Health::Unknown;
}

/// Until the limit is reached at the pace of the last minutes; nothing when that is further than half an hour.
std::optional<Milliseconds> limitReachedIn(const CostLimit &limit, const CostLedger::Figure &figure)
{
    if (!figure.today || *figure.today >= limit.softLimit || figure.pace.value_or(0) <= 0)
        return {};
    const double hours = (limit.softLimit - *figure.today) / *figure.pace;
    return hours > 0.5 ? std::nullopt : std::optional<Milliseconds>(qint64(hours * 3'600'000));
}

} // namespace

CostLevel costLevel(const CostLimit &limit, const CostLedger::Figure &figure)
{
    if (!figure.today || limit.softLimit <= 0)
        return CostLevel::Quiet;
    const double share = *figure.today / limit.softLimit;
    if (share >= warnAt)
        return share >= 1 ? CostLevel::Passed : CostLevel::Near;
    return figure.projected.value_or(0) > limit.softLimit || limitReachedIn(limit, figure) ? CostLevel::Projected : CostLevel::Quiet;
}

QString costSentence(const CostLimit &limit, const CostLedger::Figure &figure, const QDateTime &dayEnds)
{
    if (!figure.today)
        return QStringLiteral("%1: %2").arg(limit.name, figure.why);
    QString out = QStringLiteral("%1: %2 of %3 %4").arg(limit.name, numberText(*figure.today), numberText(limit.softLimit), limit.unit);
    if (limit.softLimit > 0)
        out += QStringLiteral(" (%1 %)").arg(numberText(*figure.today / limit.softLimit * 100));
    const CostLevel level = costLevel(limit, figure);
    if (level == CostLevel::Passed)
        out += QStringLiteral(", the soft limit is passed");
    else if (level == CostLevel::Near)
        out += QStringLiteral(", near the soft limit");
    if (const std::optional<Milliseconds> time = limitReachedIn(limit, figure))
        out += QStringLiteral(", and %1 an hour now: the soft limit is reached in %2").arg(numberText(*figure.pace), durationText(*time));
    else if (figure.projected)
        out += QStringLiteral("; about %1 at the end of its day (%2 UTC)%3")
                   .arg(numberText(*figure.projected), dayEnds.toUTC().toString(QStringLiteral("HH:mm")),
                        level == CostLevel::Projected ? QStringLiteral(", above the soft limit at this pace") : QString());
    return out;
}

SystemObservation observeCost(const QList<CostLimit> &limits, const CostLedger &ledger,
                              const QString &source, const QDateTime &lookedAt,
                              const QString &unreadable, Milliseconds interval)
{
    SystemObservation out{
        .system = QStringLiteral("cost"), .health = Health::Healthy, .lookedAt = lookedAt};
    for (const CostLimit &limit : limits) {
        const CostLedger::Figure figure = ledger.figure(limit.name);
        QString reason;
        const Health health = judge(limit, figure, unreadable, ledger.dayEnds(limit.name), reason);
        const bool looms = costLevel(limit, figure) == CostLevel::Projected && out.health == Health::Healthy;
        if (out.reason.isEmpty() || health > out.health || looms)
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
