// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace understudy {

/// A clock that moves only when told to; for tests, tabletops and replays.
class ManualClock : public Clock
{
public:
    explicit ManualClock(const QDateTime &start
                         = QDateTime::fromMSecsSinceEpoch(1'790'000'000'000, Qt::UTC))
        : m_now(start.toMSecsSinceEpoch())
    {
    }
    QDateTime now() const override { return QDateTime::fromMSecsSinceEpoch(m_now, Qt::UTC); }
    Milliseconds monotonic() const override { return Milliseconds(m_now.load()); }
    void advance(Milliseconds by) { m_now += by.count(); }

private:
    std::atomic<qint64> m_now;
};

} // namespace understudy
