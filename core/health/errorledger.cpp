// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/errorledger.h"

namespace understudy {

namespace {
constexpr qint64 secondsKept = 600;
constexpr qint64 minutesKept = 360;
} // namespace

RequestCount &RequestCount::operator+=(const RequestCount &other)
{
    requests += other.requests;
    failures += other.failures;
    toOwnRoutes += other.toOwnRoutes;
    return *this;
}

void ErrorLedger::book(std::deque<Slot> &into, qint64 at, const RequestCount &counted, size_t most)
{
    // A clock that was set back books into the newest slot: nothing is lost, nothing is counted twice.
    if (into.empty() || into.back().at < at)
        into.push_back({.at = at, .counted = {}});
    into.back().counted += counted;
    while (into.size() > most)
        into.pop_front();
}

void ErrorLedger::poll(int instance, const QDateTime &at, const RequestCount &counted)
{
    if (!m_since.isValid())
        m_since = at;
    m_all += counted;
    m_polls[instance] = {.at = at, .counted = counted};
    const qint64 second = at.toSecsSinceEpoch();
    book(m_seconds, second, counted, size_t(secondsKept));
    book(m_minutes, second / 60 * 60, counted, size_t(minutesKept));
    while (m_seconds.front().at <= second - secondsKept)
        m_seconds.pop_front();
    while (m_minutes.front().at < second - minutesKept * 60)
        m_minutes.pop_front();
}

Milliseconds ErrorLedger::watched(const QDateTime &now) const
{
    return m_since.isValid() ? Milliseconds(qMax(qint64(0), m_since.msecsTo(now))) : Milliseconds(0);
}

RequestCount ErrorLedger::within(const QDateTime &now, Milliseconds window) const
{
    RequestCount sum;
    const qint64 from = now.toSecsSinceEpoch() - window.count() / 1000;
    const bool fine = window.count() <= secondsKept * 1000;
    for (const Slot &one : fine ? m_seconds : m_minutes) {
        if (one.at > from)
            sum += one.counted;
    }
    return sum;
}

RequestCount ErrorLedger::newest(const QDateTime &now, Milliseconds oldest) const
{
    RequestCount sum;
    for (const Poll &one : m_polls) {
        if (one.at.msecsTo(now) <= oldest.count())
            sum += one.counted;
    }
    return sum;
}

} // namespace understudy
