// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

// Going back, and taking back what must not outlive a run. Both keep what they change in the facts of
// the step "fail-over" before they change it: "back_fence" and "priorities".
namespace understudy::redissteps {
namespace {

/// The replica that Sentinel is to promote: all others get priority 0 until it has.
Result<Unit> setPriority(const RedisAccess &access, const Endpoint &node, const QByteArray &priority, bool persist,
                         const CancelToken &cancel)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(node, cancel);
    if (!session)
        return fail(session.error());
    if (const Result<RespValue> set = askRedis(**session, node, {"CONFIG", "SET", "replica-priority", priority}); !set)
        return fail(set.error());
    // Sentinel writes the file of each replica that it re-points, with whatever priority it had then.
    if (persist)
        (void)(*session)->call({"CONFIG", "REWRITE"}, redisDeadline);
    return Unit{};
}

Result<Unit> lowerOthers(StepContext &context, const RedisAccess &access, const RedisLook &look, const Endpoint &target)
{
    QJsonObject priorities = factsOf(context, "fail-over")[QStringLiteral("priorities")].toObject();
    for (const RedisNode &node : look.nodes) {
        if (!node.answers || node.address == target || node.address == look.master || node.priority == 0)
            continue;
        priorities.insert(node.address.text(), node.priority);
    }
    if (const Result<Unit> noted = context.note({{QStringLiteral("priorities"), priorities}, {QStringLiteral("priorities_restored"), false},
                                             {QStringLiteral("priorities_set_at"), context.clock.now().toMSecsSinceEpoch()}}); !noted)
        return noted;
    for (QJsonObject::const_iterator it = priorities.constBegin(); it != priorities.constEnd(); ++it) {
        if (const Result<Unit> set = setPriority(access, endpointFrom(it.key()), "0", false, context.cancel); !set)
            return set;
    }
    return Unit{};
}

/// Sentinel learns priorities by its next INFO, up to ten seconds later.
Result<Unit> waitUntilKnown(StepContext &context, const RedisAccess &access, const Endpoint &via, const Endpoint &target)
{
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(25);
    context.say(QStringLiteral("waiting for Sentinel %1 to learn the priorities, up to ten seconds").arg(via.text()));
    for (;;) {
        const RedisLook look = lookAtRedis(access, context.cancel);
        const SentinelSeen *seen = look.sentinel(via);
        if (seen && seen->opinion.answers) {
            const FailoverPrediction prediction = predictFailover(*seen);
            if (prediction.reply == QLatin1String("OK") && prediction.choice == target
                && std::count_if(prediction.candidates.begin(), prediction.candidates.end(),
                                 [](const FailoverPrediction::Candidate &one) { return one.unfit.isEmpty(); }) == 1)
                return Unit{};
        }
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("Sentinel %1 would not choose %2").arg(via.text(), target.text()),
                        QStringLiteral("Nothing was moved; look at the replica's link and priority."));
        if (!rest(context, Milliseconds(200)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<Unit> restorePriorities(StepContext &context, const RedisAccess &access)
{
    const QJsonObject facts = factsOf(context, "fail-over");
    const QJsonObject priorities = facts[QStringLiteral("priorities")].toObject();
    if (priorities.isEmpty() || facts[QStringLiteral("priorities_restored")].toBool()
        || factsOf(context, "run")[QStringLiteral("restored")] == facts[QStringLiteral("priorities_set_at")])
        return Unit{};
    for (QJsonObject::const_iterator it = priorities.constBegin(); it != priorities.constEnd(); ++it) {
        const Result<Unit> set = setPriority(access, endpointFrom(it.key()), QByteArray::number(it.value().toInt()), true, CancelToken());
        if (!set)
            return fail(ErrorCode::NeedsOperator, QStringLiteral("replica-priority of %1 could not be set back to %2").arg(it.key()).arg(it.value().toInt()),
                        QStringLiteral("When it answers: CONFIG SET replica-priority %1, then resume the run.").arg(it.value().toInt()),
                        set.error().text());
    }
    // Noted under the step by an undo, under the run by a release.
    (void)context.note({{QStringLiteral("priorities_restored"), true}, {QStringLiteral("restored"), facts[QStringLiteral("priorities_set_at")]}});
    return Unit{};
}

/// The old master may only be opened again if nobody else is master by now.
Result<Unit> releaseFence(StepContext &context, const RedisRecovery &redis, const char *step, const char *key)
{
    const RedisFence fence = RedisFence::fromJson(factsOf(context, step)[QLatin1String(key)].toObject());
    const QString lifted = QStringLiteral("lifted_%1").arg(QLatin1String(key));
    if (fence.kind != RedisFence::Kind::MinReplicas || factsOf(context, "run")[lifted].toInteger() == fence.setAt)
        return Unit{};
    const Result<bool> standing = redisfence::stands(redis.access, fence, CancelToken());
    if (!standing)
        return fail(ErrorCode::NeedsOperator, QStringLiteral("cannot tell whether writes are still held off on %1").arg(fence.node.text()),
                    QStringLiteral("When it answers, resume the run; or by hand: %1").arg(
                        byHand(redis.access, fence.node, QString::fromUtf8(fence.lifting().first().join(' ')))),
                    standing.error().text());
    if (*standing) {
        const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(30);
        RedisLook look = lookAtRedis(redis.access, CancelToken(), {fence.node});
        while (look.failoverRuns() && context.clock.monotonic() < until) {
            (void)rest(context, Milliseconds(100));
            look = lookAtRedis(redis.access, CancelToken(), {fence.node});
        }
        if (const Endpoint successor = look.successorOf(fence.node); !successor.isNull()) {
            const Result<std::unique_ptr<RedisSession>> old = redis.access.node(fence.node, CancelToken());
            const QString obstacle = old ? demote(**old, fence, successor) : old.error().text();
            if (!obstacle.isEmpty())
                return fail(ErrorCode::NeedsOperator, QStringLiteral("old master %1 could not be told to follow %2").arg(fence.node.text(), successor.text()), {}, obstacle);
        } else if (const Result<Unit> done = redisfence::lift(redis.access, fence, CancelToken()); !done) {
            return done;
        }
    }
    (void)context.note({{lifted, fence.setAt}});
    return Unit{};
}

Result<RedisLook> lookBeforeGoingBack(StepContext &context, const RedisRecovery &redis, const Endpoint &target)
{
    RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    const RedisNode *node = look.node(target);
    if (look.failoverRuns())
        return fail(ErrorCode::FailoverInProgress, QStringLiteral("a failover is running"), QStringLiteral("Wait for it to end."));
    if (!look.masterAnswers())
        return fail(ErrorCode::NotProved, QStringLiteral("the present master does not answer"), QStringLiteral("Recover that first."));
    if (look.master == target)
        return look;
    if (!node || !node->answers || !node->linkUp.value_or(false) || node->follows != look.master)
        return fail(ErrorCode::NoWayBack, QStringLiteral("%1 is not a replica in good standing").arg(target.text()),
                    QStringLiteral("Bring it back first; until then there is no way back to it."), node ? node->silence : QString());
    return look;
}

Result<QString> moveBack(StepContext &context, const RedisRecovery &redis, const RedisLook &look, const Endpoint &target)
{
    const SentinelSeen *asked = sentinelToAsk(look);
    if (!asked)
        return fail(ErrorCode::Unreachable, QStringLiteral("no Sentinel answers that names the master"));
    const Endpoint via = asked->opinion.address;
    if (const Result<Unit> lowered = lowerOthers(context, redis.access, look, target); !lowered)
        return fail(lowered.error());
    if (const Result<Unit> known = waitUntilKnown(context, redis.access, via, target); !known)
        return fail(known.error());
    RedisMove move{.via = via, .from = look.master, .fromAnswers = true, .candidates = {target},
                   .pause = Milliseconds(look.downAfterMs() * 7 / 10)};
    const RedisNode master = lookAtNode(redis.access, look.master, context.cancel);
    const RedisFence fence = redisfence::possible(redis.access, master, int(look.nodes.size()), context.cancel);
    if (fence.kind == RedisFence::Kind::MinReplicas) {
        if (const Result<Unit> noted = context.note({{QStringLiteral("back_fence"), fence.toJson()}}); !noted)
            return fail(noted.error());
        if (const Result<Unit> set = redisfence::set(redis.access, fence, context.cancel); !set)
            return fail(set.error());
        if (const Result<qint64> proved = redisfence::prove(context, redis.access, fence); !proved)
            return fail(proved.error());
    }
    move.fence = fence;
    const Result<RedisMoved> moved = moveMaster(context, redis.access, move);
    if (!moved)
        return fail(moved.error());
    if (moved->to != target)
        return fail(ErrorCode::NotProved, QStringLiteral("Sentinel promoted %1 instead of %2").arg(moved->to.text(), target.text()));
    return QStringLiteral("%1 is master again after %2").arg(target.text(), durationText(moved->took));
}

} // namespace

Result<QString> goBack(StepContext &context, const RedisRecovery &redis)
{
    const Endpoint target = verdictOf(context, redis).master;
    const Result<RedisLook> look = lookBeforeGoingBack(context, redis, target);
    if (!look)
        return fail(look.error());
    Result<QString> moved = look->master == target ? Result<QString>(QStringLiteral("%1 is master").arg(target.text()))
                                                   : moveBack(context, redis, *look, target);
    // Whatever became of it: no priority and no fence stays as it was set here.
    const Result<QString> released = release(context, redis);
    if (!moved)
        return moved;
    if (!released)
        return released;
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(40);
    for (;;) {
        const RedisLook now = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
        if (now.masterAnswers() && now.master == target && now.allAgreeOn(target) && !now.failoverRuns())
            return QStringLiteral("%1; every Sentinel that answers names it").arg(*moved);
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("the Sentinels do not all name %1").arg(target.text()));
        if (!rest(context, Milliseconds(100)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<QString> release(StepContext &context, const RedisRecovery &redis)
{
    if (const Result<Unit> done = releaseFence(context, redis, "fence", "fence"); !done)
        return fail(done.error());
    if (const Result<Unit> done = releaseFence(context, redis, "fail-over", "back_fence"); !done)
        return fail(done.error());
    if (const Result<Unit> done = restorePriorities(context, redis.access); !done)
        return fail(done.error());
    return QString();
}

} // namespace understudy::redissteps
