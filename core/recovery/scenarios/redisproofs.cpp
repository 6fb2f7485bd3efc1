// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

namespace understudy::redissteps {
namespace {

struct Standing
{
    QStringList missing;  ///< what keeps the proof from being made, for now
    QStringList attached; ///< replicas that follow the master with their link up
    QStringList silent;
};

Standing standingOf(const RedisLook &look)
{
    Standing standing;
    const RedisNode *master = look.node(look.master);
    if (!look.masterAnswers())
        standing.missing.append(QStringLiteral("no master says so itself"));
    if (!look.allAgreeOn(look.master) || look.master.isNull())
        standing.missing.append(QStringLiteral("the Sentinels do not all name the same master"));
    if (look.failoverRuns())
        standing.missing.append(QStringLiteral("a failover is still running"));
    for (const RedisNode &node : look.nodes) {
        if (&node == master)
            continue;
        if (!node.answers)
            standing.silent.append(node.address.text());
        else if (node.role == RedisNode::Role::Replica && node.follows == look.master && node.linkUp.value_or(false))
            standing.attached.append(node.address.text());
        else
            standing.missing.append(node.role == RedisNode::Role::Master
                                        ? QStringLiteral("%1 says it is master as well").arg(node.address.text())
                                        : QStringLiteral("%1 is not attached to it").arg(node.address.text()));
    }
    return standing;
}

/// Writes on the master, reads back there and on a replica, and takes it away again.
Result<QString> canary(StepContext &context, const RedisRecovery &redis, const RedisLook &look)
{
    const Result<std::unique_ptr<RedisSession>> master = redis.access.node(look.master, context.cancel);
    if (!master)
        return fail(master.error());
    const QByteArray key = "understudy:canary:" + QByteArray::number(context.clock.now().toMSecsSinceEpoch());
    const QByteArray value = look.master.text().toUtf8();
    const Result<RespValue> written = askRedis(**master, look.master, {"SET", key, value, "PX", "60000"});
    if (!written)
        return fail(written.error());
    const Result<RespValue> reached = askRedis(**master, look.master, {"WAIT", "1", "1000"});
    const Result<RespValue> read = askRedis(**master, look.master, {"GET", key});
    QStringList seen;
    for (const RedisNode &node : look.nodes) {
        if (!node.answers || node.role != RedisNode::Role::Replica)
            continue;
        const Result<std::unique_ptr<RedisSession>> replica = redis.access.node(node.address, context.cancel);
        const Result<RespValue> copy = replica ? askRedis(**replica, node.address, {"GET", key}) : Result<RespValue>(fail(replica.error()));
        if (copy && copy->text == value) {
            seen.append(node.address.text());
            break;
        }
    }
    (void)(*master)->call({"DEL", key}, redisDeadline);
    if (!read || read->text != value)
        return fail(ErrorCode::NotProved, QStringLiteral("a canary write to %1 could not be read back").arg(look.master.text()));
    if (!seen.isEmpty())
        return QStringLiteral("a canary write was read back there and on %1").arg(seen.first());
    if (reached && reached->integer > 0)
        return fail(ErrorCode::NotProved, QStringLiteral("a canary write is not to be read on any replica"));
    return QStringLiteral("a canary write was read back there; no replica holds it, there is none that answers");
}

Result<QString> proveMasterNow(StepContext &context, const RedisRecovery &redis)
{
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(40);
    QString said;
    for (;;) {
        const RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
        const Standing standing = standingOf(look);
        const QString missing = standing.missing.join(QStringLiteral("; "));
        if (standing.missing.isEmpty()) {
            const RedisJudgement verdict = verdictOf(context, redis);
            // A Redis that nothing has happened to is only looked at.
            const bool write = verdict.need != RedisJudgement::Need::Nothing || verdict.changed;
            const Result<QString> wrote = write ? canary(context, redis, look) : Result<QString>(QStringLiteral("nothing was written"));
            if (!wrote)
                return wrote;
            const Result<Unit> noted = context.note({{QStringLiteral("master"), look.master.text()},
                                                     {QStringLiteral("proved_at"), toRfc3339(context.clock.now())},
                                                     {QStringLiteral("silent"), standing.silent.join(QLatin1Char(' '))}});
            if (!noted)
                return fail(noted.error());
            QString evidence = QStringLiteral("%1 says ROLE master; %2 of %3 Sentinels answer and name it; attached: %4; %5")
                                   .arg(look.master.text()).arg(look.answering()).arg(look.sentinels.size())
                                   .arg(standing.attached.isEmpty() ? QStringLiteral("none") : standing.attached.join(QStringLiteral(", ")), *wrote);
            if (!standing.silent.isEmpty())
                evidence += QStringLiteral("; silent: %1, which may take writes for some seconds when it wakes").arg(standing.silent.join(QStringLiteral(", ")));
            return evidence;
        }
        if (missing != said)
            context.say(missing);
        said = missing;
        (void)demoteStrays(context, redis, look, "prove-master");
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, missing, QStringLiteral("See the Redis page for what each node says, mend it, then try again."));
        if (!rest(context, Milliseconds(100)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<QString> proveClientsNow(StepContext &context, const RedisRecovery &redis)
{
    const QJsonValue before = factsOf(context, "pre-flight")[QStringLiteral("clients_before")];
    const Endpoint master = endpointFrom(factsOf(context, "prove-master")[QStringLiteral("master")].toString());
    const Endpoint old = verdictOf(context, redis).master;
    const int expected = before.isDouble() ? before.toInt() : -1;
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(10);
    int now = countClients(redis.access, master, context.cancel);
    int said = -1;
    while (now >= 0 && now < expected && context.clock.monotonic() < until) {
        if (now != said)
            context.say(QStringLiteral("%1 of %2 clients are back; waiting 10 s at most for the others").arg(now).arg(expected));
        said = now;
        if (!rest(context, Milliseconds(200)))
            break;
        now = countClients(redis.access, master, context.cancel);
    }
    if (context.cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    const int left = old == master ? 0 : countClients(redis.access, old, context.cancel);
    const QString onOld = left < 0 ? QStringLiteral("who is still on %1 cannot be seen: it does not answer").arg(old.text())
                                   : QStringLiteral("%1 on the old master").arg(left);
    if (now < 0)
        return fail(ErrorCode::NotProved, QStringLiteral("the clients of %1 cannot be counted").arg(master.text()),
                    QStringLiteral("CLIENT LIST is not allowed there; ask the application itself."));
    if (expected < 0)
        return fail(ErrorCode::NotProved, QStringLiteral("%1 clients are on %2; how many there were before is unknown").arg(now).arg(master.text()),
                    QStringLiteral("Ask the application: clients that do not follow Sentinel need a restart."), onOld);
    if (now < expected)
        return fail(ErrorCode::NotProved, QStringLiteral("%1 of %2 clients are back on %3").arg(now).arg(expected).arg(master.text()),
                    QStringLiteral("Clients that do not follow Sentinel need a restart: see the step that restarts the backends."), onOld);
    return QStringLiteral("%1 clients on %2, %3 before; %4").arg(now).arg(master.text()).arg(expected).arg(onOld);
}

} // namespace

int countClients(const RedisAccess &access, const Endpoint &node, const CancelToken &cancel)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(node, cancel);
    if (!session)
        return -1;
    const Result<RespValue> id = askRedis(**session, node, {"CLIENT", "ID"});
    const Result<RespValue> list = askRedis(**session, node, {"CLIENT", "LIST", "TYPE", "normal"});
    if (!id || !list)
        return -1;
    int clients = 0;
    for (const QByteArray &line : list->text.split('\n')) {
        const bool ours = line.startsWith(QByteArray("id=" + QByteArray::number(id->integer) + ' '));
        if (!line.trimmed().isEmpty() && !ours && !line.contains(" name=sentinel-"))
            ++clients;
    }
    return clients;
}

Step proveMaster(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("prove-master"),
            .name = QStringLiteral("Prove the new master"),
            .deadline = std::chrono::seconds(40),
            .preview = [](StepContext &) -> Result<StepPreview> {
                return StepPreview{.why = QStringLiteral("An answer of OK proves nothing."),
                                   .willDo = {{QStringLiteral("ROLE, INFO replication"), QStringLiteral("every node")},
                                              {QStringLiteral("SENTINEL MASTER"), QStringLiteral("every Sentinel")},
                                              {QStringLiteral("SET, WAIT, GET, DEL of a key of its own that expires"), QStringLiteral("the new master and a replica")},
                                              {QStringLiteral("REPLICAOF <new master>; CONFIG REWRITE; CLIENT KILL TYPE normal"),
                                               QStringLiteral("the old master, should it answer again and say that it is master")}},
                                   .expect = {QStringLiteral("one master by its own word and that of every Sentinel that answers"),
                                              QStringLiteral("every node that answers is attached to it")},
                                   .predicted = QStringLiteral("proved")};
            },
            .verify = [redis](StepContext &context) { return proveMasterNow(context, *redis); }};
}

Step proveClients(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("prove-clients"),
            .name = QStringLiteral("Prove the clients are back"),
            .observe = [redis](StepContext &context) -> Result<Observation> {
                const RedisJudgement verdict = verdictOf(context, *redis);
                if (verdict.need == RedisJudgement::Need::Nothing && !verdict.changed)
                    return Observation{Observation::Sight::AlreadyTrue, QStringLiteral("nobody was moved")};
                return Observation{Observation::Sight::NotYet, {}};
            },
            .verify = [redis](StepContext &context) { return proveClientsNow(context, *redis); },
            .advisory = true};
}

} // namespace understudy::redissteps
