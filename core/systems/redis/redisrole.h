// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/redis/respvalue.h"

namespace understudy {

/// What a node says of itself by ROLE.
struct RedisRole
{
    enum class Kind { Master, Replica, Sentinel };
    Kind kind = Kind::Master;
    qint64 offset = -1;
    Endpoint follows; ///< Replica only
    bool linkUp = false; ///< Replica only: the link's state is "connected"
    QString linkState;   ///< Replica only: handshake, connect, connecting, sync, connected
    QList<Endpoint> attached; ///< Master only
    bool operator==(const RedisRole &) const = default;
};

[[nodiscard]] Result<RedisRole> parseRedisRole(const RespValue &reply, const Endpoint &from);

} // namespace understudy
