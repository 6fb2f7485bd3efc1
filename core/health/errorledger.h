// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QHash>
#include <QList>

#include <deque>

namespace understudy {

/// User requests, how many of them ended in a failure of the server, and beside them the requests to health
/// endpoints and the metrics page, by anybody.
struct RequestCount
{
    double requests = 0, failures = 0, toOwnRoutes = 0;
    bool operator==(const RequestCount &) const = default;
    RequestCount &operator+=(const RequestCount &other);
    double errorRate() const { return requests > 0 ? failures / requests : 0; }
};

/// What the console itself has counted of one colour since it looks: every second of the last ten minutes, then
/// every minute of six hours. A look counts what happened since the look before it, and is booked at its end.
/// One thread; bounded at about 1,000 entries.
class ErrorLedger
{
public:
    /// What instance number `instance` has answered between two looks at one of its processes. A look that has
    /// nothing to compare with (the first of a process, an unreadable page) is not told at all.
    void poll(int instance, const QDateTime &at, const RequestCount &counted);

    bool isEmpty() const { return !m_since.isValid(); }
    Milliseconds watched(const QDateTime &now) const; ///< since the first poll; zero before it
    RequestCount within(const QDateTime &now, Milliseconds window) const; ///< to the second; beyond ten minutes to the minute
    RequestCount sinceStart() const { return m_all; }
    /// The newest poll of each instance, as far as it is no older than that.
    RequestCount newest(const QDateTime &now, Milliseconds oldest) const;

private:
    struct Slot
    {
        qint64 at = 0; ///< seconds since the epoch; of a minute its beginning
        RequestCount counted;
    };
    struct Poll
    {
        QDateTime at;
        RequestCount counted;
    };
    static void book(std::deque<Slot> &into, qint64 at, const RequestCount &counted, size_t most);

    QDateTime m_since;
    RequestCount m_all;
    std::deque<Slot> m_seconds, m_minutes;
    QHash<int, Poll> m_polls;
};

} // namespace understudy
