// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/redisfence.h"

namespace understudy {

/// One forced failover through one Sentinel.
struct RedisMove
{
    Endpoint via;  ///< the Sentinel that is asked
    Endpoint from; ///< the master that is given up
    bool fromAnswers = false;
    QList<Endpoint> candidates;  ///< the replicas that answer
    std::optional<RedisFence> fence;
    Milliseconds pause{0};       ///< of a Pause fence: shorter than down-after
    Milliseconds deadline{30'000};
};

struct RedisMoved
{
    Endpoint to;
    Milliseconds took{0};    ///< from FAILOVER sent to ROLE master seen
    qint64 offset = -1;      ///< up to which the promoted node has the old master's data
    bool demoted = false;    ///< the old master was told at once
    QString remark;
};

/// Sends FAILOVER, once; a second time only after a definite refusal. Returns as soon as a node says
/// ROLE master and the old master, if it answers, has been told to follow it.
[[nodiscard]] Result<RedisMoved> moveMaster(StepContext &context, const RedisAccess &access, const RedisMove &move);

/// Makes `old` follow `master` and takes its fence back, in one transaction. Empty: done; else what stands
/// in the way, in words.
QString demote(RedisSession &old, const std::optional<RedisFence> &fence, const Endpoint &master);

/// A refusal of FAILOVER in plain words.
Error failoverRefused(const Endpoint &sentinel, const RespValue &reply);

} // namespace understudy
