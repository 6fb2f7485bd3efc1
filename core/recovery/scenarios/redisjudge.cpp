// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redissteps.h"

#include "core/recovery/stepfacts.h"

#include "core/recovery/scenarios/instancelook.h"

#include <QJsonArray>

#include <set>

namespace understudy::redissteps {
namespace {

using Need = RedisJudgement::Need;

QString needName(Need need)
{
    switch (need) {
    case Need::Nothing: return QStringLiteral("nothing");
    case Need::Move: return QStringLiteral("move");
    case Need::Promote: return QStringLiteral("promote");
    case Need::Wait: return QStringLiteral("wait");
    case Need::Cannot: break;
    }
    return QStringLiteral("cannot");
}

QJsonArray names(const RedisLook &look)
{
    QJsonArray list;
    for (const RedisNode &node : look.nodes)
        list.append(node.address.text());
    return list;
}

Result<QString> judgeAndNote(StepContext &context, const RedisRecovery &redis)
{
    const Milliseconds start = context.clock.monotonic();
    Endpoint first;
    QString said;
    for (;;) {
        const RedisLook look = lookAtRedis(redis.access, context.cancel);
        const RedisJudgement verdict = judgeRedis(look, redis.options, context.clock.monotonic() - start);
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (first.isNull())
            first = look.master;
        if (verdict.why != said)
            context.say(verdict.why);
        said = verdict.why;
        if (verdict.need == Need::Cannot)
            return fail(verdict.problem);
        if (verdict.need == Need::Wait) {
            if (!rest(context, Milliseconds(200)))
                return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
            continue;
        }
        QJsonObject facts{{QStringLiteral("need"), needName(verdict.need)},
                          {QStringLiteral("master"), verdict.master.text()},
                          {QStringLiteral("why"), verdict.why},
                          {QStringLiteral("changed"), verdict.changed},
                          {QStringLiteral("unseen"), verdict.unseen},
                          {QStringLiteral("nodes"), names(look)},
                          {QStringLiteral("judged_at"), toRfc3339(context.clock.now())}};
        const bool moved = verdict.need == Need::Nothing && !first.isNull() && first != verdict.master;
        if (moved)
            facts.insert(QStringLiteral("moved_from"), first.text());
        if (const Result<Unit> noted = context.note(facts); !noted)
            return fail(noted.error());
        return moved ? QStringLiteral("Sentinel has moved the master by itself from %1: %2").arg(first.text(), verdict.why)
                     : verdict.why;
    }
}

} // namespace

Step judge(const RedisRecoveryPtr &redis)
{
    return {.id = QStringLiteral("judge"),
            .name = QStringLiteral("Judge Sentinel's own failover"),
            .deadline = std::chrono::minutes(3),
            .preview = [redis](StepContext &context) -> Result<StepPreview> {
                const RedisJudgement verdict = verdictOf(context, *redis);
                return StepPreview{.why = verdict.why,
                                   .expect = {QStringLiteral("a failover that is running is waited for; one that has "
                                                             "already moved the master is only proved")},
                                   .predicted = needName(verdict.need)};
            },
            .verify = [redis](StepContext &context) { return judgeAndNote(context, *redis); },
            .settles = true};
}

RedisJudgement verdictOf(const StepContext &context, const RedisRecovery &redis)
{
    const QJsonObject facts = factsOf(context, "judge");
    if (facts.isEmpty()) {
        RedisJudgement verdict = judgeRedis(lookAtRedis(redis.access, context.cancel), redis.options, Milliseconds(0));
        // A dry run does not wait: it tells what would be done if nothing changed.
        if (context.dryRun && verdict.need == Need::Wait)
            verdict.need = Need::Move;
        return verdict;
    }
    const QString need = facts[QStringLiteral("need")].toString();
    return {.need = need == QLatin1String("move") ? Need::Move : need == QLatin1String("promote") ? Need::Promote : Need::Nothing,
            .master = endpointFrom(facts[QStringLiteral("master")].toString()),
            .why = facts[QStringLiteral("why")].toString(),
            .changed = facts[QStringLiteral("changed")].toBool() || facts.contains(QStringLiteral("moved_from")),
            .unseen = facts[QStringLiteral("unseen")].toBool()};
}

QList<Endpoint> knownNodes(const StepContext &context, const RedisRecovery &redis)
{
    std::set<Endpoint, EndpointOrder> known;
    for (const QJsonValue &name : factsOf(context, "judge")[QStringLiteral("nodes")].toArray())
        known.insert(endpointFrom(name.toString()));
    for (const QString &name : redis.options.nodes)
        known.insert(endpointFrom(name));
    known.erase(Endpoint{});
    return {known.begin(), known.end()};
}

QJsonObject factsOf(const StepContext &context, const char *step)
{
    return context.facts[QLatin1String(step)].toObject();
}

bool rest(const StepContext &context, Milliseconds time)
{
    return restFor(context, time);
}

QString byHand(const RedisAccess &access, const Endpoint &announced, const QString &command)
{
    return access.commandLine(announced) + QLatin1Char(' ') + command;
}

} // namespace understudy::redissteps
