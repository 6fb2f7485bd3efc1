// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/shell/hostprogram.h"

#include <QJsonArray>

// The hardest freeze: the application's processes are stopped, so nothing is written and nobody is served until
// the copy is there. The restart after the switch starts them again; the way back starts them where they were.
namespace understudy::databasesteps {
namespace {

QStringList stoppedOnes(const StepContext &context)
{
    QStringList list;
    for (const QJsonValue &one : stepFacts(context, "freeze")[QStringLiteral("stopped")].toArray())
        list.append(one.toString());
    return list;
}

/// Which named processes run now; an Error when that cannot be seen.
Result<QList<PoolInstance>> runningProcesses(const Plan &plan, const CancelToken &cancel)
{
    QList<PoolInstance> named;
    for (const PoolInstance &instance : instancesOf(plan)) {
        if (!instance.process.isEmpty())
            named.append(instance);
    }
    QList<PoolInstance> found;
    for (const InstanceSight &member : lookAtInstances(ProcessManager(plan), named, {}, {}, cancel).instances) {
        if (member.processes)
            found.append(member.instance);
        else if (member.processes.error().code != ErrorCode::NotFound)
            return fail(member.processes.error());
    }
    return found;
}

Result<QString> stopAll(StepContext &context, const DatabaseRecovery &database)
{
    const ProcessManager manager(database.plan());
    const Result<QList<PoolInstance>> alive = runningProcesses(database.plan(), context.cancel);
    if (!alive)
        return fail(alive.error());
    QStringList stopped = stoppedOnes(context);
    for (const PoolInstance &instance : *alive) {
        // Noted first: what a crash leaves stopped has to be started again.
        if (!stopped.contains(instance.url)) {
            stopped.append(instance.url);
            if (const Result<Unit> noted = context.note({{QStringLiteral("stopped"), QJsonArray::fromStringList(stopped)}}); !noted)
                return fail(noted.error());
        }
        context.say(QStringLiteral("stopping %1").arg(instance.process));
        if (const Result<Unit> done = manager.stop(instance, context.cancel); !done)
            return fail(done.error());
    }
    return QStringLiteral("%1 processes stopped").arg(stopped.size());
}

/// Not by their manager's word: none of them is to be seen on its host any more.
Result<QString> proveStopped(StepContext &context, const DatabaseRecovery &database)
{
    for (int attempt = 0;; ++attempt) {
        const Result<QList<PoolInstance>> alive = runningProcesses(database.plan(), context.cancel);
        if (!alive)
            return fail(alive.error());
        if (alive->isEmpty())
            return QStringLiteral("none of the plan's processes runs; what writes besides them is counted as lost");
        QStringList names;
        for (const PoolInstance &instance : *alive)
            names.append(instance.process);
        if (attempt >= 40)
            return fail(ErrorCode::NotProved, QStringLiteral("still running: %1").arg(names.join(QStringLiteral(", "))),
                        QStringLiteral("Stop them by hand, then try again; or go on and count what they write as lost."));
        if (!restFor(context, Milliseconds(250)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

Result<StepPreview> previewStop(StepContext &context, const DatabaseRecovery &database)
{
    const ProcessManager manager(database.plan());
    StepPreview shown;
    shown.title = QStringLiteral("Stop the writers");
    shown.why = QStringLiteral("What is written from now on is lost by going back to %1.").arg(momentText(database.moment(), context.clock.now()));
    if (const std::optional<double> rate = writesPerMinute(context, database))
        shown.why += QLatin1Char(' ') + rateWords(*rate);
    for (const PoolInstance &instance : instancesOf(database.plan())) {
        if (instance.process.isEmpty())
            continue;
        for (const QString &line : manager.stopCommands(instance)) {
            shown.willDo.append({line, hostLabel(manager.host(instance))});
            shown.byHand.append(line);
        }
    }
    shown.willNot = {QStringLiteral("stop what the plan does not name: a job elsewhere can go on writing")};
    shown.expect = {QStringLiteral("nobody is served until the processes run on the restored database")};
    shown.predicted = QStringLiteral("OK");
    shown.wayBack = QStringLiteral("the same processes are started again");
    shown.button = QStringLiteral("Stop %1 processes").arg(shown.willDo.size());
    return shown;
}

Result<QString> startAgain(StepContext &context, const DatabaseRecovery &database)
{
    const QStringList stopped = stoppedOnes(context);
    const Result<QList<PoolInstance>> alive = runningProcesses(database.plan(), context.cancel);
    if (!alive)
        return fail(alive.error());
    const ProcessManager manager(database.plan());
    int started = 0;
    for (const PoolInstance &instance : instancesOf(database.plan())) {
        const bool runs = std::any_of(alive->begin(), alive->end(), [&](const PoolInstance &one) { return one.url == instance.url; });
        if (!stopped.contains(instance.url) || runs)
            continue;
        context.say(QStringLiteral("starting %1").arg(instance.process));
        if (const Result<Unit> done = manager.restart(instance, std::nullopt, context.cancel); !done)
            return fail(done.error());
        ++started;
    }
    return QStringLiteral("%1 processes started again, %2 run already").arg(started).arg(stopped.size() - started);
}

Result<Observation> observeStop(StepContext &context, const DatabaseRecovery &database)
{
    const Result<QList<PoolInstance>> alive = runningProcesses(database.plan(), context.cancel);
    if (!alive)
        return fail(alive.error());
    return Observation{alive->isEmpty() ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet,
                       QStringLiteral("%1 processes run").arg(alive->size()), !stoppedOnes(context).isEmpty()};
}

QString cannotStop(const Plan &plan)
{
    if (!plan.application || plan.application->processes.kind == ProcessesPlan::Kind::None)
        return QStringLiteral("the plan names no processes to stop");
    if (!ProcessManager(plan).canStop())
        return QStringLiteral("the plan names no command that stops a process (application.processes.commands.stop)");
    return {};
}

} // namespace

Step stopWriters(const DatabaseRecoveryPtr &database)
{
    return {.id = QStringLiteral("freeze"),
            .name = QStringLiteral("Stop the writers"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Hold,
            .optional = true,
            .skipReason = cannotStop(database->plan()),
            .deadline = std::chrono::minutes(5),
            .observe = [database](StepContext &context) { return observeStop(context, *database); },
            .preview = [database](StepContext &context) { return previewStop(context, *database); },
            .act = [database](StepContext &context) { return stopAll(context, *database); },
            .verify = [database](StepContext &context) { return proveStopped(context, *database); },
            .undo = [database](StepContext &context) { return startAgain(context, *database); }};
}

} // namespace understudy::databasesteps
