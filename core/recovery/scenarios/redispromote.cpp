// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

#include <QJsonArray>

#include <functional>
#include <future>
#include <vector>

// The last resort, when no Sentinel answers: a replica is promoted by hand, and each Sentinel that comes
// back is told at once. One that is not told demotes the promoted node, and its data is gone.
namespace understudy::redissteps {
namespace {

using Sight = Observation::Sight;
using Verdict = PreflightCheck::Verdict;

Endpoint targetOf(const RedisRecovery &redis) { return endpointFrom(redis.options.promote.section(QLatin1Char(','), 0, 0)); }

/// What is known of the data nodes without a Sentinel: what the operator and the plan name, and what the
/// target itself says about whom it followed.
QList<RedisNode> others(StepContext &context, const RedisRecovery &redis)
{
    QList<Endpoint> addresses = knownNodes(context, redis);
    for (const QString &name : redis.options.promote.split(QLatin1Char(',')).mid(1))
        addresses.append(endpointFrom(name));
    for (const QString &announced : redis.access.plan().addresses.keys())
        addresses.append(endpointFrom(announced));
    const RedisNode target = lookAtNode(redis.access, targetOf(redis), context.cancel);
    addresses.append(target.follows);
    addresses.append(endpointFrom(factsOf(context, "promote")[QStringLiteral("old")].toString()));
    QList<RedisNode> nodes;
    QList<Endpoint> seen{target.address, Endpoint{}};
    for (const Endpoint &address : addresses) {
        if (seen.contains(address) || address.isNull())
            continue;
        seen.append(address);
        nodes.append(lookAtNode(redis.access, address, context.cancel));
    }
    return nodes;
}

QList<PreflightCheck> checks(StepContext &context, const RedisRecovery &redis)
{
    QList<PreflightCheck> list;
    if (verdictOf(context, redis).need != RedisJudgement::Need::Promote)
        return list;
    const RedisLook look = lookAtRedis(redis.access, context.cancel);
    const RedisNode target = lookAtNode(redis.access, targetOf(redis), context.cancel);
    // Begun by this run and cut off: what is left is to finish it, and soon, since a Sentinel that returns
    // would demote the node.
    const bool ours = target.answers && target.role == RedisNode::Role::Master
        && factsOf(context, "promote")[QStringLiteral("target")].toString() == target.address.text();
    for (const SentinelSeen &seen : look.sentinels) {
        // Not being able to ask is no silence: behind a broken ssh they may all be well, and would make a second master.
        if (seen.fault == ErrorCode::TunnelDown || seen.fault == ErrorCode::PermissionDenied || seen.fault == ErrorCode::NameNotFound)
            list.append({QStringLiteral("every Sentinel can be asked"), Verdict::Fail,
                         QStringLiteral("%1 cannot be asked from here: %2").arg(seen.opinion.address.text(), seen.opinion.silence)});
    }
    list.append({QStringLiteral("no Sentinel answers"), look.answering() == 0 ? Verdict::Pass : ours ? Verdict::Warn : Verdict::Fail,
                 QStringLiteral("%1 of %2 do").arg(look.answering()).arg(look.sentinels.size())});
    list.append({QStringLiteral("%1 answers and is a replica").arg(target.address.text()),
                 ours || (target.answers && target.role == RedisNode::Role::Replica) ? Verdict::Pass : Verdict::Fail,
                 ours ? QStringLiteral("this run has promoted it already")
                 : target.answers ? QStringLiteral("offset %1").arg(target.offset) : target.silence});
    for (const RedisNode &node : others(context, redis)) {
        const QString name = node.address.text();
        if (node.answers && node.role == RedisNode::Role::Master)
            list.append({QStringLiteral("no other master"), Verdict::Fail, QStringLiteral("%1 answers and is master: there would be two").arg(name)});
        else if (!node.answers && node.address == target.follows)
            list.append({QStringLiteral("the old master cannot come back by itself"), Verdict::Warn,
                         QStringLiteral("%1 does not answer (%2); make sure that nothing starts it again before the Sentinels know the new master").arg(name, node.silence)});
        else if (node.answers && node.offset > target.offset)
            list.append({QStringLiteral("most advanced replica"), Verdict::Warn,
                         QStringLiteral("%1 is ahead by %2: promote that one").arg(name, bytesText(double(node.offset - target.offset)))});
    }
    return list;
}

Result<Unit> follow(const RedisAccess &access, const Endpoint &node, const QByteArray &host, const QByteArray &port,
                    const CancelToken &cancel)
{
    const Result<std::unique_ptr<RedisSession>> session = access.node(node, cancel);
    if (!session)
        return fail(session.error());
    if (const Result<RespValue> told = askRedis(**session, node, {"REPLICAOF", host, port}); !told)
        return fail(told.error());
    (void)(*session)->call({"CONFIG", "REWRITE"}, redisDeadline);
    return Unit{};
}

Result<QString> promoteNow(StepContext &context, const RedisRecovery &redis)
{
    const Endpoint target = targetOf(redis);
    if (const Result<Unit> done = follow(redis.access, target, "NO", "ONE", context.cancel); !done)
        return fail(done.error());
    context.say(QStringLiteral("%1 follows no one").arg(target.text()));
    for (const RedisNode &node : others(context, redis)) {
        if (!node.answers || node.role != RedisNode::Role::Replica)
            continue;
        const Result<Unit> done = follow(redis.access, node.address, target.host.toUtf8(), QByteArray::number(target.port), context.cancel);
        context.say(done ? QStringLiteral("%1 follows %2").arg(node.address.text(), target.text()) : done.error().text());
    }
    return QStringLiteral("OK");
}

Result<Observation> observePromotion(StepContext &context, const RedisRecovery &redis)
{
    if (verdictOf(context, redis).need != RedisJudgement::Need::Promote)
        return Observation{Sight::NotNeeded, QStringLiteral("a Sentinel answers")};
    const RedisNode target = lookAtNode(redis.access, targetOf(redis), context.cancel);
    if (!target.answers)
        return Observation{Sight::Unknown, QStringLiteral("%1 does not answer: %2").arg(target.address.text(), target.silence)};
    if (target.role != RedisNode::Role::Master)
        return Observation{Sight::NotYet, {}};
    for (const RedisNode &node : others(context, redis)) {
        if (node.answers && node.role == RedisNode::Role::Replica && node.follows != target.address)
            return Observation{Sight::NotYet, QStringLiteral("%1 does not follow it yet").arg(node.address.text())};
    }
    return Observation{Sight::AlreadyTrue, QStringLiteral("%1 says ROLE master").arg(target.address.text())};
}

Result<StepPreview> previewPromotion(StepContext &context, const RedisRecovery &redis)
{
    const Endpoint target = targetOf(redis);
    StepPreview shown;
    shown.title = QStringLiteral("Promote %1 by hand").arg(target.text());
    shown.why = verdictOf(context, redis).why;
    shown.willDo = {{QStringLiteral("REPLICAOF NO ONE; CONFIG REWRITE"), target.text()}};
    for (const RedisNode &node : others(context, redis)) {
        if (node.answers && node.role == RedisNode::Role::Replica)
            shown.willDo.append({QStringLiteral("REPLICAOF %1 %2; CONFIG REWRITE").arg(target.host).arg(target.port), node.address.text()});
    }
    shown.willDo.append({QStringLiteral("SENTINEL REMOVE; SENTINEL MONITOR; SENTINEL SET …"), QStringLiteral("each Sentinel, the moment it answers again")});
    shown.willNot = {QStringLiteral("keep the old master from coming back: see that nothing starts it"),
                     QStringLiteral("let a Sentinel come back untold: it would demote %1").arg(target.text()),
                     QStringLiteral("keep the Sentinels' notification and reconfiguration scripts: REMOVE forgets them")};
    shown.expect = {QStringLiteral("the run needs the operator until every Sentinel has been told")};
    shown.predicted = QStringLiteral("OK");
    shown.loss = QStringLiteral("what the lost master had acknowledged and not yet sent on");
    shown.byHand = {byHand(redis.access, target, QStringLiteral("REPLICAOF NO ONE"))};
    shown.button = QStringLiteral("Promote %1").arg(target.text());
    return shown;
}

Result<QString> tell(const RedisRecovery &redis, const SentinelSeen &seen, const Endpoint &target, const CancelToken &cancel)
{
    const Endpoint address = seen.opinion.address;
    const Result<std::unique_ptr<RedisSession>> session = redis.access.sentinel(address, cancel);
    if (!session)
        return fail(session.error());
    const QByteArray name = redis.access.master();
    const int majority = int(redis.access.sentinels().size()) / 2 + 1;
    const QByteArray quorum = QByteArray::number(seen.opinion.quorum > 0 ? seen.opinion.quorum : majority);
    QList<QList<QByteArray>> commands{{"SENTINEL", "REMOVE", name},
                                      {"SENTINEL", "MONITOR", name, target.host.toUtf8(), QByteArray::number(target.port), quorum}};
    const auto set = [&](const char *key, const QByteArray &value) {
        commands.append({"SENTINEL", "SET", name, key, value});
    };
    // REMOVE forgets every setting; without the password the Sentinel would call the new master down.
    if (!redis.access.plan().user.isEmpty())
        set("auth-user", redis.access.plan().user.toUtf8());
    if (!redis.access.password().isEmpty())
        set("auth-pass", redis.access.password().reveal());
    if (seen.downAfterMs > 0)
        set("down-after-milliseconds", QByteArray::number(seen.downAfterMs));
    if (seen.failoverTimeoutMs > 0)
        set("failover-timeout", QByteArray::number(seen.failoverTimeoutMs));
    set("parallel-syncs", QByteArray::number(seen.parallelSyncs));
    const Result<QList<RespValue>> replies = (*session)->pipeline(commands, redisDeadline);
    if (!replies)
        return fail(replies.error());
    // The first may say that there was no such master: then there was nothing to forget.
    for (qsizetype i = 1; i < replies->size(); ++i) {
        if (replies->at(i).isError())
            return fail(ErrorCode::RedisError, QStringLiteral("Sentinel %1 refused the new master").arg(address.text()), {}, replies->at(i).string());
    }
    return QStringLiteral("Sentinel %1 was told of %2").arg(address.text(), target.text());
}

int untold(const RedisLook &look, const Endpoint &target)
{
    int number = 0;
    for (const SentinelSeen &seen : look.sentinels)
        number += seen.opinion.answers && seen.opinion.master == target ? 0 : 1;
    return number;
}

struct Told
{
    bool knows = false;
    QString said; ///< empty: there was nobody to tell, or nothing to tell
};

Told lookAndTell(const RedisRecovery &redis, const Endpoint &sentinel, const Endpoint &target, const CancelToken &cancel)
{
    const SentinelSeen seen = lookAtSentinel(redis.access, sentinel, cancel);
    const bool isThere = seen.opinion.answers || seen.opinion.silence.startsWith(QLatin1String("ERR No such master"));
    if (!isThere || seen.opinion.master == target)
        return {.knows = isThere, .said = {}};
    const Result<QString> told = tell(redis, seen, target, cancel);
    return {.knows = false, .said = told ? *told : told.error().text()};
}

/// All at once: one that hangs must not keep another waiting that has just come back. How many have not
/// been seen to know it. One that knew may forget it again, by a word of one that was not told yet.
int tellOnce(StepContext &context, const RedisRecovery &redis, const Endpoint &target)
{
    std::vector<std::future<Told>> looks;
    for (const Endpoint &sentinel : redis.access.sentinels())
        looks.push_back(std::async(std::launch::async, lookAndTell, std::cref(redis), sentinel, target, context.cancel));
    int missing = 0;
    for (std::future<Told> &look : looks) {
        const Told told = look.get();
        missing += told.knows ? 0 : 1;
        if (!told.said.isEmpty())
            context.say(told.said);
    }
    return missing;
}

Result<QString> tellAll(StepContext &context, const RedisRecovery &redis)
{
    const Endpoint target = targetOf(redis);
    const qsizetype all = redis.access.sentinels().size();
    const Milliseconds patience = context.hold ? Milliseconds(std::chrono::hours(24)) : Milliseconds(std::chrono::seconds(20));
    const Milliseconds until = context.clock.monotonic() + patience;
    int last = -1;
    for (;;) {
        const RedisNode node = lookAtNode(redis.access, target, context.cancel);
        if (node.answers && node.role == RedisNode::Role::Replica)
            return fail(ErrorCode::NeedsOperator, QStringLiteral("%1 is no master any more: it follows %2").arg(target.text(), node.follows.text()),
                        QStringLiteral("A Sentinel came back untold and demoted it. See what %1 holds before anything else; then begin a new run.").arg(node.follows.text()));
        // A Sentinel that is sent to a silent node would only begin to look for another one.
        const int missing = node.answers ? tellOnce(context, redis, target) : int(all);
        // Nobody else tells the old master meanwhile that it is one no longer.
        (void)lookForStrays(context, redis, "tell-sentinels");
        if (missing == 0)
            return QStringLiteral("every Sentinel names %1").arg(target.text());
        if (missing != last)
            context.say(QStringLiteral("%1 of %2 Sentinels have not been told yet; each is, the moment it answers").arg(missing).arg(all));
        last = missing;
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NeedsOperator, QStringLiteral("%1 of %2 Sentinels have not been told of %3").arg(missing).arg(all).arg(target.text()),
                        QStringLiteral("Resume this run before you start them: one that comes back untold demotes the new master."));
        if (!rest(context, Milliseconds(100)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

} // namespace

Step promote(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("promote"),
            .name = QStringLiteral("Promote by hand"),
            .hazard = Hazard::Irreversible,
            .confirmation = Confirmation::Phrase,
            .observe = [redis](StepContext &context) { return observePromotion(context, *redis); },
            .preview = [redis](StepContext &context) { return previewPromotion(context, *redis); },
            .preflight = [redis](StepContext &context) -> Result<QList<PreflightCheck>> { return checks(context, *redis); },
            .prepare = [redis](StepContext &context) -> Result<QJsonObject> {
                const RedisNode target = lookAtNode(redis->access, targetOf(*redis), context.cancel);
                // A second try finds a master that follows nobody: whom it followed was noted by the first.
                const QString old = target.follows.isNull() ? factsOf(context, "promote")[QStringLiteral("old")].toString() : target.follows.text();
                return QJsonObject{{QStringLiteral("target"), target.address.text()}, {QStringLiteral("old"), old},
                                   {QStringLiteral("offset"), target.offset}, {QStringLiteral("asked_at"), toRfc3339(context.clock.now())}};
            },
            .act = [redis](StepContext &context) { return promoteNow(context, *redis); },
            .verify = [redis](StepContext &context) -> Result<QString> {
                const Result<Observation> seen = observePromotion(context, *redis);
                if (!seen)
                    return fail(seen.error());
                if (seen->sight != Sight::AlreadyTrue)
                    return fail(ErrorCode::NotProved, QStringLiteral("the promotion is not proved"), {}, seen->detail);
                return seen->detail;
            },
            .identity = [redis](StepContext &context) -> Result<QString> {
                const RedisNode node = lookAtNode(redis->access, targetOf(*redis), context.cancel);
                return QStringLiteral("%1 run_id %2").arg(node.address.text(), node.runId);
            }};
}

Step tellSentinels(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("tell-sentinels"),
            .name = QStringLiteral("Tell each Sentinel as it returns"),
            .hazard = Hazard::Reversible,
            .observe = [redis](StepContext &context) -> Result<Observation> {
                if (verdictOf(context, *redis).need != RedisJudgement::Need::Promote)
                    return Observation{Sight::NotNeeded, QStringLiteral("the Sentinels know by themselves")};
                const int missing = untold(lookAtRedis(redis->access, context.cancel), targetOf(*redis));
                return Observation{missing == 0 ? Sight::AlreadyTrue : Sight::NotYet, QStringLiteral("%1 have not been told").arg(missing)};
            },
            .act = [redis](StepContext &context) { return tellAll(context, *redis); }};
}

} // namespace understudy::redissteps
