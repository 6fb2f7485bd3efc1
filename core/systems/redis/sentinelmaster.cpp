// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/sentinelmaster.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

Result<SentinelMaster> parseSentinelMaster(const RespValue &reply, const Endpoint &from)
{
    if (reply.isError())
        return fail(redisfault::ofErrorReply(from, reply));
    SentinelMaster master;
    master.name = wiretext::clean(reply.field("name"), 100);
    master.address = wiretext::endpoint(reply.field("ip"), reply.field("port"));
    if (master.address.isNull()) {
        return fail(redisfault::ofReply(
            from, {ErrorCode::ProtocolViolation, QStringLiteral("answer to SENTINEL MASTER holds no address")}));
    }
    master.runId = wiretext::clean(reply.field("runid"), 40);
    master.flags = wiretext::flags(reply.field("flags"));
    bool isNumber = false;
    const qint64 epoch = reply.field("config-epoch").toLongLong(&isNumber);
    master.epoch = isNumber ? epoch : -1;
    master.quorum = reply.field("quorum").toInt();
    master.replicas = reply.field("num-slaves").toInt();
    master.otherSentinels = reply.field("num-other-sentinels").toInt();
    master.failoverState = wiretext::clean(reply.field("failover-state"), 40);
    master.downAfter = Milliseconds(reply.field("down-after-milliseconds").toUInt());
    master.failoverTimeout = Milliseconds(reply.field("failover-timeout").toUInt());
    return master;
}

} // namespace understudy
