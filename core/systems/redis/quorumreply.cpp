// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/quorumreply.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

Result<QuorumReply> parseQuorumReply(const RespValue &reply, const Endpoint &from)
{
    const bool none = reply.isError() && reply.text.startsWith("NOQUORUM");
    if (reply.isError() && !none)
        return fail(redisfault::ofErrorReply(from, reply));
    if (!none && !reply.text.startsWith("OK")) {
        return fail(redisfault::ofReply(
            from, {ErrorCode::ProtocolViolation, QStringLiteral("answer to SENTINEL CKQUORUM is neither OK nor NOQUORUM")}));
    }
    QuorumReply quorum;
    quorum.reachable = !none;
    quorum.words = wiretext::clean(reply.text);
    quorum.usable = reply.text.split(' ').value(1).toInt();
    return quorum;
}

} // namespace understudy
