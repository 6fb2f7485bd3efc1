// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/systems/redis/respvalue.h"

namespace understudy {

/// One entry of SENTINEL REPLICAS <name>: what the Sentinel last saw of it, at most 10 s old.
struct SentinelReplica
{
    Endpoint address;
    QString runId;
    QStringList flags; ///< slave, s_down, disconnected, promoted, reconf_sent, …
    bool linkUp = false; ///< master-link-status
    Endpoint follows;    ///< null while unknown ("?")
    int priority = 100;  ///< 0: never promoted
    qint64 offset = -1;
    bool operator==(const SentinelReplica &) const = default;
    bool isDown() const
    {
        return flags.contains(QLatin1String("s_down")) || flags.contains(QLatin1String("o_down"));
    }
};

/// Entries without an address are left out; at most 100 are kept.
[[nodiscard]] Result<QList<SentinelReplica>> parseSentinelReplicas(const RespValue &reply, const Endpoint &from);

} // namespace understudy
