// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisjudgement.h"

#include <algorithm>

namespace understudy {
namespace {

using Need = RedisJudgement::Need;

// Sentinel tries within about two seconds of agreeing that the master is down, and an election can take
// a few; after that it is in its hold-down, or has given up.
constexpr qint64 ownFailoverMs = 5000;
// The Sentinels ask one another once a second.
constexpr qint64 agreementMs = 2500;

RedisJudgement cannot(const RedisLook &look, const Error &problem)
{
    return {.need = Need::Cannot, .master = look.master, .why = problem.message, .problem = problem};
}

RedisJudgement verdict(const RedisLook &look, Need need, const QString &why)
{
    return {.need = need, .master = look.master, .why = why};
}

qint64 longestDown(const RedisLook &look, bool objectively)
{
    qint64 longest = -1;
    for (const SentinelSeen &seen : look.sentinels)
        longest = qMax(longest, objectively ? seen.objectivelyDownMs : seen.downMs);
    return longest;
}

RedisJudgement withoutSentinels(const RedisLook &look, const RunOptions &options)
{
    if (!options.promote.isEmpty())
        return verdict(look, Need::Promote, QStringLiteral("no Sentinel answers"));
    QStringList reasons;
    for (const SentinelSeen &seen : look.sentinels)
        reasons.append(QStringLiteral("%1: %2").arg(seen.opinion.address.text(), seen.opinion.silence));
    return cannot(look, {ErrorCode::Unreachable, QStringLiteral("no Sentinel answers"),
                         QStringLiteral("Start one of them; or, as the last resort, promote a replica by hand with "
                                        "`recover redis --promote NODE`."),
                         reasons.join(QStringLiteral("; "))});
}

RedisJudgement silentMaster(const RedisLook &look, qint64 waited)
{
    const QString name = look.master.text();
    const QString votes = QStringLiteral("%1 of %2 Sentinels").arg(look.sayingDown()).arg(look.answering());
    if (look.sayingDown() * 2 <= look.answering()) {
        if (waited < look.downAfterMs() + 3000)
            return verdict(look, Need::Wait, QStringLiteral("master %1 does not answer; the Sentinels have not said so yet").arg(name));
        RedisJudgement unseen = verdict(look, Need::Move,
            QStringLiteral("master %1 does not answer this console; only %2 call it down, so it may be serving others").arg(name, votes));
        unseen.unseen = true;
        return unseen;
    }
    if (look.objectivelyDown() && look.quorumReachable()) {
        const qint64 down = longestDown(look, true);
        if (down < ownFailoverMs)
            return verdict(look, Need::Wait, QStringLiteral("master %1 is silent on %2; their own failover is about to begin").arg(name, votes));
        return verdict(look, Need::Move, QStringLiteral("master %1 is silent on %2 and their own failover has not moved it for %3 s")
                                             .arg(name, votes).arg(down / 1000));
    }
    if (longestDown(look, false) < agreementMs)
        return verdict(look, Need::Wait, QStringLiteral("master %1 is silent on %2; they are asking one another").arg(name, votes));
    return verdict(look, Need::Move, QStringLiteral("master %1 is silent on %2, and without a quorum they move nothing by themselves").arg(name, votes));
}

} // namespace

RedisJudgement judgeRedis(const RedisLook &look, const RunOptions &options, Milliseconds waited)
{
    const qint64 ms = waited.count();
    if (look.answering() == 0)
        return withoutSentinels(look, options);
    if (!options.promote.isEmpty())
        return cannot(look, {ErrorCode::PreflightFailed,
                             QStringLiteral("%1 of %2 Sentinels answer").arg(look.answering()).arg(look.sentinels.size()),
                             QStringLiteral("Promoting by hand beside them ends in two masters: leave out --promote.")});
    if (look.failoverRuns()) {
        if (ms < 2 * look.failoverTimeoutMs() + 10'000)
            return verdict(look, Need::Wait, QStringLiteral("a failover is running"));
        return cannot(look, {ErrorCode::FailoverInProgress, QStringLiteral("a failover runs for longer than its time-out"),
                             QStringLiteral("Look at the log of the Sentinel that leads it before anything else is tried.")});
    }
    const RedisNode *node = look.node(look.master);
    if (!node) {
        if (ms < 10'000)
            return verdict(look, Need::Wait, QStringLiteral("the Sentinels name different masters"));
        return cannot(look, {ErrorCode::NotProved, QStringLiteral("the Sentinels name different masters"),
                             QStringLiteral("See which of them is cut off or misled, and end it; then try again.")});
    }
    if (!node->answers)
        return silentMaster(look, ms);
    if (node->role != RedisNode::Role::Master) {
        if (ms < 15'000)
            return verdict(look, Need::Wait, QStringLiteral("%1 is named master and is not one yet").arg(look.master.text()));
        return cannot(look, {ErrorCode::NotProved, QStringLiteral("%1 is named master and says it is a replica").arg(look.master.text()),
                             QStringLiteral("Somebody has made it one by hand: see `ROLE` on each node.")});
    }
    if (look.sayingDown() * 2 > look.answering()) {
        const QString why = QStringLiteral("master %1 answers here, and most Sentinels call it down").arg(look.master.text());
        return verdict(look, ms < look.downAfterMs() + 5000 ? Need::Wait : Need::Move, why);
    }
    RedisJudgement sound = verdict(look, options.planned ? Need::Move : Need::Nothing,
                                 options.planned ? QStringLiteral("a move of the healthy master %1 was asked for").arg(look.master.text())
                                                 : QStringLiteral("%1 is master by its own word and that of %2 Sentinels")
                                                       .arg(look.master.text()).arg(look.answering()));
    sound.changed = std::any_of(look.nodes.begin(), look.nodes.end(), [](const RedisNode &one) { return !one.answers; });
    return sound;
}

} // namespace understudy
