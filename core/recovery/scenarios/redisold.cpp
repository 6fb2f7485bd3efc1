// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "core/recovery/scenarios/redissteps.h"

#include <algorithm>
#include <iterator>

// An old master that was silent knows of nothing when it wakes, and takes writes until a Sentinel tells
// it otherwise, about ten seconds later; all of them are lost then. As long as the run is open it is told
// the moment it is seen.
namespace understudy::redissteps {
namespace {

constexpr const char *tellers[] = {"tell-sentinels", "prove-master", "keep"};

/// One that has followed another since does not say that it is master by mistake: somebody made it one.
bool hasFollowed(const StepContext &context, const Endpoint &old)
{
    const QJsonObject moved = factsOf(context, "fail-over");
    if (moved[QStringLiteral("demoted")].toBool() && moved[QStringLiteral("from")] == old.text())
        return true;
    return std::any_of(std::begin(tellers), std::end(tellers), [&](const char *step) {
        return factsOf(context, step)[QStringLiteral("old_follows")] == old.text();
    });
}

/// The masters that this run gave up, or saw given up, and that have not been seen to follow.
QList<Endpoint> givenUp(const StepContext &context)
{
    const QJsonObject judged = factsOf(context, "judge");
    QStringList names{judged[QStringLiteral("moved_from")].toString(), factsOf(context, "promote")[QStringLiteral("old")].toString()};
    if (judged[QStringLiteral("need")] == QLatin1String("move"))
        names.append(judged[QStringLiteral("master")].toString());
    QList<Endpoint> old;
    for (const QString &name : names) {
        const Endpoint node = endpointFrom(name);
        if (!node.isNull() && !old.contains(node) && !hasFollowed(context, node))
            old.append(node);
    }
    return old;
}

/// Who has to be followed: certain enough to give away another node's data, or null.
Endpoint successor(const StepContext &context, const RedisLook &look, const Endpoint &old)
{
    const Endpoint byHand = endpointFrom(factsOf(context, "promote")[QStringLiteral("target")].toString());
    if (!byHand.isNull()) {
        const RedisNode *node = look.node(byHand);
        return node && node->answers && node->role == RedisNode::Role::Master && byHand != old ? byHand : Endpoint{};
    }
    // This run's own failover need not have ended: Sentinel re-points the replicas for a second or more.
    const QJsonObject moved = factsOf(context, "fail-over");
    const Endpoint promoted = endpointFrom(moved[QStringLiteral("promoted")].toString());
    const RedisNode *node = promoted.isNull() ? nullptr : look.node(promoted);
    if (node && node->answers && node->role == RedisNode::Role::Master && moved[QStringLiteral("from")] == old.text())
        return promoted;
    return look.failoverRuns() ? Endpoint{} : look.successorOf(old);
}

/// Noted once for each time that it says so, before it is told.
Result<Unit> noteStray(StepContext &context, const char *step, const RedisNode &stray, const Endpoint &master)
{
    const QJsonObject known = factsOf(context, step);
    if (known[QStringLiteral("stray_run_id")] == stray.runId && !known[QStringLiteral("stray_demoted")].toBool())
        return Unit{};
    return context.note({{QStringLiteral("stray"), stray.address.text()}, {QStringLiteral("stray_run_id"), stray.runId},
                         {QStringLiteral("stray_offset"), stray.offset}, {QStringLiteral("stray_told"), master.text()},
                         {QStringLiteral("stray_demoted"), false}});
}

} // namespace

bool demoteStrays(StepContext &context, const RedisRecovery &redis, const RedisLook &look, const char *step)
{
    bool found = false;
    for (const Endpoint &old : givenUp(context)) {
        const RedisNode *node = look.node(old);
        const Endpoint master = successor(context, look, old);
        if (!node || !node->answers || node->role != RedisNode::Role::Master || master.isNull())
            continue;
        found = true;
        if (!noteStray(context, step, *node, master))
            return found;
        const Result<std::unique_ptr<RedisSession>> session = redis.access.node(old, context.cancel);
        const QString obstacle = session ? demote(**session, {}, master) : session.error().text();
        if (!obstacle.isEmpty()) {
            context.say(QStringLiteral("old master %1 answers again, says that it is master and could not be told to follow %2: %3")
                            .arg(old.text(), master.text(), obstacle));
            continue;
        }
        (void)context.note({{QStringLiteral("stray_demoted"), true}});
        (void)context.external(QStringLiteral("old master %1 answered again and said that it was master; it was told to follow %2. "
                                              "What it took in between is lost.").arg(old.text(), master.text()));
    }
    return found;
}

bool lookForStrays(StepContext &context, const RedisRecovery &redis, const char *step)
{
    bool silent = false;
    for (const Endpoint &old : givenUp(context)) {
        const RedisNode node = lookAtNode(redis.access, old, context.cancel);
        silent = silent || !node.answers;
        if (node.answers && node.role == RedisNode::Role::Replica)
            (void)context.note({{QStringLiteral("old_follows"), old.text()}});
        if (!node.answers || node.role != RedisNode::Role::Master || context.cancel.isCancelled())
            continue;
        const Endpoint byHand = endpointFrom(factsOf(context, "promote")[QStringLiteral("target")].toString());
        const QList<Endpoint> more = knownNodes(context, redis) + QList<Endpoint>{old, byHand};
        demoteStrays(context, redis, lookAtRedis(redis.access, context.cancel, more), step);
    }
    return silent;
}

void watchOldMasters(StepContext &context, const RedisRecovery &redis)
{
    // A hung one keeps the question itself waiting; one that follows is not looked at again.
    const bool silent = lookForStrays(context, redis, "keep");
    (void)rest(context, silent ? Milliseconds(100) : Milliseconds(1000));
}

} // namespace understudy::redissteps
