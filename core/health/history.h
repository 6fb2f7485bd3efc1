// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/historyseries.h"
#include "core/health/snapshot.h"

#include <QHash>

namespace understudy {

/// The past day of every numeric reading, for charts. Fed with snapshots on the thread that draws.
/// Bounded: at most 60 KB a series and 2,000 series; what comes after those is not remembered.
class History
{
public:
    /// Takes each reading that is newer than the last one of its name; one that is unknown now
    /// leaves a gap.
    void record(const HealthSnapshot &snapshot);
    /// [from, to) in milliseconds since the epoch; at most one least and most for each of `pixels`.
    QList<HistoryPoint> window(const QString &system, const QString &reading, qint64 from, qint64 to,
                               int pixels) const;
    int series() const { return m_count; }
    qint64 bytes() const; ///< of all samples; what the containers add comes on top

private:
    QHash<QString, QHash<QString, HistorySeries>> m_systems;
    int m_count = 0;
};

} // namespace understudy
