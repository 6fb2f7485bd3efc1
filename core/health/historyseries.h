// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QList>

#include <deque>
#include <optional>

namespace understudy {

/// One pixel's worth of a curve: the least and the most that was seen in it. A gap stands where nothing
/// was known; a curve is broken there, never bridged.
struct HistoryPoint
{
    qint64 at = 0; ///< milliseconds since the epoch, UTC
    double least = 0, most = 0;
    bool gap = false;
    bool operator==(const HistoryPoint &) const = default;
};

/// The past of one number in three grains: every sample of the last 15 minutes, then least, most and
/// mean of 10 s for three hours, then of a minute for a day; at most 60 KB. Values keep seven digits.
class HistorySeries
{
public:
    /// In the order of time; an older or equal one is ignored. Empty: it was unknown.
    void append(qint64 at, std::optional<double> value, Milliseconds interval);
    /// From the finest grain that reaches back so far; at most one point for each of `pixels`.
    QList<HistoryPoint> window(qint64 from, qint64 to, int pixels) const;
    qint64 lastAt() const { return m_lastAt; } ///< 0: nothing yet
    bool endsInGap() const { return m_endsInGap; }
    qint64 bytes() const;

private:
    struct Sample
    {
        quint32 at = 0; ///< milliseconds after m_begin: 49 days
        float value = 0; ///< not a number: unknown
    };
    struct Bucket
    {
        quint32 at = 0; ///< seconds after m_begin
        float least = 0, most = 0, mean = 0;
        quint32 known = 0; ///< samples that had a value
    };
    using Buckets = std::deque<Bucket>;

    void addToBucket(Buckets &buckets, quint32 second, quint32 grain, float value);
    void dropOld(quint32 now);
    QList<HistoryPoint> between(qint64 from, qint64 to) const;
    QList<HistoryPoint> withGapsOfSilence(const QList<HistoryPoint> &points) const;

    qint64 m_begin = 0;
    qint64 m_lastAt = 0;
    Milliseconds m_interval{1000};
    bool m_endsInGap = false;
    std::deque<Sample> m_raw;
    Buckets m_tens, m_minutes;
};

} // namespace understudy
