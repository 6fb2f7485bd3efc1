// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redisworld.h"
#include "core/systems/redis/sentinelevent.h"

namespace understudy {

/// Sentinel's own failover in words: "none", "in progress: wait_promotion", "gave up: no good replica,
/// next try not before 14:02:31 UTC".
QString redisFailoverText(const RedisWorld &world);

/// What an event changes in the view of the Sentinel that sent it. True when it bears on health.
bool applySentinelEvent(RedisSentinelView &view, const SentinelEvent &event, const QDateTime &at);

} // namespace understudy
