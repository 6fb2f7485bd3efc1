// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/contradictions.h"

#include "core/base/quantity.h"

#include <algorithm>

namespace understudy {
namespace {

constexpr double clocksMayDiffer = 2.0; // seconds

struct SkewedClock
{
    QString source;
    double skew = 0;
    QDateTime observedAt;
};

QList<SkewedClock> clocksOf(const QList<SystemObservation> &observations)
{
    QList<SkewedClock> clocks;
    for (const SystemObservation &observation : observations) {
        for (const Reading &reading : observation.readings) {
            if (reading.name.endsWith(QLatin1String("clock skew")) && reading.hasNumber()
                && reading.unit == QLatin1String("s"))
                clocks.append({reading.source, reading.number(), reading.observedAt});
        }
    }
    return clocks;
}

QString skewText(double skew)
{
    const QString by = durationText(Milliseconds(qint64(qAbs(skew) * 1000)));
    return (skew < 0 ? QStringLiteral("%1 behind this console") : QStringLiteral("%1 ahead of this console"))
        .arg(by);
}

std::optional<Contradiction> clocksApart(QList<SkewedClock> clocks)
{
    if (clocks.isEmpty())
        return {};
    clocks.append({QStringLiteral("this console"), 0, clocks.first().observedAt});
    std::stable_sort(clocks.begin(), clocks.end(),
                     [](const SkewedClock &a, const SkewedClock &b) { return a.skew < b.skew; });
    if (clocks.last().skew - clocks.first().skew <= clocksMayDiffer)
        return {};
    Contradiction out{.about = QStringLiteral("clocks")};
    for (const SkewedClock &clock : {clocks.first(), clocks.last()}) {
        const bool ours = clock.source == QLatin1String("this console");
        out.says.append({clock.source, ours ? QStringLiteral("its own time") : skewText(clock.skew),
                         clock.observedAt});
    }
    return out;
}

} // namespace

std::optional<Contradiction> errorRatesApart(const Contradiction::Saying &own, double ownRate,
                                             const Contradiction::Saying &other, double otherRate)
{
    const auto [less, more] = std::minmax(ownRate, otherRate);
    if (more - less <= 0.02 || more <= 2 * less)
        return {};
    return Contradiction{.about = QStringLiteral("error rate"), .says = {own, other}, .since = {}};
}

QList<Contradiction> contradictionsAmong(const QList<SystemObservation> &observations)
{
    QList<Contradiction> out;
    for (const SystemObservation &observation : observations)
        out += observation.contradictions;
    if (const std::optional<Contradiction> clocks = clocksApart(clocksOf(observations)))
        out.append(*clocks);
    return out;
}

} // namespace understudy
