// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy::tests {

/// A platform as the engine would tell of it, for the pages. Times are relative to `now`.
namespace sampleplatform {

Plan plan();
/// With the master silent on all Sentinels, or well.
RedisTopology redis(int nodes, int sentinels, bool masterSilent);
/// `perPool` instances in blue (which serves) and green; every seventh is not well when there are
/// many.
PoolsView pools(const QDateTime &now, int perPool);
QList<Reading> databaseReadings(const QDateTime &now);
HealthSnapshot snapshot(const QDateTime &now, bool redisDown, int perPool = 2);
QList<Event> redisEvents(const QDateTime &now);

} // namespace sampleplatform
} // namespace understudy::tests
