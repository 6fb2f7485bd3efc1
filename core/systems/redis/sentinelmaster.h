// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/redis/respvalue.h"

namespace understudy {

/// What SENTINEL MASTER <name> says. Keys that a Sentinel sends only at times are optional here.
struct SentinelMaster
{
    QString name;
    Endpoint address;
    QString runId;
    QStringList flags; ///< master, s_down, o_down, disconnected, failover_in_progress, force_failover, …
    qint64 epoch = -1; ///< config-epoch
    int quorum = 0;
    int replicas = 0;
    int otherSentinels = 0;     ///< dead ones included
    QString failoverState;      ///< only while failing over
    Milliseconds downAfter{0};
    Milliseconds failoverTimeout{0};
    bool operator==(const SentinelMaster &) const = default;
};

/// An error reply becomes an Error: UnknownMaster, AuthenticationFailed, PermissionDenied.
[[nodiscard]] Result<SentinelMaster> parseSentinelMaster(const RespValue &reply, const Endpoint &from);

} // namespace understudy
