// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redisnodeview.h"
#include "core/health/redissentinelview.h"

namespace understudy {

/// Everything observed of one Redis set, at one moment; what judgement rests on.
struct RedisWorld
{
    QString masterName;
    Milliseconds every{1000};
    QDateTime now;
    QList<RedisSentinelView> sentinels; ///< in the plan's order
    QList<RedisNodeView> nodes;
    bool operator==(const RedisWorld &) const = default;

    const RedisNodeView *node(const Endpoint &address) const
    {
        for (const RedisNodeView &one : nodes) {
            if (one.node.address == address)
                return &one;
        }
        return nullptr;
    }
};

} // namespace understudy
