// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaseswitch.h"

#include "core/recovery/stepfacts.h"

#include "core/recovery/scenarios/instancelook.h"
#include "core/recovery/scenarios/switchfiles.h"
#include "core/systems/shell/hostprogram.h"

#include <QJsonArray>

#include <algorithm>

namespace understudy::databasesteps {
namespace {

using Side = Effective::Side;

QJsonObject restartFacts(const StepContext &context, const char *key)
{
    return context.facts[QStringLiteral("restart-processes")]
        .toObject()[QLatin1String(key)]
        .toObject();
}

QStringList listOf(const QJsonValue &value)
{
    QStringList list;
    for (const QJsonValue &one : value.toArray())
        list.append(one.toString());
    return list;
}

const ApplicationPlan &applicationOf(const DatabaseSwitch &database)
{
    return *database.plan.application;
}

ApplicationSight sightsOfAll(StepContext &context, const DatabaseSwitch &database)
{
    return lookAtInstances(ProcessManager(database.plan), instancesOf(database.plan),
                           keysOf(database.plan), {}, context.cancel);
}

Result<QList<ProcessSight>> sightsOf(StepContext &context, const DatabaseSwitch &database,
                                     const PoolInstance &instance)
{
    return lookAtInstance(ProcessManager(database.plan), instance, keysOf(database.plan),
                          context.cancel);
}

/// What one look says about an instance that is to come up with another environment.
struct Arrival
{
    bool isNew = false;         ///< every process is a new one
    std::optional<Error> wrong; ///< a new process has another address: waiting does not help
    QString words;
};

Arrival arrivalOf(const QList<ProcessSight> &sights, const PoolInstance &instance, const Host &host,
                  const DatabaseTarget &wanted, const DatabaseTarget &other,
                  const QStringList &startedBefore)
{
    Arrival arrival{.isNew = true};
    QStringList words;
    for (const ProcessSight &sight : sights) {
        const QString who = labelOf(instance, sight, host);
        if (startedBefore.contains(sight.started)) {
            arrival.isNew = false;
            words.append(QStringLiteral("%1 is still the old process").arg(who));
            continue;
        }
        const Effective effective = effectiveOf(sight, wanted, other);
        words.append(who + QLatin1Char(' ') + effective.words);
        if (effective.side == Side::Old || effective.side == Side::Elsewhere)
            arrival.wrong =
                Error{ErrorCode::NotProved,
                      QStringLiteral("%1 was started again and %2").arg(who, effective.words),
                      QStringLiteral("Its manager gives it that value, or another file does: find "
                                     "it there. The instances after it were left alone.")};
        if (effective.side == Side::Unknown)
            words.last() = QStringLiteral("%1 runs anew; its environment is unknown: %2")
                               .arg(who, effective.words);
    }
    arrival.words = words.join(QStringLiteral("; "));
    return arrival;
}

/// Some have no such route; then a new process is what can be seen.
bool hasWarmedUp(StepContext &context, const DatabaseSwitch &database, const PoolInstance &instance)
{
    const int status =
        instances::startupOf(instance.url, applicationOf(database), context.cancel).status;
    return status == 200 || status == 404;
}

Result<QString> waitForArrival(StepContext &context, const DatabaseSwitch &database,
                               const PoolInstance &instance, const DatabaseTarget &wanted,
                               const DatabaseTarget &other, const QStringList &startedBefore)
{
    const Host host = ProcessManager(database.plan).host(instance);
    const Milliseconds until = context.clock.monotonic() + instances::comesBackWithin;
    QString last = QStringLiteral("nothing was seen");
    for (;;) {
        const Result<QList<ProcessSight>> sights = sightsOf(context, database, instance);
        if (!sights && sights.error().code == ErrorCode::Cancelled)
            return fail(sights.error());
        if (sights) {
            const Arrival arrival =
                arrivalOf(*sights, instance, host, wanted, other, startedBefore);
            if (arrival.wrong)
                return fail(*arrival.wrong);
            if (arrival.isNew && hasWarmedUp(context, database, instance))
                return arrival.words;
            last = arrival.isNew
                       ? arrival.words + QStringLiteral("; its start-up route does not answer 200")
                       : arrival.words;
        } else {
            last = sights.error().text();
        }
        if (context.clock.monotonic() >= until)
            return fail(
                ErrorCode::NotProved,
                QStringLiteral("%1 has not come back as a new process").arg(instance.process),
                QStringLiteral("The instances after it were left alone; look at this one first."),
                last);
        if (!restFor(context, Milliseconds(200)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    }
}

bool hasArrived(StepContext &context, const DatabaseSwitch &database, const PoolInstance &instance,
                const DatabaseTarget &wanted, const DatabaseTarget &other,
                const QStringList &startedBefore)
{
    const Result<QList<ProcessSight>> sights = sightsOf(context, database, instance);
    if (!sights || startedBefore.isEmpty())
        return false;
    const Arrival arrival =
        arrivalOf(*sights, instance, ProcessManager(database.plan).host(instance), wanted, other,
                  startedBefore);
    return arrival.isNew && !arrival.wrong;
}

Result<QString> restartAllOn(StepContext &context, const DatabaseSwitch &database)
{
    const Result<DatabaseTarget> wanted = newTarget(context, database);
    const Result<DatabaseTarget> other =
        wanted ? formerTarget(context, database) : fail(wanted.error());
    if (!other)
        return fail(other.error());
    QJsonObject before = restartFacts(context, "before"), after = restartFacts(context, "after");
    for (const PoolInstance &instance :
         instances::inRestartOrder(applicationOf(database), context.cancel)) {
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (instance.process.isEmpty() || after.contains(instance.url))
            continue;
        // An earlier sitting may have been cut after the restart and before its note.
        const bool begun = before.contains(instance.url);
        if (!begun) {
            before.insert(instance.url,
                          QJsonArray::fromStringList(startsOf(context, database, instance)));
            if (const Result<Unit> noted = context.note({{QStringLiteral("before"), before}});
                !noted)
                return fail(noted.error());
        }
        const QStringList starts = listOf(before[instance.url]);
        const bool arrived =
            begun && hasArrived(context, database, instance, *wanted, *other, starts);
        if (!arrived)
            context.say(QStringLiteral("restarting %1").arg(instance.process));
        const Result<QString> proved =
            arrived ? waitForArrival(context, database, instance, *wanted, *other, starts)
                    : restartOn(context, database, instance, *wanted, *other, starts);
        if (!proved)
            return proved;
        after.insert(instance.url, *proved);
        if (const Result<Unit> noted = context.note({{QStringLiteral("after"), after}}); !noted)
            return fail(noted.error());
        context.say(*proved);
    }
    return QStringLiteral("%1 instances restarted, one at a time").arg(after.size());
}

qsizetype toGo(const StepContext &context, const DatabaseSwitch &database)
{
    const QJsonObject after = restartFacts(context, "after");
    const QList<PoolInstance> all = instancesOf(database.plan);
    return std::count_if(all.begin(), all.end(), [&after](const PoolInstance &one) {
        return !one.process.isEmpty() && !after.contains(one.url);
    });
}

Result<Observation> observeRestarts(StepContext &context, const DatabaseSwitch &database)
{
    const qsizetype open = toGo(context, database);
    return Observation{open == 0 ? Observation::Sight::AlreadyTrue : Observation::Sight::NotYet,
                       QStringLiteral("%1 instances to go").arg(open), !restartFacts(context, "before").isEmpty()};
}

Result<StepPreview> previewRestarts(StepContext &context, const DatabaseSwitch &database)
{
    const ProcessManager manager(database.plan);
    StepPreview shown;
    shown.why = QStringLiteral("A process keeps the address it was started with; a mere `pm2 "
                               "restart` or `docker compose restart` would keep it too.");
    qsizetype number = 0;
    for (const PoolInstance &instance :
         instances::inRestartOrder(applicationOf(database), context.cancel)) {
        if (instance.process.isEmpty()) {
            shown.willNot.append(
                QStringLiteral("restart %1: the plan names no process for it").arg(instance.url));
            continue;
        }
        ++number;
        for (const QString &line : manager.commands(instance, true)) {
            shown.willDo.append({line, hostLabel(manager.host(instance))});
            shown.byHand.append(line);
        }
    }
    shown.willNot.append(QStringLiteral("restart two at a time, or go on when one is not proved"));
    if (manager.kind() == ProcessesPlan::Kind::Pm2)
        shown.willNot.append(QStringLiteral(
            "save PM2's list: what a reboot brings back has the old address until `pm2 save`"));
    shown.expect = {QStringLiteral("from each a new process that answers its start-up route and "
                                   "has the new address, before the next is touched")};
    shown.predicted = QStringLiteral("OK");
    shown.wayBack =
        QStringLiteral("the files are put back, then the same processes are started again");
    shown.button = number == 1 ? QStringLiteral("Restart 1 process") : QStringLiteral("Restart %1 processes").arg(number);
    return shown;
}

Result<QList<PreflightCheck>> preflightRestarts(StepContext &context,
                                                const DatabaseSwitch &database)
{
    using Verdict = PreflightCheck::Verdict;
    QList<PreflightCheck> checks;
    for (const InstanceSight &member : sightsOfAll(context, database).instances) {
        const PoolInstance &instance = member.instance;
        const Result<QList<ProcessSight>> &sights = member.processes;
        const QString check =
            QStringLiteral("%1 can be restarted")
                .arg(instance.process.isEmpty() ? instance.url : instance.process);
        if (instance.process.isEmpty()) {
            checks.append({check, Verdict::Warn,
                           QStringLiteral("the plan names no process for it: restart it by hand")});
            continue;
        }
        if (!sights) {
            const bool down = sights.error().code == ErrorCode::NotFound;
            checks.append({check, down ? Verdict::Warn : Verdict::Fail, sights.error().text()});
            continue;
        }
        QStringList ids;
        for (const ProcessSight &sight : *sights)
            ids.append(QString::number(sight.id));
        const bool seen = std::all_of(sights->begin(), sights->end(),
                                      [](const ProcessSight &one) { return one.unseen.isEmpty(); });
        checks.append(
            {check, seen ? Verdict::Pass : Verdict::Warn,
             seen ? QStringLiteral("pid %1").arg(ids.join(QStringLiteral(", ")))
                  : QStringLiteral("pid %1; %2: what it is started with cannot be read back")
                        .arg(ids.join(QStringLiteral(", ")), sights->first().unseen)});
    }
    return checks;
}

/// Of what was restarted, what each has now: it may have been restarted by somebody else since.
Result<QString> verifyRestarts(StepContext &context, const DatabaseSwitch &database)
{
    const Result<DatabaseTarget> wanted = newTarget(context, database);
    const Result<DatabaseTarget> other =
        wanted ? formerTarget(context, database) : fail(wanted.error());
    if (!other)
        return fail(other.error());
    const QJsonObject before = restartFacts(context, "before");
    QStringList proved, open;
    for (const InstanceSight &member : sightsOfAll(context, database).instances) {
        const PoolInstance &instance = member.instance;
        const Result<QList<ProcessSight>> &sights = member.processes;
        if (instance.process.isEmpty())
            continue;
        if (!sights) {
            open.append(sights.error().message);
            continue;
        }
        for (const ProcessSight &sight : *sights) {
            const Effective effective = effectiveOf(sight, *wanted, *other);
            const bool anew = !listOf(before[instance.url]).contains(sight.started);
            const bool good =
                anew && (effective.side == Side::New || effective.side == Side::ReadsItself);
            (good ? proved : open)
                .append(labelOf(instance, sight, member.host) + QLatin1Char(' ') +
                        (anew ? effective.words : QStringLiteral("was not started again")));
        }
    }
    if (!open.isEmpty())
        return fail(ErrorCode::NotProved, open.join(QStringLiteral("; ")),
                    QStringLiteral("Restart what kept its old address; what cannot be seen, look "
                                   "at as the user that runs it."));
    return proved.join(QStringLiteral("; "));
}

} // namespace

QStringList startsOf(StepContext &context, const DatabaseSwitch &database,
                     const PoolInstance &instance)
{
    QStringList starts;
    if (const Result<QList<ProcessSight>> sights = sightsOf(context, database, instance)) {
        for (const ProcessSight &sight : *sights) {
            if (!sight.started.isEmpty())
                starts.append(sight.started);
        }
    }
    return starts;
}

Result<QString> restartOn(StepContext &context, const DatabaseSwitch &database,
                          const PoolInstance &instance, const DatabaseTarget &wanted,
                          const DatabaseTarget &other, const QStringList &startedBefore)
{
    const ChangedEnvironment changed{
        keysOf(database.plan), [wanted](const QString &key, const Secret &old) {
            return leadsTo(key, old, wanted) ? Result<Secret>(old) : movedValue(key, old, wanted);
        }};
    const Result<Unit> done =
        ProcessManager(database.plan).restart(instance, changed, context.cancel);
    if (!done)
        return fail(done.error());
    return waitForArrival(context, database, instance, wanted, other, startedBefore);
}

Result<QString> restartBack(StepContext &context, const DatabaseSwitch &database)
{
    const QJsonObject touched = restartFacts(context, "before");
    if (!database.plan.application || database.plan.application->processes.kind == ProcessesPlan::Kind::None)
        return QStringLiteral("the plan names no processes");
    const Result<DatabaseTarget> former = formerTarget(context, database);
    if (!former)
        return fail(former.error());
    // Only for a better word about a process that kept it: the provider may be down by now.
    const DatabaseTarget copy = newTarget(context, database).value_or(DatabaseTarget());
    QStringList back;
    for (const PoolInstance &instance :
         instances::inRestartOrder(applicationOf(database), context.cancel)) {
        const Result<QList<ProcessSight>> sights = sightsOf(context, database, instance);
        // One that came up by itself while the files named the copy is on it as well.
        const bool strayed = sights && std::any_of(sights->begin(), sights->end(), [&](const ProcessSight &one) {
            return effectiveOf(one, *former, copy).side == Effective::Side::Old;
        });
        if (!touched.contains(instance.url) && !strayed)
            continue;
        if (strayed && instance.process.isEmpty())
            return fail(ErrorCode::NeedsOperator, QStringLiteral("%1 is on the copy, and the plan names no process to restart").arg(instance.url),
                        QStringLiteral("Restart it by hand, then try again."));
        const QStringList starts = startsOf(context, database, instance);
        const bool untouched = !strayed && std::all_of(starts.begin(), starts.end(), [&](const QString &one) {
            return listOf(touched[instance.url]).contains(one);
        });
        if (sights && untouched) {
            back.append(QStringLiteral("%1 was not started again").arg(instance.process));
            continue;
        }
        const bool isBack =
            sights && std::all_of(sights->begin(), sights->end(), [&](const ProcessSight &one) {
                return effectiveOf(one, *former, copy).side == Side::New;
            });
        if (isBack) {
            back.append(QStringLiteral("%1 is on the old database").arg(instance.process));
            continue;
        }
        context.say(QStringLiteral("restarting %1 on the old database").arg(instance.process));
        const Result<QString> proved =
            restartOn(context, database, instance, *former, copy, starts);
        if (!proved)
            return proved;
        context.say(*proved);
        back.append(*proved);
    }
    if (back.isEmpty())
        return QStringLiteral("no process was restarted");
    return back.join(QStringLiteral("; "));
}

Step restartProcesses(const DatabaseSwitchPtr &database)
{
    const bool named = database->plan.application &&
                       database->plan.application->processes.kind != ProcessesPlan::Kind::None;
    return {
        .id = QStringLiteral("restart-processes"),
        .name = QStringLiteral("Restart the processes"),
        .hazard = Hazard::Reversible,
        .confirmation = Confirmation::Click,
        .skipReason = named ? QString() : QStringLiteral("the plan names no processes"),
        .deadline = std::chrono::minutes(30),
        .observe = [database](StepContext &context) { return observeRestarts(context, *database); },
        .preview = [database](StepContext &context) { return previewRestarts(context, *database); },
        .preflight =
            [database](StepContext &context) { return preflightRestarts(context, *database); },
        .act = [database](StepContext &context) { return restartAllOn(context, *database); },
        .verify = [database](StepContext &context) { return verifyRestarts(context, *database); },
        // Now they would come up with the new address again: the files are put back first.
        .undo = [database](StepContext &context) -> Result<QString> {
            // Files that somebody else has switched are nobody's to put back: then each process is looked at now.
            return filesWereSwitched(context) ? QStringLiteral("started again once the files are put back")
                                              : restartBack(context, *database);
        }};
}

} // namespace understudy::databasesteps
