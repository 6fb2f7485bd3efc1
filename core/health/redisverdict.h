// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redisworld.h"
#include "core/health/snapshot.h"

namespace understudy {

/// What a RedisWorld amounts to.
struct RedisVerdict
{
    Health health = Health::Unknown;
    QString reason;
    std::optional<Endpoint> named;  ///< by a majority of the Sentinels that answer
    std::optional<Endpoint> master; ///< named, and to be believed: not dead without a quorum to replace it
    bool masterProved = false;      ///< and it says ROLE master
    QString masterDoubt;            ///< why `master` is empty, in words
    int answering = 0;  ///< Sentinels
    int naming = 0;     ///< of them name `named`
    int sayingDown = 0; ///< of those say that it is down
    int replicas = 0;       ///< that the Sentinels expect
    int linkedReplicas = 0; ///< of them known to be linked to the master
    std::optional<bool> quorum; ///< by the Sentinels' own CKQUORUM
    QString failover;
    QList<Contradiction> contradictions; ///< `since` is left to whoever keeps them
    bool operator==(const RedisVerdict &) const = default;
};

/// Pure. Sentinels and nodes that were not looked at yet count for nothing.
/// Down: the named master is silent by a majority of the answering Sentinels, or agreed down by their
/// quorum, or there is no master. Unknown: nothing can be known, as while the plan's tunnel is down.
/// Healthy needs: the majority names a master, its own ROLE says so, its replicas are linked, no Sentinel
/// is silent or of another mind.
RedisVerdict judgeRedis(const RedisWorld &world);

} // namespace understudy
