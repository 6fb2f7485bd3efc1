// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/sentinelreplica.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

Result<QList<SentinelReplica>> parseSentinelReplicas(const RespValue &reply, const Endpoint &from)
{
    if (reply.isError())
        return fail(redisfault::ofErrorReply(from, reply));
    if (reply.kind != RespValue::Kind::Array) {
        return fail(redisfault::ofReply(
            from, {ErrorCode::ProtocolViolation, QStringLiteral("answer to SENTINEL REPLICAS is no list")}));
    }
    QList<SentinelReplica> replicas;
    for (const RespValue &entry : reply.items) {
        SentinelReplica replica;
        replica.address = wiretext::endpoint(entry.field("ip"), entry.field("port"));
        if (replica.address.isNull() || replicas.size() >= 100)
            continue;
        replica.runId = wiretext::clean(entry.field("runid"), 40);
        replica.flags = wiretext::flags(entry.field("flags"));
        replica.linkUp = entry.field("master-link-status") == "ok";
        replica.follows = wiretext::endpoint(entry.field("master-host"), entry.field("master-port"));
        bool isNumber = false;
        const int priority = entry.field("slave-priority").toInt(&isNumber);
        replica.priority = isNumber ? priority : 100;
        const qint64 offset = entry.field("slave-repl-offset").toLongLong(&isNumber);
        replica.offset = isNumber ? offset : -1;
        replicas.append(replica);
    }
    return replicas;
}

} // namespace understudy
