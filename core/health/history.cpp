// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/history.h"

#include <algorithm>

namespace understudy {
namespace {

constexpr int mostSeries = 2000;

} // namespace

void History::record(const HealthSnapshot &snapshot)
{
    for (const SystemHealth &system : snapshot.systems) {
        QHash<QString, HistorySeries> &known = m_systems[system.name];
        for (const Reading &reading : system.readings) {
            auto series = known.find(reading.name);
            const bool isKnown = series != known.end();
            if (!isKnown && (!reading.hasNumber() || m_count >= mostSeries))
                continue;
            if (!isKnown) {
                series = known.insert(reading.name, {});
                ++m_count;
            }
            const ReadingState state = reading.stateAt(snapshot.at);
            const bool hasValue = reading.hasNumber()
                                  && (state == ReadingState::Fresh || state == ReadingState::Stale);
            if (hasValue)
                series->append(reading.observedAt.toMSecsSinceEpoch(), reading.number(), reading.interval);
            else if (!series->endsInGap())
                series->append(std::max(snapshot.at.toMSecsSinceEpoch(), series->lastAt() + 1), {}, reading.interval);
        }
    }
}

QList<HistoryPoint> History::window(const QString &system, const QString &reading, qint64 from,
                                    qint64 to, int pixels) const
{
    const auto known = m_systems.constFind(system);
    if (known == m_systems.constEnd())
        return {};
    const auto series = known->constFind(reading);
    return series == known->constEnd() ? QList<HistoryPoint>() : series->window(from, to, pixels);
}

qint64 History::bytes() const
{
    qint64 sum = 0;
    for (const QHash<QString, HistorySeries> &system : m_systems) {
        for (const HistorySeries &series : system)
            sum += series.bytes();
    }
    return sum;
}

} // namespace understudy
