// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QMap>

namespace understudy::lab {

/// Counts answered requests and keeps the platform's SLO series, with their ways: a window of five
/// minutes that falls over as a whole, and only when the next request comes; almost every request
/// booked twice; one 5xx among less than a thousand already uses up the error budget.
class RequestBook
{
public:
    explicit RequestBook(const Clock &clock) : m_clock(clock) {}

    /// `bookings`: 2 for an ordinary request, 1 for one that is refused before the second counter.
    void book(const QByteArray &method, const QByteArray &route, int status, double milliseconds, int bookings);

    /// Lines of the text exposition, each ended; empty before the first request.
    QByteArray requestCounters() const;
    QByteArray requestDurations() const;
    QByteArray complianceRatios() const;
    QByteArray budgetRemaining() const;
    QByteArray burnRate() const;
    QByteArray violations() const;

private:
    struct Durations
    {
        QList<qint64> buckets; ///< cumulative, one a bound
        double sum = 0;
        qint64 count = 0;
    };

    void bookForSlo(int status, double milliseconds);
    void violate(const QByteArray &indicator, double ratio, double target);

    const Clock &m_clock;
    QMap<QByteArray, Durations> m_requests; ///< by label set, without braces
    QMap<QByteArray, qint64> m_violations;
    Milliseconds m_windowStart{-1};
    qint64 m_windowRequests = 0;
    qint64 m_windowFailures = 0;
    qint64 m_windowSlow = 0;
};

} // namespace understudy::lab
