// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisfence.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "core/recovery/scenarios/redissteps.h"

namespace understudy::redissteps {
namespace {

using Sight = Observation::Sight;

RedisFence fenceOf(const StepContext &context)
{
    return RedisFence::fromJson(factsOf(context, "fence")[QStringLiteral("fence")].toObject());
}

/// A run that was killed may have left a failover behind: who has to be fenced is known when it is over.
RedisLook lookAtRest(StepContext &context, const RedisRecovery &redis)
{
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(60);
    RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    while (look.failoverRuns() && !context.dryRun && context.clock.monotonic() < until && rest(context, Milliseconds(100)))
        look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    return look;
}

Result<Observation> observeFence(StepContext &context, const RedisRecovery &redis)
{
    const RedisJudgement verdict = verdictOf(context, redis);
    if (verdict.need == RedisJudgement::Need::Nothing)
        return Observation{Sight::AlreadyTrue, QStringLiteral("nothing is moved, so nothing is fenced")};
    if (verdict.need != RedisJudgement::Need::Move)
        return Observation{Sight::NotNeeded, QStringLiteral("no Sentinel is asked for anything")};
    const RedisLook look = lookAtRest(context, redis);
    if (look.failoverRuns() && !context.dryRun)
        return Observation{Sight::Unknown, QStringLiteral("a failover is running")};
    if (const Endpoint successor = look.successorOf(verdict.master); !successor.isNull())
        return Observation{Sight::NotNeeded, QStringLiteral("%1 is master by now").arg(successor.text())};
    const RedisNode *node = look.node(verdict.master);
    if (!node || !node->answers)
        return Observation{Sight::NotNeeded, QStringLiteral("the old master does not answer: there is nothing to fence")};
    if (node->role != RedisNode::Role::Master)
        return Observation{Sight::NotNeeded, QStringLiteral("%1 is no master any more").arg(verdict.master.text())};
    const RedisFence known = fenceOf(context);
    if (known.kind == RedisFence::Kind::MinReplicas) {
        const Result<bool> standing = redisfence::stands(redis.access, known, context.cancel);
        if (!standing)
            return fail(standing.error());
        return Observation{*standing ? Sight::AlreadyTrue : Sight::NotYet, QStringLiteral("min-replicas-to-write of %1").arg(known.node.text())};
    }
    const RedisFence fence = redisfence::possible(redis.access, *node, int(look.nodes.size()), context.cancel);
    if (fence.kind == RedisFence::Kind::MinReplicas)
        return Observation{Sight::NotYet, {}};
    return Observation{Sight::NotNeeded, fence.kind == RedisFence::Kind::Pause
                           ? QStringLiteral("CONFIG is not allowed here: writes are paused during the failover instead")
                           : QStringLiteral("none can be had: %1").arg(fence.why)};
}

Result<RedisFence> planned(StepContext &context, const RedisRecovery &redis)
{
    const RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    const RedisNode *node = look.node(verdictOf(context, redis).master);
    if (!node || !node->answers)
        return fail(ErrorCode::TargetChanged, QStringLiteral("the old master does not answer any more"),
                    QStringLiteral("Begin again: now there is nothing to fence."));
    const RedisFence fence = redisfence::possible(redis.access, *node, int(look.nodes.size()), context.cancel);
    const RedisFence known = fenceOf(context);
    // While our own fence stands, what CONFIG GET tells is the fence, not what was before it.
    if (known.node == fence.node && fence.oldMinimum == QString::number(known.minimum))
        return known;
    return fence;
}

Result<StepPreview> previewFence(StepContext &context, const RedisRecovery &redis)
{
    const Result<RedisFence> fence = planned(context, redis);
    if (!fence)
        return fail(fence.error());
    const RedisLook look = lookAtRedis(redis.access, context.cancel);
    const SentinelSeen *asked = sentinelToAsk(look);
    const QString sentinel = asked ? asked->opinion.address.text() : QStringLiteral("none");
    const QString choice = asked ? predictFailover(*asked).choice.text() : QString();
    const QString node = fence->node.text();
    const QString master = QString::fromUtf8(redis.access.master());
    StepPreview shown;
    shown.title = QStringLiteral("Hold writes to %1 off, and fail over").arg(node);
    shown.why = QStringLiteral("%1 still answers. Without a fence it would go on accepting writes for about ten seconds "
                               "after another is promoted, and those would be lost.").arg(node);
    for (const QList<QByteArray> &command : fence->setting())
        shown.willDo.append({QString::fromUtf8(command.join(' ')), QStringLiteral("master %1").arg(node)});
    shown.willDo.append({QStringLiteral("SENTINEL FAILOVER %1").arg(master), QStringLiteral("Sentinel %1").arg(sentinel)});
    QStringList lifting;
    for (const QList<QByteArray> &command : fence->lifting())
        lifting.append(QString::fromUtf8(command.join(' ')));
    shown.willDo.append({QStringLiteral("MULTI; REPLICAOF <new master>; %1; CONFIG REWRITE; CLIENT KILL TYPE normal; EXEC").arg(lifting.join(QStringLiteral("; "))),
                         QStringLiteral("old master %1, as soon as the new one says ROLE master").arg(node)});
    shown.willNot = {QStringLiteral("stop reads"), QStringLiteral("move clients that do not follow Sentinel")};
    shown.expect = {QStringLiteral("writes get NOREPLICAS for about a second"),
                    QStringLiteral("every replica holds all that %1 has acknowledged").arg(node),
                    QStringLiteral("%1 is Sentinel's expected choice").arg(choice)};
    shown.predicted = QStringLiteral("OK");
    for (const QList<QByteArray> &command : fence->setting())
        shown.byHand.append(byHand(redis.access, fence->node, QString::fromUtf8(command.join(' '))));
    if (asked)
        shown.byHand.append(byHand(redis.access, asked->opinion.address, QStringLiteral("SENTINEL FAILOVER %1").arg(master)));
    for (const QList<QByteArray> &command : fence->lifting())
        shown.byHand.append(byHand(redis.access, fence->node, QString::fromUtf8(command.join(' ')))
                            + QStringLiteral("   # once another is master, or to take it back"));
    shown.wayBack = QStringLiteral("min-replicas-to-write goes back to %1 on every way out").arg(fence->oldMinimum);
    shown.button = QStringLiteral("Hold writes off and fail over %1").arg(master);
    return shown;
}

} // namespace

Step fence(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("fence"),
            .name = QStringLiteral("Hold writes off"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Hold,
            .observe = [redis](StepContext &context) { return observeFence(context, *redis); },
            .preview = [redis](StepContext &context) { return previewFence(context, *redis); },
            .prepare = [redis](StepContext &context) -> Result<QJsonObject> {
                const Result<RedisFence> fence = planned(context, *redis);
                if (!fence)
                    return fail(fence.error());
                return QJsonObject{{QStringLiteral("fence"), fence->toJson()}};
            },
            .act = [redis](StepContext &context) -> Result<QString> {
                const Result<Unit> set = redisfence::set(redis->access, fenceOf(context), context.cancel);
                return set ? Result<QString>(QStringLiteral("OK")) : fail(set.error());
            },
            .verify = [redis](StepContext &context) -> Result<QString> {
                const Result<qint64> offset = redisfence::prove(context, redis->access, fenceOf(context));
                if (!offset)
                    return fail(offset.error());
                if (const Result<Unit> noted = context.note({{QStringLiteral("offset"), *offset}}); !noted)
                    return fail(noted.error());
                return QStringLiteral("writes get NOREPLICAS, and every replica has reached offset %1").arg(*offset);
            },
            .holds = true,
            .identity = [redis](StepContext &context) -> Result<QString> {
                const RedisNode node = lookAtNode(redis->access, verdictOf(context, *redis).master, context.cancel);
                return QStringLiteral("%1 run_id %2").arg(node.address.text(), node.runId);
            }};
}

} // namespace understudy::redissteps
