// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisprediction.h"

#include <algorithm>

namespace understudy {
namespace {

// Sentinel's own periods: a PING a second and INFO every ten, or every one while the master is down.
constexpr qint64 pingPeriodMs = 1000;
constexpr qint64 infoPeriodMs = 10'000;

/// While it calls the master down it trusts no INFO that is older than five seconds; but unless the others
/// agree with it, it asks for INFO every ten seconds as before.
qint64 oldestInfoMs(const SentinelSeen &sentinel)
{
    return sentinel.downMs >= 0 ? 5 * pingPeriodMs : 3 * infoPeriodMs;
}

QString unfitness(const ReplicaSeen &replica, const SentinelSeen &sentinel)
{
    const bool masterDown = sentinel.downMs >= 0;
    const qint64 oldestInfo = oldestInfoMs(sentinel);
    const qint64 longestCut = 10 * sentinel.downAfterMs + (masterDown ? sentinel.downMs : 0);
    if (replica.flags.contains(QLatin1String("s_down")) || replica.flags.contains(QLatin1String("o_down")))
        return QStringLiteral("down");
    if (replica.flags.contains(QLatin1String("disconnected")))
        return QStringLiteral("not connected to the Sentinel");
    if (replica.lastPingReplyMs > 5 * pingPeriodMs)
        return QStringLiteral("silent for %1 s").arg(replica.lastPingReplyMs / 1000);
    if (replica.priority == 0)
        return QStringLiteral("its replica-priority is 0");
    if (replica.infoAgeMs > oldestInfo)
        return QStringLiteral("last looked at %1 s ago").arg(replica.infoAgeMs / 1000);
    if (replica.masterLinkDownMs > longestCut)
        return QStringLiteral("cut off from the master for %1 s").arg(replica.masterLinkDownMs / 1000);
    return {};
}

} // namespace

FailoverPrediction predictFailover(const SentinelSeen &sentinel)
{
    FailoverPrediction prediction;
    QList<ReplicaSeen> replicas = sentinel.replicas;
    std::sort(replicas.begin(), replicas.end(), [](const ReplicaSeen &left, const ReplicaSeen &right) {
        if (left.priority != right.priority)
            return left.priority < right.priority;
        if (left.offset != right.offset)
            return left.offset > right.offset;
        return left.runId < right.runId;
    });
    for (const ReplicaSeen &replica : replicas) {
        const QString unfit = unfitness(replica, sentinel);
        prediction.candidates.append({replica.address, unfit, replica.priority, replica.offset});
        if (unfit.isEmpty() && prediction.choice.isNull())
            prediction.choice = replica.address;
        ReplicaSeen lookedAt = replica;
        lookedAt.infoAgeMs = 0;
        prediction.soon = prediction.soon || unfitness(lookedAt, sentinel).isEmpty();
    }
    if (sentinel.failoverRuns()) {
        prediction.reply = QStringLiteral("INPROG");
        prediction.choice = {};
    } else {
        prediction.reply = prediction.choice.isNull() ? QStringLiteral("NOGOODSLAVE") : QStringLiteral("OK");
    }
    prediction.soon = prediction.soon && prediction.reply == QLatin1String("NOGOODSLAVE");
    return prediction;
}

const SentinelSeen *sentinelToAsk(const RedisLook &look)
{
    const SentinelSeen *asked = nullptr;
    for (const SentinelSeen &seen : look.sentinels) {
        if (!seen.opinion.answers || seen.opinion.master != look.master)
            continue;
        if (predictFailover(seen).reply == QLatin1String("OK"))
            return &seen;
        if (!asked)
            asked = &seen;
    }
    return asked;
}

} // namespace understudy
