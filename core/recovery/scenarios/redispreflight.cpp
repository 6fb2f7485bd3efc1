// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisfence.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

namespace understudy::redissteps {
namespace {

using Verdict = PreflightCheck::Verdict;

// Just after a failover its replicas count as disconnected for a moment.
constexpr Milliseconds hiccup{2000};
// A Sentinel looks at its replicas every ten seconds, and forgets in five while it calls their master down.
constexpr Milliseconds nextInfo{12'000};

void addQuorum(QList<PreflightCheck> &checks, const RedisLook &look)
{
    for (const SentinelSeen &seen : look.sentinels) {
        const QString name = QStringLiteral("quorum by Sentinel %1").arg(seen.opinion.address.text());
        if (!seen.opinion.answers)
            checks.append({name, Verdict::Unknown, seen.opinion.silence});
        else if (seen.opinion.quorumReachable.value_or(false))
            checks.append({name, Verdict::Pass, seen.opinion.quorumReply});
        else
            checks.append({name, Verdict::Warn, QStringLiteral("%1; it binds Sentinel's own failover, not a forced one").arg(seen.opinion.quorumReply)});
    }
}

void addRunning(QList<PreflightCheck> &checks, const RedisLook &look)
{
    QStringList running;
    for (const SentinelSeen &seen : look.sentinels) {
        if (seen.failoverRuns())
            running.append(QStringLiteral("%1 (%2)").arg(seen.opinion.address.text(), seen.opinion.failoverState));
    }
    // Two Sentinels that each carry one out promote two different replicas.
    checks.append({QStringLiteral("no failover in progress"), running.isEmpty() ? Verdict::Pass : Verdict::Fail,
                   running.isEmpty() ? QStringLiteral("on any Sentinel that answers")
                                     : QStringLiteral("one is running on %1: wait for it to end, and look who is master then").arg(running.join(QStringLiteral(", ")))});
    checks.append({QStringLiteral("hold-down"), Verdict::Pass,
                   QStringLiteral("Sentinel waits %1 between tries of its own; a forced failover does not")
                       .arg(durationText(Milliseconds(2 * look.failoverTimeoutMs())))});
}

void addCandidates(QList<PreflightCheck> &checks, const RedisLook &look, const FailoverPrediction &prediction)
{
    for (const FailoverPrediction::Candidate &candidate : prediction.candidates) {
        const RedisNode *node = look.node(candidate.address);
        QStringList facts{QStringLiteral("priority %1").arg(candidate.priority)};
        if (node && node->gap)
            facts.append(QStringLiteral("gap %1").arg(bytesText(double(*node->gap))));
        else
            facts.append(QStringLiteral("offset %1").arg(node && node->offset >= 0 ? node->offset : candidate.offset));
        if (node && node->linkUp)
            facts.append(*node->linkUp ? QStringLiteral("link up") : QStringLiteral("link down"));
        if (!candidate.unfit.isEmpty())
            facts.prepend(QStringLiteral("passed over: %1").arg(candidate.unfit));
        else if (candidate.address == prediction.choice)
            facts.prepend(QStringLiteral("expected choice"));
        checks.append({QStringLiteral("candidate %1").arg(candidate.address.text()),
                       candidate.unfit.isEmpty() ? Verdict::Pass : Verdict::Warn, facts.join(QStringLiteral(", "))});
    }
}

void addOldMaster(QList<PreflightCheck> &checks, const RedisLook &look, const RedisJudgement &verdict, const RedisFence &fence)
{
    const QString name = QStringLiteral("old master %1").arg(verdict.master.text());
    const RedisNode *node = look.node(verdict.master);
    if (!node || !node->answers) {
        checks.append({name, verdict.unseen ? Verdict::Warn : Verdict::Pass,
                       QStringLiteral("does not answer (%1): nothing can be fenced").arg(node ? node->silence : QString())});
        return;
    }
    checks.append({name, Verdict::Warn, QStringLiteral("still answers: writes to it are held off first")});
    if (fence.kind == RedisFence::Kind::MinReplicas && fence.oldMinimum.toInt() >= 1000) {
        checks.append({QStringLiteral("no fence left over"), Verdict::Fail,
                       QStringLiteral("min-replicas-to-write is %1: a run that has not ended left it; resume that run, or set it back by hand")
                           .arg(fence.oldMinimum)});
    }
    switch (fence.kind) {
    case RedisFence::Kind::MinReplicas:
        checks.append({QStringLiteral("fence"), Verdict::Pass, QStringLiteral("min-replicas-to-write, now %1").arg(fence.oldMinimum)});
        break;
    case RedisFence::Kind::Pause:
        checks.append({QStringLiteral("fence"), Verdict::Warn, QStringLiteral("CONFIG is not allowed here (%1): writes are paused during the failover").arg(fence.why)});
        break;
    case RedisFence::Kind::None:
        checks.append({QStringLiteral("fence"), Verdict::Warn, QStringLiteral("none can be had (%1): acknowledged writes can be lost").arg(fence.why)});
        break;
    }
}

RedisLook lookUntilGood(StepContext &context, const RedisRecovery &redis)
{
    const Milliseconds start = context.clock.monotonic();
    for (bool said = false;;) {
        RedisLook look = lookAtRedis(redis.access, context.cancel, knownNodes(context, redis));
        const SentinelSeen *asked = sentinelToAsk(look);
        const FailoverPrediction prediction = asked ? predictFailover(*asked) : FailoverPrediction{};
        if (prediction.soon && !said && !context.dryRun)
            context.say(QStringLiteral("Sentinel %1 has not looked at its replicas for five seconds; it does every ten").arg(asked->opinion.address.text()));
        said = said || prediction.soon;
        const bool over = context.clock.monotonic() - start >= (prediction.soon ? nextInfo : hiccup);
        if (prediction.reply == QLatin1String("OK") || context.dryRun || over || !rest(context, Milliseconds(100)))
            return look;
    }
}

Result<QString> preflightAndNote(StepContext &context, const RedisRecovery &redis)
{
    const QList<PreflightCheck> checks = failoverChecks(context, redis);
    int warnings = 0;
    for (const PreflightCheck &check : checks) {
        if (check.verdict == Verdict::Fail)
            return fail(ErrorCode::PreflightFailed, QStringLiteral("%1: %2").arg(check.check, check.why),
                        QStringLiteral("Nothing was changed; mend this first."));
        warnings += check.verdict == Verdict::Pass ? 0 : 1;
    }
    const RedisJudgement verdict = verdictOf(context, redis);
    const int clients = countClients(redis.access, verdict.master, context.cancel);
    if (const Result<Unit> noted = context.note({{QStringLiteral("clients_before"), clients}}); !noted)
        return fail(noted.error());
    return QStringLiteral("%1 checks, %2 to be noticed").arg(checks.size()).arg(warnings);
}

} // namespace

QList<PreflightCheck> failoverChecks(StepContext &context, const RedisRecovery &redis)
{
    QList<PreflightCheck> checks;
    const RedisJudgement verdict = verdictOf(context, redis);
    if (verdict.need != RedisJudgement::Need::Move)
        return checks;
    const RedisLook look = lookUntilGood(context, redis);
    addQuorum(checks, look);
    addRunning(checks, look);
    const SentinelSeen *asked = sentinelToAsk(look);
    if (!asked) {
        checks.append({QStringLiteral("a Sentinel to ask"), Verdict::Fail, QStringLiteral("none answers that names the master")});
        return checks;
    }
    const FailoverPrediction prediction = predictFailover(*asked);
    addCandidates(checks, look, prediction);
    const RedisNode *old = look.node(verdict.master);
    const RedisFence fence = old && old->answers
        ? redisfence::possible(redis.access, *old, int(look.nodes.size()), context.cancel) : RedisFence{};
    // With the run's own fence standing, what it found before is in the facts.
    const bool ours = factsOf(context, "fence").contains(QStringLiteral("fence"));
    addOldMaster(checks, look, verdict, ours ? RedisFence::fromJson(factsOf(context, "fence")[QStringLiteral("fence")].toObject()) : fence);
    if (asked->opinion.master != verdict.master)
        checks.append({QStringLiteral("same master"), Verdict::Fail, QStringLiteral("the Sentinels now name %1").arg(asked->opinion.master.text())});
    const bool good = prediction.reply == QLatin1String("OK");
    checks.append({QStringLiteral("predicted reply of Sentinel %1").arg(asked->opinion.address.text()),
                   good ? Verdict::Pass : Verdict::Fail,
                   good ? QStringLiteral("OK, and it promotes %1").arg(prediction.choice.text())
                        : QStringLiteral("%1: it knows no replica that it could promote").arg(prediction.reply)});
    return checks;
}

Step preflight(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("pre-flight"),
            .name = QStringLiteral("Pre-flight"),
            .observe = [redis](StepContext &context) -> Result<Observation> {
                const RedisJudgement verdict = verdictOf(context, *redis);
                if (verdict.need == RedisJudgement::Need::Move)
                    return Observation{Observation::Sight::NotYet, {}};
                if (verdict.need == RedisJudgement::Need::Nothing)
                    return Observation{Observation::Sight::AlreadyTrue, verdict.why};
                return Observation{Observation::Sight::NotNeeded, QStringLiteral("no Sentinel is asked for anything")};
            },
            .preflight = [redis](StepContext &context) -> Result<QList<PreflightCheck>> { return failoverChecks(context, *redis); },
            .verify = [redis](StepContext &context) { return preflightAndNote(context, *redis); }};
}

} // namespace understudy::redissteps
