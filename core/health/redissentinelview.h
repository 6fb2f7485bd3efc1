// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/health/redistopology.h"
#include "core/systems/redis/sentinelreplica.h"

namespace understudy {

/// All that is known of one Sentinel: its opinion, by polls and by its own events, and how we know it.
struct RedisSentinelView
{
    SentinelOpinion opinion;
    bool looked = false;        ///< a look has ended, well or badly
    std::optional<Error> fault; ///< why the last look ended badly
    QList<SentinelReplica> replicas;
    bool hearsEvents = false;
    QString deafness; ///< why its events are not heard, in words
    QDateTime movedAt; ///< when it last named another master than before
    QDateTime answeredAt;
    Milliseconds failoverTimeout{0};
    QDateTime triedAt; ///< its last +try-failover
    QString gaveUp;    ///< why its last failover ended without a new master, in words; empty: it did not
    std::optional<double> latency;   ///< ms
    std::optional<double> clockSkew; ///< s ahead of this console
    bool operator==(const RedisSentinelView &) const = default;

    bool namesMaster() const { return opinion.answers && !opinion.master.isNull(); }
    bool failsOver() const { return opinion.flags.contains(QLatin1String("failover_in_progress")); }
    QString source() const { return QStringLiteral("sentinel ") + opinion.address.text(); }
};

} // namespace understudy
