// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/recoverdatabase.h"

#include "core/recovery/scenarios/acknowledgealert.h"
#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/stepfacts.h"
#include "core/systems/dump/dumpprovider.h"

namespace understudy {
namespace {

/// "2026-11-22T14:00:00Z"; milliseconds only when there are some.
QString momentInPhrase(const QDateTime &moment)
{
    const QDateTime utc = moment.toUTC();
    return utc.toString(utc.time().msec() == 0 ? QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'Z'") : QStringLiteral("yyyy-MM-dd'T'HH:mm:ss.zzz'Z'"));
}

DatabaseSwitchPtr switchOf(const DatabaseRecoveryPtr &database)
{
    return std::make_shared<const DatabaseSwitch>(DatabaseSwitch{
        .plan = database->plan(),
        .copy = [database](StepContext &context) { return database->copy(context); },
        .former = [database](StepContext &context) { return database->oldUrl(context); }});
}

/// The one step after which users meet the copy: what was written since its moment is gone for them.
Step guarded(Step step, const DatabaseRecoveryPtr &database)
{
    step.hazard = Hazard::ReversibleWithLoss;
    step.confirmation = Confirmation::Phrase;
    step.bearsUndo = true; // left on the copy, nobody is back, whatever the other steps have put back
    step.preview = [preview = step.preview](StepContext &context) -> Result<StepPreview> {
        Result<StepPreview> shown = preview(context);
        if (shown && !context.dryRun)
            shown->loss = databasesteps::countedLoss(context.facts);
        if (shown)
            shown->willDo.prepend({QStringLiteral("raise each sequence above what the old database has given out"), QStringLiteral("the copy")});
        return shown;
    };
    step.act = [database, act = step.act](StepContext &context) {
        context.say(databasesteps::raiseSequences(context, *database));
        return act(context);
    };
    step.prepare = [database, prepare = step.prepare](StepContext &context) -> Result<QJsonObject> {
        Result<QJsonObject> facts = prepare ? prepare(context) : Result<QJsonObject>(QJsonObject());
        const QJsonObject before = facts && !stepFacts(context, "switch-environment").contains(QStringLiteral("written_before"))
                                       ? databasesteps::writtenBefore(context, *database) : QJsonObject();
        for (auto it = before.begin(); it != before.end(); ++it)
            facts->insert(it.key(), it.value());
        return facts;
    };
    return step;
}

/// Whoever switched wants it to count: without the restarts nobody is on the copy. On the way back this
/// step's undo comes first, and the processes are started again by the one after it.
Step confirmedBySwitch(Step step, const DatabaseRecoveryPtr &database)
{
    step.confirmedWith = QStringLiteral("switch-environment");
    step.undo = [database, undo = step.undo](StepContext &context) -> Result<QString> {
        const Result<QString> open = databasesteps::letWritesIn(context, *database);
        const Result<QString> back = open && undo ? undo(context) : open;
        return back && undo ? Result<QString>(*open + QStringLiteral("; ") + *back) : back;
    };
    return step;
}

} // namespace

QString databaseResource(const DatabasePlan &plan)
{
    if (plan.neon)
        return QStringLiteral("database %1 %2").arg(plan.neon->project, plan.neon->branch);
    return QStringLiteral("database %1").arg(plan.pgBackRest ? plan.pgBackRest->stanza : plan.url.describe());
}

Result<RunOptions> withSourceChosen(const Plan &plan, RunOptions options, const SecretResolver &secrets, const CancelToken &cancel)
{
    if (options.scenario == QLatin1String("database") && options.fromDump.isEmpty() && options.branch.isEmpty()) {
        const Plan followed = withBranchFollowed(plan, secrets, cancel);
        if (followed != plan)
            options.branch = followed.database->neon->branch;
    }
    if (options.fromDump.isEmpty() || options.to.isValid())
        return options;
    const QString key = options.fromDump == RunOptions::newestDump() ? QString() : options.fromDump;
    const Result<std::shared_ptr<const DumpProvider>> provider = DumpProvider::forPlan(plan, secrets, key);
    if (!provider)
        return fail(provider.error());
    const Result<StoredObject> backup = (*provider)->chosen(std::chrono::seconds(30), cancel);
    if (!backup)
        return fail(backup.error());
    options.fromDump = backup->key;
    options.to = backup->modified;
    return options;
}

Result<Recipe> recoverDatabase(const Plan &plan, const RunOptions &options, const SecretResolver &secrets, const RestoreProviderMaker &maker)
{
    if (!plan.database)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no database"), QStringLiteral("Add a `database` section to the plan."));
    const bool planB = !options.fromDump.isEmpty();
    if (!planB && !plan.database->neon && !plan.database->pgBackRest)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan does not say who can restore the database"),
                    QStringLiteral("Add `provider` to the plan's `database`: neon or pgbackrest."));
    if (!options.to.isValid())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the moment to go back to is missing"), QStringLiteral("Give it with its zone: 2026-11-22T14:00:00Z."));
    const DatabaseRecoveryPtr database = std::make_shared<const DatabaseRecovery>(plan, options, secrets, restoreProviderFor(options, maker));
    Recipe recipe{.scenario = QStringLiteral("database-loss"),
                  .title = planB ? QStringLiteral("Recover the database: load backup %1").arg(options.fromDump)
                                 : QStringLiteral("Recover the database: restore %1").arg(database->name()),
                  .resource = databaseResource(*plan.database),
                  .phrase = QStringLiteral("restore %1 to %2").arg(database->name(), momentInPhrase(options.to)),
                  .watch = [database, watch = std::make_shared<databasesteps::CopyWatch>()](StepContext &context) { watch->look(context, *database); },
                  .summary = databasesteps::summary};
    if (!plan.recoveryTime.isEmpty()) {
        recipe.objective = plan.recoveryTime.first().name;
        recipe.within = plan.recoveryTime.first().within;
    }
    recipe.steps.push_back(acknowledgeAlert(plan, secrets, false));
    recipe.steps.push_back(databasesteps::restorePoint(database));
    recipe.steps.push_back(databasesteps::estimateLoss(database));
    recipe.steps.push_back(databasesteps::freeze(database));
    recipe.steps.push_back(databasesteps::restore(database));
    recipe.steps.push_back(databasesteps::keepSource(database));
    recipe.steps.push_back(databasesteps::proveMoment(database));
    recipe.steps.push_back(databasesteps::countLoss(database));
    recipe.steps.push_back(databasesteps::integrity(database));
    const DatabaseSwitchPtr application = switchOf(database);
    recipe.steps.push_back(guarded(databasesteps::switchEnvironment(application), database));
    recipe.steps.push_back(confirmedBySwitch(databasesteps::restartProcesses(application), database));
    recipe.steps.push_back(databasesteps::proveDrained(application));
    recipe.steps.push_back(databasesteps::proveServing(database));
    recipe.steps.push_back(databasesteps::measureLoss(database));
    recipe.steps.push_back({.id = QStringLiteral("keep"), .name = QStringLiteral("Keep, or go back"), .commit = true});
    return recipe;
}

} // namespace understudy
