// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/manualclock.h"
#include "core/health/snapshot.h"
#include "core/recovery/runview.h"

namespace understudy::test {

/// Snapshots as an engine would send them, for windows that are tested without one.
class FakeFeed
{
public:
    explicit FakeFeed(const Clock &clock)
        : m_clock(clock)
    {}

    static Plan plan(Mode mode = Mode::Production);
    HealthSnapshot healthy() const;
    HealthSnapshot redisDown() const;
    HealthSnapshot unknown() const; ///< every system's look failed
    HealthSnapshot manyInstances(int count) const;
    QList<Event> calmEvents() const;      ///< of an ordinary half hour
    QList<Event> redisDownEvents() const; ///< the last minutes of a lost master
    RunView run() const;                  ///< one that waits for the operator at "Fail over"

private:
    QDateTime ago(qint64 milliseconds) const { return m_clock.now().addMSecs(-milliseconds); }
    Reading number(const QString &name, const QString &label, double value, const QString &unit,
                   std::optional<NormalRange> normal, Milliseconds interval) const;
    SystemHealth database() const;
    SystemHealth redis() const;
    SystemHealth pools() const;
    RedisTopology topology(bool masterDown) const;
    PoolsView poolsView() const;

    const Clock &m_clock;
};

} // namespace understudy::test
