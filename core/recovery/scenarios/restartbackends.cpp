// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisqueues.h"

#include "core/base/program.h"
#include "core/systems/http/httpget.h"
#include "core/systems/shell/sshcommand.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

// Job queues die for good when Redis is away for longer than 0.75 s, while every health route says
// healthy. One instance at a time, those that users do not reach first, each proved by a new start time.
namespace understudy::redissteps {
namespace {

struct Startup
{
    int status = 0;
    QString startTime;
};

Startup startup(const QString &base, const ApplicationPlan &application, const CancelToken &cancel)
{
    const Result<HttpReply> reply = httpGetBlocking(QUrl(base + application.health.startup), {}, std::chrono::seconds(3), cancel);
    if (!reply)
        return {};
    return {reply->status, QJsonDocument::fromJson(reply->body).object()[QStringLiteral("startTime")].toString()};
}

/// The instances in the order of restart: the pools that the entry does not lead to come first.
QList<PoolInstance> inOrder(const ApplicationPlan &application, const CancelToken &cancel)
{
    QStringList serving;
    for (int i = 0; i < 5 && !application.entry.isEmpty(); ++i)
        serving.append(startup(application.entry, application, cancel).startTime);
    QList<PoolInstance> idle;
    QList<PoolInstance> busy;
    for (const Pool &pool : application.pools) {
        const bool serves = std::any_of(pool.instances.begin(), pool.instances.end(), [&](const PoolInstance &instance) {
            const QString time = startup(instance.url, application, cancel).startTime;
            return !time.isEmpty() && serving.contains(time);
        });
        (serves ? busy : idle) += pool.instances;
    }
    return idle + busy;
}

QStringList command(const ProcessesPlan &processes, const QString &process)
{
    switch (processes.kind) {
    case ProcessesPlan::Kind::Pm2: return {QStringLiteral("pm2"), QStringLiteral("restart"), process};
    case ProcessesPlan::Kind::Systemd: return {QStringLiteral("systemctl"), QStringLiteral("restart"), process};
    case ProcessesPlan::Kind::DockerCompose: return {QStringLiteral("docker"), QStringLiteral("compose"), QStringLiteral("restart"), process};
    case ProcessesPlan::Kind::Commands: {
        QStringList list = processes.restart;
        list.replaceInStrings(QStringLiteral("{process}"), process);
        return list;
    }
    case ProcessesPlan::Kind::None: break;
    }
    return {};
}

Result<Unit> restart(const Plan &plan, const PoolInstance &instance, const CancelToken &cancel)
{
    const ProcessesPlan &processes = plan.application->processes;
    QStringList words = command(processes, instance.process);
    const Host *host = plan.host(instance.host.isEmpty() ? processes.host : instance.host);
    if (host && !host->isLocal()) {
        // ssh joins its arguments for a shell over there, so only what no shell would touch is let through.
        static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:@=+,-]+$"));
        for (const QString &word : words) {
            if (!plain.match(word).hasMatch())
                return fail(ErrorCode::InvalidInput, QStringLiteral("cannot send `%1` over ssh").arg(word),
                            QStringLiteral("Name a script on that host instead."));
        }
        words = QStringList{QStringLiteral("ssh")} + sshRunArguments(*host) + words;
    }
    const Result<ProgramOutput> output = runProgram({.program = words.first(), .arguments = words.mid(1),
                                                     .folder = host && !host->isLocal() ? QString() : processes.folder,
                                                     .deadline = std::chrono::seconds(60)}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed, QStringLiteral("restarting %1 ended with %2").arg(instance.process).arg(output->exitCode),
                    QStringLiteral("See what it says, mend it, then try again."), QString::fromUtf8(output->standardError).left(300));
    return Unit{};
}

Result<QString> waitNew(StepContext &context, const ApplicationPlan &application, const PoolInstance &instance, const QString &before)
{
    const Milliseconds until = context.clock.monotonic() + std::chrono::seconds(90);
    for (;;) {
        const Startup now = startup(instance.url, application, context.cancel);
        // Only when it has warmed up is the next one taken away.
        if (now.status == 200 && !now.startTime.isEmpty() && now.startTime != before)
            return now.startTime;
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("%1 has not come back as a new process").arg(instance.url),
                        QStringLiteral("The other instances were left alone; look at this one first."));
        if (!rest(context, Milliseconds(200)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<QString> restartAll(StepContext &context, const RedisRecovery &redis)
{
    const ApplicationPlan &application = *redis.plan.application;
    QJsonObject before = factsOf(context, "restart-backends")[QStringLiteral("before")].toObject();
    QJsonObject after = factsOf(context, "restart-backends")[QStringLiteral("after")].toObject();
    for (const PoolInstance &instance : inOrder(application, context.cancel)) {
        if (instance.process.isEmpty() || after.contains(instance.url))
            continue;
        // A crash between this note and the next is seen by the start time: it is not restarted twice.
        const QString now = startup(instance.url, application, context.cancel).startTime;
        const bool isNew = before.contains(instance.url) && !now.isEmpty() && before[instance.url].toString() != now;
        if (!isNew) {
            before.insert(instance.url, now);
            if (const Result<Unit> noted = context.note({{QStringLiteral("before"), before}}); !noted)
                return fail(noted.error());
            context.say(QStringLiteral("restarting %1").arg(instance.process));
            if (const Result<Unit> done = restart(redis.plan, instance, context.cancel); !done)
                return fail(done.error());
        }
        const Result<QString> started = waitNew(context, application, instance, before[instance.url].toString());
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
    StepPreview shown;
    shown.why = QStringLiteral("Job queues give up after 0.75 s without Redis and stay dead, while every health route says healthy.");
    for (const PoolInstance &instance : inOrder(application, context.cancel)) {
        if (!instance.process.isEmpty())
            shown.willDo.append({command(application.processes, instance.process).join(QLatin1Char(' ')), instance.url});
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
