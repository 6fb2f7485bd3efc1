// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/reading.h"

#include "core/base/quantity.h"

namespace understudy {

QString healthName(Health health)
{
    switch (health) {
    case Health::Healthy: return QStringLiteral("healthy");
    case Health::Degraded: return QStringLiteral("degraded");
    case Health::Unknown: return QStringLiteral("unknown");
    case Health::Down: return QStringLiteral("down");
    }
    return {};
}

QString readingStateName(ReadingState state)
{
    switch (state) {
    case ReadingState::Fresh: return QStringLiteral("fresh");
    case ReadingState::Stale: return QStringLiteral("stale");
    case ReadingState::Unknown: return QStringLiteral("unknown");
    case ReadingState::Absent: return QStringLiteral("absent");
    case ReadingState::NeverSet: return QStringLiteral("never_set");
    }
    return {};
}

QString Reading::text() const
{
    if (state == ReadingState::Absent)
        return QStringLiteral("not told");
    if (state == ReadingState::NeverSet)
        return QStringLiteral("nothing counted");
    if (const QString *words = std::get_if<QString>(&value))
        return *words;
    if (!hasNumber())
        return QStringLiteral("unknown");
    const double n = number();
    if (unit == QLatin1String("bytes"))
        return bytesText(n);
    if (unit == QLatin1String("s"))
        return durationText(Milliseconds(qint64(n * 1000)));
    if (unit == QLatin1String("ratio"))
        return numberText(n * 100) + QStringLiteral(" %");
    if (unit == QLatin1String("count") || unit.isEmpty())
        return numberText(n);
    return numberText(n) + QLatin1Char(' ') + unit;
}

Milliseconds Reading::age(const QDateTime &now) const
{
    return observedAt.isValid() ? Milliseconds(qMax(qint64(0), observedAt.msecsTo(now))) : Milliseconds(0);
}

ReadingState Reading::stateAt(const QDateTime &now) const
{
    if (state == ReadingState::Unknown || !observedAt.isValid())
        return ReadingState::Unknown;
    const Milliseconds old = age(now);
    if (old > 10 * interval)
        return ReadingState::Unknown;
    if (old > 3 * interval && state == ReadingState::Fresh)
        return ReadingState::Stale;
    return state;
}

} // namespace understudy
