// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/health/redistopology.h"
#include "core/systems/redis/redisinfo.h"

namespace understudy {

/// All that is known of one data node, from its own mouth.
struct RedisNodeView
{
    RedisNode node;
    bool looked = false; ///< a look has ended, well or badly
    bool everAnswered = false;
    std::optional<Error> fault; ///< why the last look ended badly
    QDateTime answeredAt;
    QString linkState; ///< a replica's, in its own word: connecting, sync, connected
    QList<RedisInfo::Attached> attached; ///< a master's replicas, as it sees them
    std::optional<double> latency;   ///< ms
    std::optional<double> clockSkew; ///< s ahead of this console
    std::optional<double> lag;       ///< s since a replica heard from its master
    std::optional<double> clients, memory, operations; ///< count, bytes, a second
    bool operator==(const RedisNodeView &) const = default;

    bool isMaster() const { return node.answers && node.role == RedisNode::Role::Master; }
    bool isReplica() const { return node.answers && node.role == RedisNode::Role::Replica; }
    QString source() const { return QStringLiteral("redis ") + node.address.text(); }
};

} // namespace understudy
