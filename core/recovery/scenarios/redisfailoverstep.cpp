// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

namespace understudy::redissteps {
namespace {

using Sight = Observation::Sight;

QList<Endpoint> answeringReplicas(const RedisLook &look, const Endpoint &master)
{
    QList<Endpoint> replicas;
    for (const RedisNode &node : look.nodes) {
        if (node.answers && node.address != master)
            replicas.append(node.address);
    }
    return replicas;
}

Result<Observation> observe(StepContext &context, const RedisRecovery &redis)
{
    const RedisJudgement verdict = verdictOf(context, redis);
    if (verdict.need == RedisJudgement::Need::Nothing)
        return Observation{Sight::AlreadyTrue, verdict.why};
    if (verdict.need != RedisJudgement::Need::Move)
        return Observation{Sight::NotNeeded, QStringLiteral("no Sentinel is asked for anything")};
    const RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    if (look.answering() == 0)
        return Observation{Sight::Unknown, QStringLiteral("no Sentinel answers")};
    if (const Endpoint successor = look.successorOf(verdict.master); !successor.isNull())
        return Observation{Sight::AlreadyTrue, QStringLiteral("%1 is master").arg(successor.text())};
    // A Sentinel that was asked and has not said anything yet may still do it.
    const QJsonObject facts = factsOf(context, "fail-over");
    if (facts.contains(QStringLiteral("via")) && !facts[QStringLiteral("answered")].toBool()) {
        const Endpoint via = endpointFrom(facts[QStringLiteral("via")].toString());
        const SentinelSeen *asked = look.sentinel(via);
        if (!asked || !asked->opinion.answers)
            return Observation{Sight::Unknown, QStringLiteral("Sentinel %1, which was asked, does not answer").arg(via.text())};
    }
    return Observation{Sight::NotYet, QStringLiteral("%1 is still named master").arg(verdict.master.text())};
}

struct Outlook
{
    RedisLook look;
    const SentinelSeen *asked = nullptr;
    FailoverPrediction prediction;
    RedisFence fence;
    bool fromAnswers = false;
};

Result<std::shared_ptr<Outlook>> outlook(StepContext &context, const RedisRecovery &redis)
{
    std::shared_ptr<Outlook> view = std::make_shared<Outlook>();
    view->look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
    view->asked = sentinelToAsk(view->look);
    if (!view->asked)
        return fail(ErrorCode::Unreachable, QStringLiteral("no Sentinel answers that names the master"),
                    QStringLiteral("Bring a Sentinel back, then try again."));
    view->prediction = predictFailover(*view->asked);
    const RedisNode *old = view->look.node(verdictOf(context, redis).master);
    view->fromAnswers = old && old->answers;
    const RedisFence known = RedisFence::fromJson(factsOf(context, "fence")[QStringLiteral("fence")].toObject());
    if (!view->fromAnswers)
        return view;
    if (known.kind == RedisFence::Kind::MinReplicas) {
        if (const Result<bool> standing = redisfence::stands(redis.access, known, context.cancel); standing && *standing) {
            view->fence = known;
            return view;
        }
    }
    const RedisFence possible = redisfence::possible(redis.access, *old, int(view->look.nodes.size()), context.cancel);
    // In a dry run the fence's own step has not been done; in a run it was left out by the operator.
    if (possible.kind == RedisFence::Kind::Pause || context.dryRun)
        view->fence = possible;
    if (factsOf(context, "fail-over")[QStringLiteral("pause_refused")].toBool())
        view->fence = {};
    return view;
}

/// How far the expected choice is behind what the lost master is estimated to have come to; -1: unknown.
qint64 behind(const Outlook &view, const RedisRecovery &redis)
{
    const RedisNode *choice = view.look.node(view.prediction.choice);
    if (redis.options.lastMasterOffset < 0 || !choice || choice->offset < 0)
        return -1;
    return std::max<qint64>(0, redis.options.lastMasterOffset - choice->offset);
}

QString lossOf(const Outlook &view, const RedisJudgement &verdict, const RedisRecovery &redis)
{
    if (view.fromAnswers)
        return view.fence.kind == RedisFence::Kind::None
            ? QStringLiteral("acknowledged writes of about ten seconds can be lost: they cannot be held off") : QString();
    if (verdict.unseen)
        return QStringLiteral("unknown: the old master may still be taking writes that this console does not see");
    const qint64 bytes = behind(view, redis);
    if (bytes < 0)
        return QStringLiteral("what the lost master had acknowledged and not yet sent on");
    return bytes == 0 ? QStringLiteral("little or nothing: by estimate the lost master had sent everything on")
                      : QStringLiteral("about 0 to %1 that the lost master had not yet sent on").arg(bytesText(double(bytes)));
}

Result<StepPreview> preview(StepContext &context, const RedisRecovery &redis)
{
    const Result<std::shared_ptr<Outlook>> made = outlook(context, redis);
    if (!made)
        return fail(made.error());
    const Outlook &view = **made;
    const RedisJudgement verdict = verdictOf(context, redis);
    const QString master = QString::fromUtf8(redis.access.master());
    const Endpoint &via = view.asked->opinion.address;
    StepPreview shown;
    shown.title = view.prediction.choice.isNull() ? QStringLiteral("Fail over %1").arg(master)
                                                  : QStringLiteral("Fail over to %1").arg(view.prediction.choice.text());
    shown.why = verdict.why;
    if (view.fence.kind == RedisFence::Kind::Pause)
        shown.willDo.append({QStringLiteral("CLIENT PAUSE <shorter than down-after> WRITE"), QStringLiteral("master %1").arg(verdict.master.text())});
    shown.willDo.append({QStringLiteral("SENTINEL FAILOVER %1").arg(master), QStringLiteral("Sentinel %1").arg(via.text())});
    if (view.fromAnswers)
        shown.willDo.append({QStringLiteral("REPLICAOF <new master>; CLIENT KILL TYPE normal"), QStringLiteral("old master %1").arg(verdict.master.text())});
    shown.willNot = {QStringLiteral("move clients that do not follow Sentinel: job queues use a fixed address"),
                     QStringLiteral("ask a second Sentinel, whatever the first one does")};
    shown.expect = {QStringLiteral("+switch-master within 20 s"),
                    QStringLiteral("predicted reply %1; the choice is Sentinel's own").arg(view.prediction.reply)};
    if (redis.plan.application && !redis.plan.application->queuesPath.isEmpty())
        shown.expect.append(QStringLiteral("job queues that are without Redis for 0.75 s stay dead; they are looked at afterwards, and a restart is offered"));
    shown.predicted = view.prediction.reply;
    shown.loss = lossOf(view, verdict, redis);
    shown.byHand = {byHand(redis.access, via, QStringLiteral("SENTINEL FAILOVER %1").arg(master))};
    shown.wayBack = view.fromAnswers ? QStringLiteral("move the master back to %1, fenced in the same way").arg(verdict.master.text())
                                     : QStringLiteral("once %1 is back as a replica: move the master back to it").arg(verdict.master.text());
    shown.button = QStringLiteral("Fail over %1%2").arg(master, view.prediction.choice.isNull()
                                                                    ? QString() : QStringLiteral(" to ") + view.prediction.choice.text());
    if (!shown.loss.isEmpty())
        shown.atLeast = Confirmation::Phrase;
    return shown;
}

Result<QJsonObject> prepare(StepContext &context, const RedisRecovery &redis)
{
    const Result<std::shared_ptr<Outlook>> made = outlook(context, redis);
    if (!made)
        return fail(made.error());
    const Outlook &view = **made;
    const RedisJudgement verdict = verdictOf(context, redis);
    return QJsonObject{{QStringLiteral("via"), view.asked->opinion.address.text()},
                       {QStringLiteral("via_id"), view.asked->id},
                       {QStringLiteral("from"), verdict.master.text()},
                       {QStringLiteral("from_answers"), view.fromAnswers},
                       {QStringLiteral("expected"), view.prediction.choice.isNull() ? QString() : view.prediction.choice.text()},
                       {QStringLiteral("epoch"), view.asked->opinion.epoch},
                       {QStringLiteral("fence"), view.fence.toJson()[QStringLiteral("kind")]},
                       {QStringLiteral("answered"), false},
                       {QStringLiteral("asked_at"), toRfc3339(context.clock.now())}};
}

bool definite(const Error &error)
{
    return error.code == ErrorCode::NoGoodReplica || error.code == ErrorCode::FailoverInProgress || error.code == ErrorCode::NoQuorum
        || error.code == ErrorCode::UnknownMaster || error.code == ErrorCode::RedisError || error.code == ErrorCode::PermissionDenied
        || error.code == ErrorCode::NotProved;
}

Result<QString> act(StepContext &context, const RedisRecovery &redis)
{
    const Result<std::shared_ptr<Outlook>> made = outlook(context, redis);
    if (!made)
        return fail(made.error());
    const Outlook &view = **made;
    const RedisJudgement verdict = verdictOf(context, redis);
    // Somebody else's may have begun since the pre-flight; a second Sentinel would accept another one.
    for (const SentinelSeen &seen : view.look.sentinels) {
        if (seen.failoverRuns()) {
            (void)context.note({{QStringLiteral("answered"), true}});
            return fail(ErrorCode::FailoverInProgress, QStringLiteral("Sentinel %1 already carries out a failover").arg(seen.opinion.address.text()),
                        QStringLiteral("Nothing was asked for. Wait for it to end, and look who is master then."));
        }
    }
    RedisMove move{.via = endpointFrom(factsOf(context, "fail-over")[QStringLiteral("via")].toString()),
                   .from = verdict.master,
                   .fromAnswers = view.fromAnswers,
                   .candidates = answeringReplicas(view.look, verdict.master),
                   .pause = Milliseconds(view.look.downAfterMs() * 7 / 10)};
    if (view.fence.kind != RedisFence::Kind::None)
        move.fence = view.fence;
    const Result<RedisMoved> moved = moveMaster(context, redis.access, move);
    if (!moved) {
        if (definite(moved.error()))
            (void)context.note({{QStringLiteral("answered"), true},
                                {QStringLiteral("pause_refused"), moved.error().code == ErrorCode::PermissionDenied}});
        return fail(moved.error());
    }
    const Result<Unit> noted = context.note({{QStringLiteral("answered"), true},
                                             {QStringLiteral("promoted"), moved->to.text()},
                                             {QStringLiteral("promoted_at"), toRfc3339(context.clock.now())},
                                             {QStringLiteral("took_ms"), qint64(moved->took.count())},
                                             {QStringLiteral("offset"), moved->offset},
                                             {QStringLiteral("demoted"), moved->demoted},
                                             {QStringLiteral("remark"), moved->remark}});
    if (!noted)
        return fail(noted.error());
    return QStringLiteral("%1 says ROLE master %2 after FAILOVER").arg(moved->to.text(), durationText(moved->took));
}

Result<QString> verify(StepContext &context, const RedisRecovery &redis)
{
    const Endpoint old = verdictOf(context, redis).master;
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(20);
    for (;;) {
        const RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
        const Endpoint promoted = look.master.isNull() || look.master == old
            ? endpointFrom(factsOf(context, "fail-over")[QStringLiteral("promoted")].toString()) : look.master;
        const RedisNode *node = look.node(promoted);
        if (promoted != old && node && node->answers && node->role == RedisNode::Role::Master) {
            const QString expected = factsOf(context, "fail-over")[QStringLiteral("expected")].toString();
            return expected.isEmpty() || expected == promoted.text()
                ? QStringLiteral("%1 says ROLE master").arg(promoted.text())
                : QStringLiteral("%1 says ROLE master; %2 had been expected, the choice is Sentinel's").arg(promoted.text(), expected);
        }
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("no new master says so itself"),
                        QStringLiteral("Look at the log of the Sentinel that was asked."));
        if (!rest(context, Milliseconds(50)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<bool> stillRunning(StepContext &context, const RedisRecovery &redis)
{
    const RedisLook look = lookAtRedis(redis.access, context.cancel);
    if (look.answering() == 0)
        return fail(ErrorCode::Unreachable, QStringLiteral("no Sentinel answers"));
    return look.failoverRuns();
}

} // namespace

Step failOver(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("fail-over"),
            .name = QStringLiteral("Fail over"),
            .hazard = Hazard::ReversibleWithLoss,
            .confirmation = Confirmation::Hold,
            .deadline = std::chrono::seconds(60),
            .observe = [redis](StepContext &context) { return observe(context, *redis); },
            .preview = [redis](StepContext &context) { return preview(context, *redis); },
            .preflight = [redis](StepContext &context) -> Result<QList<PreflightCheck>> { return failoverChecks(context, *redis); },
            .prepare = [redis](StepContext &context) { return prepare(context, *redis); },
            .act = [redis](StepContext &context) { return act(context, *redis); },
            .verify = [redis](StepContext &context) { return verify(context, *redis); },
            .undo = [redis](StepContext &context) { return goBack(context, *redis); },
            .confirmedWith = QStringLiteral("fence"),
            .identity = [redis](StepContext &context) -> Result<QString> {
                const RedisNode node = lookAtNode(redis->access, verdictOf(context, *redis).master, context.cancel);
                return node.answers ? QStringLiteral("%1 run_id %2").arg(node.address.text(), node.runId)
                                    : QStringLiteral("%1, silent").arg(node.address.text());
            },
            .stillRunning = [redis](StepContext &context) { return stillRunning(context, *redis); }};
}

} // namespace understudy::redissteps
