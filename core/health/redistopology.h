// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QDateTime>
#include <QList>

#include <optional>

namespace understudy {

/// One data node as it answers for itself (INFO replication, ROLE), not as a Sentinel tells.
struct RedisNode
{
    enum class Role { Unknown, Master, Replica };
    Endpoint address;
    bool answers = false;
    QString silence; ///< why it does not answer, in words
    Role role = Role::Unknown;
    qint64 offset = -1;      ///< master_repl_offset, or the replica's own slave_repl_offset; -1 unknown
    /// Of a silent node: how far it will have come when it fell silent, from the offset and the rate of
    /// writing that were seen before; an estimate. -1: unknown, or it answers.
    qint64 comeTo = -1;
    std::optional<qint64> gap; ///< bytes behind the master; unset when either offset is unknown
    std::optional<bool> linkUp; ///< a replica's link to its master
    Endpoint follows;        ///< whom a replica follows
    int priority = 100;      ///< replica-priority; 0: never promoted
    int attachedReplicas = -1; ///< a master's connected_slaves
    QString runId;
    QDateTime lookedAt;
    bool operator==(const RedisNode &) const = default;
};

/// What one Sentinel says.
struct SentinelOpinion
{
    Endpoint address;
    bool answers = false;
    QString silence;
    Endpoint master; ///< whom it names; with the master dead and no quorum this is not to be believed
    QStringList flags; ///< of the master: s_down, o_down, failover_in_progress, …
    qint64 epoch = -1; ///< config-epoch
    QString quorumReply; ///< CKQUORUM's own words
    std::optional<bool> quorumReachable;
    int quorum = 0;
    QString failoverState;
    QDateTime lookedAt;
    bool operator==(const SentinelOpinion &) const = default;
    bool saysDown() const
    {
        return flags.contains(QLatin1String("s_down")) || flags.contains(QLatin1String("o_down"));
    }
};

/// Redis as the console sees it, for the drawing on the Redis page and for triage.
struct RedisTopology
{
    QString masterName;
    std::optional<Endpoint> master; ///< believed: named by a majority of answering Sentinels
    bool masterProved = false;      ///< and it says so itself (ROLE master)
    std::optional<Endpoint> named;  ///< named by most answering Sentinels, believed or not: the one that is missed
    QList<RedisNode> nodes;         ///< master first, then replicas by address
    QList<SentinelOpinion> sentinels; ///< in the plan's order
    QString failover; ///< "none", "in progress: wait_promotion", "gave up: no good replica", in words
    bool operator==(const RedisTopology &) const = default;

    /// Which node stands in the master's place on a drawing: the believed one; else one that says so of
    /// itself; else the one that is missed.
    bool isInMastersPlace(const RedisNode &node) const
    {
        if (master)
            return node.address == *master;
        for (const RedisNode &one : nodes) {
            if (one.role == RedisNode::Role::Master)
                return node.role == RedisNode::Role::Master;
        }
        return named && node.address == *named;
    }
};

} // namespace understudy
