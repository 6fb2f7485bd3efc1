// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redisverdict.h"

namespace understudy {

/// The readings of system "redis". Deciding ones:
///   master (text), master role (text), sentinels naming it (count), sentinels saying down (count),
///   replicas linked (count).
/// Secondary ones: sentinels answering (count), quorum (text), failover (text); for each Sentinel
///   sentinel ADDRESS master | quorum | events (text), … epoch (count), … latency (ms), … clock skew (s);
/// and for each data node, under the address that Sentinels announce,
///   node ADDRESS role (text), … offset (bytes), … link (text), … gap (bytes), … lag (s), … clients (count),
///   … memory (bytes), … operations (ops/s), … latency (ms), … clock skew (s).
QList<Reading> redisReadings(const RedisWorld &world, const RedisVerdict &verdict);

/// Nodes with their gaps, master first; Sentinels in the plan's order.
RedisTopology redisTopology(const RedisWorld &world, const RedisVerdict &verdict);

} // namespace understudy
