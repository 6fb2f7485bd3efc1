// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/redis/respvalue.h"

namespace understudy {

/// What SENTINEL CKQUORUM <name> says. It counts Sentinels not yet flagged s_down, so it stays "OK"
/// for down-after once the others are gone.
struct QuorumReply
{
    bool reachable = false; ///< quorum and majority both
    int usable = 0;         ///< Sentinels that this one counts
    QString words;          ///< its own words
    bool operator==(const QuorumReply &) const = default;
};

/// "-NOQUORUM …" is a value; other error replies become an Error.
[[nodiscard]] Result<QuorumReply> parseQuorumReply(const RespValue &reply, const Endpoint &from);

} // namespace understudy
