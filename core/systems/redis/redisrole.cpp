// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redisrole.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

Result<RedisRole> parseRedisRole(const RespValue &reply, const Endpoint &from)
{
    if (reply.isError())
        return fail(redisfault::ofErrorReply(from, reply));
    const QByteArray word = reply.items.isEmpty() ? QByteArray() : reply.items.first().text;
    RedisRole role;
    if (word == "master" && reply.items.size() >= 3) {
        role.offset = reply.items[1].integer;
        for (const RespValue &replica : reply.items[2].items) {
            if (replica.items.size() < 2 || role.attached.size() >= 100)
                continue;
            const Endpoint address = wiretext::endpoint(replica.items[0].text, replica.items[1].text);
            if (!address.isNull())
                role.attached.append(address);
        }
        return role;
    }
    if (word == "slave" && reply.items.size() >= 5) {
        role.kind = RedisRole::Kind::Replica;
        role.follows = wiretext::endpoint(reply.items[1].text, QByteArray::number(reply.items[2].integer));
        role.linkState = wiretext::clean(reply.items[3].text, 40);
        role.linkUp = reply.items[3].text == "connected";
        role.offset = reply.items[4].integer;
        return role;
    }
    if (word == "sentinel") {
        role.kind = RedisRole::Kind::Sentinel;
        return role;
    }
    return fail(redisfault::ofReply(from, {ErrorCode::ProtocolViolation, QStringLiteral("answer to ROLE names no role")}));
}

} // namespace understudy
