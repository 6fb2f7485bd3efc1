// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisfence.h"

#include "core/base/quantity.h"

#include <QThread>

#include <algorithm>

namespace understudy {
namespace {

// Far above any number of replicas, and easy to recognise as ours.
constexpr int beyondReplicas = 1000;

QList<QByteArray> configSet(const char *name, const QString &value)
{
    return {"CONFIG", "SET", name, value.toUtf8()};
}

Result<Unit> run(const RedisAccess &access, const RedisFence &fence, const QList<QList<QByteArray>> &commands,
                 const CancelToken &cancel)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(fence.node, cancel);
    if (!session)
        return fail(session.error());
    for (const QList<QByteArray> &command : commands) {
        if (const Result<RespValue> reply = askRedis(**session, fence.node, command); !reply)
            return fail(reply.error());
    }
    return Unit{};
}

} // namespace

QJsonObject RedisFence::toJson() const
{
    return {{QStringLiteral("kind"), kind == Kind::MinReplicas ? QStringLiteral("min-replicas") : kind == Kind::Pause ? QStringLiteral("pause") : QStringLiteral("none")},
            {QStringLiteral("node"), node.text()},
            {QStringLiteral("run_id"), runId},
            {QStringLiteral("old_min_replicas_to_write"), oldMinimum},
            {QStringLiteral("old_min_replicas_max_lag"), oldLag},
            {QStringLiteral("min_replicas_to_write"), minimum},
            {QStringLiteral("set_at"), setAt}};
}

RedisFence RedisFence::fromJson(const QJsonObject &json)
{
    const QString kind = json[QStringLiteral("kind")].toString();
    return {.kind = kind == QLatin1String("min-replicas") ? Kind::MinReplicas : kind == QLatin1String("pause") ? Kind::Pause : Kind::None,
            .node = endpointFrom(json[QStringLiteral("node")].toString()),
            .runId = json[QStringLiteral("run_id")].toString(),
            .oldMinimum = json[QStringLiteral("old_min_replicas_to_write")].toString(),
            .oldLag = json[QStringLiteral("old_min_replicas_max_lag")].toString(),
            .minimum = json[QStringLiteral("min_replicas_to_write")].toInt(),
            .setAt = json[QStringLiteral("set_at")].toInteger()};
}

QList<QList<QByteArray>> RedisFence::setting() const
{
    QList<QList<QByteArray>> commands;
    // A lag of 0 switches the whole check off.
    if (oldLag == QLatin1String("0"))
        commands.append(configSet("min-replicas-max-lag", QStringLiteral("10")));
    commands.append(configSet("min-replicas-to-write", QString::number(minimum)));
    return commands;
}

QList<QList<QByteArray>> RedisFence::lifting() const
{
    QList<QList<QByteArray>> commands{configSet("min-replicas-to-write", oldMinimum)};
    if (oldLag == QLatin1String("0"))
        commands.append(configSet("min-replicas-max-lag", oldLag));
    return commands;
}

namespace redisfence {

RedisFence possible(const RedisAccess &access, const RedisNode &master, int replicas, const CancelToken &cancel)
{
    RedisFence fence{.kind = RedisFence::Kind::Pause, .node = master.address, .runId = master.runId,
                     .setAt = QDateTime::currentMSecsSinceEpoch()};
    const Result<std::unique_ptr<RedisSession>> session = access.node(master.address, cancel);
    if (!session) {
        fence.kind = RedisFence::Kind::None;
        fence.why = session.error().text();
        return fence;
    }
    const Result<RespValue> minimum = askRedis(**session, master.address, {"CONFIG", "GET", "min-replicas-to-write"});
    const Result<RespValue> lag = askRedis(**session, master.address, {"CONFIG", "GET", "min-replicas-max-lag"});
    if (!minimum || !lag || minimum->items.isEmpty()) {
        fence.why = minimum ? QStringLiteral("CONFIG GET tells nothing") : minimum.error().text();
        return fence;
    }
    fence.kind = RedisFence::Kind::MinReplicas;
    fence.oldMinimum = QString::fromUtf8(minimum->field("min-replicas-to-write"));
    fence.oldLag = QString::fromUtf8(lag->field("min-replicas-max-lag"));
    fence.minimum = beyondReplicas + replicas;
    return fence;
}

Result<bool> stands(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(fence.node, cancel);
    if (!session)
        return fail(session.error());
    const Result<RespValue> minimum = askRedis(**session, fence.node, {"CONFIG", "GET", "min-replicas-to-write"});
    if (!minimum)
        return fail(minimum.error());
    return minimum->field("min-replicas-to-write") == QByteArray::number(fence.minimum);
}

Result<Unit> set(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel)
{
    return run(access, fence, fence.setting(), cancel);
}

Result<qint64> prove(StepContext &context, const RedisAccess &access, const RedisFence &fence)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(fence.node, context.cancel);
    if (!session)
        return fail(session.error());
    const Result<RespValue> write = (*session)->call({"SET", "understudy:fence", "1", "PX", "1000"}, redisDeadline);
    if (!write)
        return fail(write.error());
    if (write->text.startsWith("NOREPLICAS")) {
        context.say(QStringLiteral("a write to %1 gets NOREPLICAS").arg(fence.node.text()));
    } else if (!write->isError()) {
        return fail(ErrorCode::NotProved, QStringLiteral("%1 still takes writes").arg(fence.node.text()),
                    QStringLiteral("Nothing was moved. Stop the writers, or move it knowing that writes can be lost."));
    } else if (const Result<bool> standing = stands(access, fence, context.cancel); !standing || !*standing) {
        return fail(ErrorCode::NotProved, QStringLiteral("cannot tell whether %1 takes writes").arg(fence.node.text()), {},
                    write->string());
    }
    QList<Endpoint> replicas;
    const RedisLook look = lookAtRedis(access, context.cancel, {fence.node});
    for (const RedisNode &node : look.nodes) {
        if (node.address != fence.node && node.answers && node.role == RedisNode::Role::Replica)
            replicas.append(node.address);
    }
    return waitEqual(context, access, fence.node, replicas, std::chrono::seconds(5));
}

Result<Unit> lift(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel)
{
    const Result<bool> standing = stands(access, fence, cancel);
    if (!standing)
        return fail(standing.error());
    return *standing ? run(access, fence, fence.lifting(), cancel) : Result<Unit>(Unit{});
}

Result<qint64> waitEqual(StepContext &context, const RedisAccess &access, const Endpoint &master,
                         const QList<Endpoint> &replicas, Milliseconds deadline)
{
    // PINGs and the Sentinels' own messages go on flowing, so it is the offset of this moment that
    // every replica has to reach, not the newest.
    const RedisNode seen = lookAtNode(access, master, context.cancel);
    if (!seen.answers || seen.offset < 0)
        return fail(ErrorCode::NotProved, QStringLiteral("offset of %1 is unknown").arg(master.text()), {}, seen.silence);
    const Milliseconds until = context.clock.monotonic() + deadline;
    for (;;) {
        QStringList behind;
        for (const Endpoint &replica : replicas) {
            const RedisNode node = lookAtNode(access, replica, context.cancel);
            if (node.answers && node.offset < seen.offset)
                behind.append(QStringLiteral("%1 by %2").arg(replica.text(), bytesText(double(seen.offset - node.offset))));
        }
        if (behind.isEmpty())
            return seen.offset;
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("replicas stay behind the master: %1").arg(behind.join(QStringLiteral(", "))),
                        QStringLiteral("Wait until they have caught up, or take them out by replica-priority 0."));
        QThread::msleep(5);
    }
}

} // namespace redisfence
} // namespace understudy
