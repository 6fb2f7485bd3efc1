// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisqueues.h"

#include "core/recovery/scenarios/instancelook.h"
#include "core/systems/processes/processmanager.h"

// Job queues die for good when Redis is away for longer than 0.75 s, while every health route says
// healthy. One instance at a time, those that users do not reach first, each proved by a new start time.
namespace understudy::redissteps {
namespace {

using instances::inRestartOrder;
using instances::startupOf;

Result<QString> restartAll(StepContext &context, const RedisRecovery &redis)
{
    const ApplicationPlan &application = *redis.plan.application;
    const ProcessManager manager(redis.plan);
    QJsonObject before = factsOf(context, "restart-backends")[QStringLiteral("before")].toObject();
    QJsonObject after = factsOf(context, "restart-backends")[QStringLiteral("after")].toObject();
    for (const PoolInstance &instance : inRestartOrder(application, context.cancel)) {
        if (instance.process.isEmpty() || after.contains(instance.url))
            continue;
        // A crash between this note and the next is seen by the start time: it is not restarted twice.
        const QString now = startupOf(instance.url, application, context.cancel).startTime;
        const bool isNew = before.contains(instance.url) && !now.isEmpty() && before[instance.url].toString() != now;
        if (!isNew) {
            before.insert(instance.url, now);
            if (const Result<Unit> noted = context.note({{QStringLiteral("before"), before}}); !noted)
                return fail(noted.error());
            context.say(QStringLiteral("restarting %1").arg(instance.process));
            if (const Result<Unit> done = manager.restart(instance, std::nullopt, context.cancel); !done)
                return fail(done.error());
        }
        const Result<QString> started = instances::waitForNewStart(context, application, instance, before[instance.url].toString());
        if (!started)
            return fail(started.error());
        after.insert(instance.url, *started);
        if (const Result<Unit> noted = context.note({{QStringLiteral("after"), after}}); !noted)
            return fail(noted.error());
        context.say(QStringLiteral("%1 started at %2").arg(instance.process, *started));
    }
    return QStringLiteral("%1 processes restarted").arg(after.size());
}

int left(const StepContext &context, const ApplicationPlan &application)
{
    const QJsonObject after = factsOf(context, "restart-backends")[QStringLiteral("after")].toObject();
    int number = 0;
    for (const Pool &pool : application.pools) {
        for (const PoolInstance &instance : pool.instances)
            number += instance.process.isEmpty() || after.contains(instance.url) ? 0 : 1;
    }
    return number;
}

Result<StepPreview> previewRestart(StepContext &context, const RedisRecovery &redis)
{
    const ApplicationPlan &application = *redis.plan.application;
    const ProcessManager manager(redis.plan);
    StepPreview shown;
    shown.why = QStringLiteral("Job queues give up after 0.75 s without Redis and stay dead, while every health route says healthy.");
    for (const PoolInstance &instance : inRestartOrder(application, context.cancel)) {
        if (instance.process.isEmpty())
            continue;
        for (const QString &line : manager.commands(instance, false))
            shown.willDo.append({line, instance.url});
    }
    shown.willNot = {QStringLiteral("restart two at a time"), QStringLiteral("apply a changed environment")};
    shown.expect = {QStringLiteral("a new start time from each, and 200 from its start-up route, before the next is touched")};
    shown.predicted = QStringLiteral("OK");
    shown.wayBack = QStringLiteral("nothing to take back: processes that run again stay");
    shown.button = QStringLiteral("Restart %1 processes").arg(shown.willDo.size());
    for (const ExactAct &act : shown.willDo)
        shown.byHand.append(act.text);
    return shown;
}

/// Nobody has asked for a restart: it is needed when the queues are dead. They take 0.75 s to give up, so
/// a look at once would still find them alive.
Result<Observation> offer(StepContext &context, const RedisRecovery &redis)
{
    const RedisJudgement verdict = verdictOf(context, redis);
    const bool moved = verdict.need != RedisJudgement::Need::Nothing || verdict.changed;
    if (context.dryRun)
        return Observation{Observation::Sight::NotNeeded, QStringLiteral("not asked for; offered when the job queues are found dead")};
    if (moved) {
        context.say(QStringLiteral("giving the job queues 2 s to show whether they came through"));
        if (!rest(context, std::chrono::seconds(2)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
    const QueuesLook look = lookAtQueues(context, redis);
    // Only what is known to be dead is worth a restart; an answer that tells nothing is no reason for one.
    if ((look.named && look.dead.isEmpty()) || (!look.named && !moved))
        return Observation{Observation::Sight::NotNeeded, look.named ? look.text() : QStringLiteral("nobody was moved")};
    context.say(look.text());
    return Observation{Observation::Sight::NotYet, look.text()};
}

Result<Observation> observeRestart(StepContext &context, const RedisRecovery &redis)
{
    const bool begun = !factsOf(context, "restart-backends").isEmpty();
    if (!redis.options.restartBackends && !begun)
        return offer(context, redis);
    const int number = left(context, *redis.plan.application);
    return Observation{number == 0 ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet,
                       QStringLiteral("%1 processes to go").arg(number)};
}

} // namespace

Step restartBackends(const RedisRecoveryPtr &redis)
{
    const bool named = redis->plan.application && redis->plan.application->processes.kind != ProcessesPlan::Kind::None;
    return {.id = QStringLiteral("restart-backends"),
            .name = QStringLiteral("Restart the backends"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Click,
            .optional = true,
            .offered = !redis->options.restartBackends,
            .skipReason = named ? QString() : QStringLiteral("the plan names no processes"),
            .deadline = std::chrono::minutes(30),
            .observe = [redis](StepContext &context) { return observeRestart(context, *redis); },
            .preview = [redis](StepContext &context) { return previewRestart(context, *redis); },
            .act = [redis](StepContext &context) { return restartAll(context, *redis); },
            .verify = [redis](StepContext &context) -> Result<QString> {
                const int number = left(context, *redis->plan.application);
                if (number > 0)
                    return fail(ErrorCode::NotProved, QStringLiteral("%1 processes have no new start time").arg(number));
                const Result<Unit> noted = context.note({{QStringLiteral("restarted_at"), toRfc3339(context.clock.now())}});
                return noted ? Result<QString>(QStringLiteral("every process has a new start time")) : fail(noted.error());
            },
            // A process that runs again cannot be taken back, and need not be.
            .undo = [](StepContext &) -> Result<QString> { return QStringLiteral("nothing to take back"); }};
}

} // namespace understudy::redissteps
