// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redistopology.h"
#include "core/recovery/scenarios/redisaccess.h"

namespace understudy {

/// A replica as one Sentinel sees it: what decides whether that Sentinel would promote it.
struct ReplicaSeen
{
    Endpoint address;
    QString runId;
    QStringList flags;
    int priority = 100;
    qint64 offset = 0;
    qint64 lastPingReplyMs = 0;   ///< age of the last good answer to PING
    qint64 infoAgeMs = 0;
    qint64 masterLinkDownMs = 0;
    bool linkOk = false; ///< its link to the master
    bool operator==(const ReplicaSeen &) const = default;
};

/// One Sentinel's answers, in the order of the plan.
struct SentinelSeen
{
    SentinelOpinion opinion;
    std::optional<ErrorCode> fault = {}; ///< why it does not answer; unset: it does
    QString id;
    qint64 downAfterMs = 0;
    qint64 failoverTimeoutMs = 0;
    int parallelSyncs = 1;
    qint64 downMs = -1;           ///< how long it calls the master down; -1: it does not
    qint64 objectivelyDownMs = -1;
    QList<ReplicaSeen> replicas;
    bool operator==(const SentinelSeen &) const = default;
    bool failoverRuns() const { return opinion.flags.contains(QLatin1String("failover_in_progress")); }
};

/// One look at everything, each at its own word.
struct RedisLook
{
    QList<SentinelSeen> sentinels;
    QList<RedisNode> nodes;
    Endpoint master; ///< named by most of the Sentinels that answer; null: they do not agree, or none answers
    bool operator==(const RedisLook &) const = default;

    int answering() const;
    int sayingDown() const;
    bool objectivelyDown() const;
    bool quorumReachable() const; ///< by the word of any Sentinel that answers
    bool failoverRuns() const;    ///< on any Sentinel
    bool allAgreeOn(const Endpoint &address) const; ///< every one that answers
    const RedisNode *node(const Endpoint &address) const;
    bool masterAnswers() const;   ///< and says ROLE master
    /// Another master than `old`, by its own word and that of the Sentinel whose configuration is newest:
    /// the others may take two seconds to learn it. Null: there is none.
    Endpoint successorOf(const Endpoint &old) const;
    const SentinelSeen *sentinel(const Endpoint &address) const;
    qint64 downAfterMs() const;   ///< the longest
    qint64 failoverTimeoutMs() const;
};

/// Asks all Sentinels at once, then all data nodes they name and `more`. Ends within about 6 s however
/// many are silent.
RedisLook lookAtRedis(const RedisAccess &access, const CancelToken &cancel, const QList<Endpoint> &more = {});

/// The value of one line of INFO.
QByteArray infoValue(const QByteArray &info, const QByteArray &name);
/// One Sentinel at its own word.
SentinelSeen lookAtSentinel(const RedisAccess &access, const Endpoint &address, const CancelToken &cancel);
/// One data node at its own word.
RedisNode lookAtNode(const RedisAccess &access, const Endpoint &address, const CancelToken &cancel);

} // namespace understudy
