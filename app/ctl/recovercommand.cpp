// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/bisectcommand.h"
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/interrupt.h"
#include "app/ctl/patientoperator.h"
#include "app/ctl/runprinter.h"
#include "core/base/paths.h"
#include "core/base/quantity.h"
#include "core/recovery/runexecution.h"
#include "core/recovery/scenarios/recoverdatabase.h"
#include "core/recovery/scenarios/recoverdeployment.h"

#include <QJsonArray>

namespace understudy::ctl {
namespace {

void printDryRun(const QJsonObject &dry)
{
    int number = 0;
    for (const QJsonValue &value : dry.value(QLatin1String("steps")).toArray()) {
        const QJsonObject step = value.toObject();
        print(QStringLiteral("%1  %2  [%3]").arg(++number).arg(step.value(QLatin1String("name")).toString(),
                                                             step.value(QLatin1String("hazard")).toString()));
        for (const QJsonValue &act : step.value(QLatin1String("preview")).toArray())
            print(QStringLiteral("     will do    ") + act.toString());
        for (const QJsonValue &check : step.value(QLatin1String("preflight")).toArray()) {
            const QJsonObject one = check.toObject();
            print(QStringLiteral("     %1 %2: %3").arg(one.value(QLatin1String("verdict")).toString(), -10)
                      .arg(one.value(QLatin1String("check")).toString(), one.value(QLatin1String("why")).toString()));
        }
        print(QStringLiteral("     predicted  ") + step.value(QLatin1String("predicted")).toString());
        if (const QString undo = step.value(QLatin1String("undo")).toString(); !undo.isEmpty())
            print(QStringLiteral("     way back   ") + undo);
    }
}

int dryRunOf(const Plan &plan, const RunOptions &options, const SecretResolver &secrets, const Clock &clock, bool json)
{
    Result<Recipe> recipe = makeRecipe(plan, options, secrets);
    if (!recipe) {
        tell(recipe.error());
        return recipe.error().code == ErrorCode::PlanInvalid ? int(BadInput) : int(Unavailable);
    }
    const QJsonObject dry = dryRun(*recipe, clock);
    if (json)
        printJson(QJsonDocument(dry));
    else
        printDryRun(dry);
    return Ok;
}

/// An option of another scenario is a mistake, not a wish.
Result<Unit> refuseOptions(const CommandLine &line, const QStringList &names)
{
    for (const QString &name : names) {
        if (line.has(name))
            return fail(ErrorCode::InvalidInput, QStringLiteral("--%1 is not for this scenario").arg(name));
    }
    return Unit{};
}

Result<RunOptions> redisOptions(const CommandLine &line)
{
    if (const Result<Unit> fit = refuseOptions(line, {QStringLiteral("to"), QStringLiteral("despite-schema"), QStringLiteral("from-dump"), QStringLiteral("freeze"), QStringLiteral("bisect"), QStringLiteral("from"), QStringLiteral("error-is-bad")}); !fit)
        return fail(fit.error());
    return RunOptions{.scenario = QStringLiteral("redis"),
                      .planned = line.has(QStringLiteral("planned")),
                      .promote = line.get(QStringLiteral("promote")),
                      .restartBackends = line.has(QStringLiteral("restart-backends"))};
}

Result<RunOptions> databaseOptions(const CommandLine &line, const Clock &clock)
{
    if (const Result<Unit> fit = refuseOptions(line, {QStringLiteral("planned"), QStringLiteral("promote"), QStringLiteral("restart-backends"), QStringLiteral("despite-schema")}); !fit)
        return fail(fit.error());
    if (line.has(QStringLiteral("bisect")))
        return RunOptions{.scenario = QStringLiteral("database")};
    if (const Result<Unit> fit = refuseOptions(line, {QStringLiteral("from"), QStringLiteral("error-is-bad")}); !fit)
        return fail(ErrorCode::InvalidInput, QStringLiteral("--from and --error-is-bad go with --bisect"));
    if (line.has(QStringLiteral("from-dump")) && line.has(QStringLiteral("to")))
        return fail(ErrorCode::InvalidInput, QStringLiteral("--to and --from-dump are two ways: a backup has a moment of its own"));
    if (!line.has(QStringLiteral("to")) && !line.has(QStringLiteral("from-dump")))
        return fail(ErrorCode::InvalidInput, QStringLiteral("--to is missing: the moment to go back to"));
    const Result<QDateTime> to = line.has(QStringLiteral("from-dump")) ? QDateTime() : parseMoment(line.get(QStringLiteral("to")), clock.now());
    if (!to)
        return fail(to.error());
    const QString freeze = line.get(QStringLiteral("freeze"));
    if (line.has(QStringLiteral("freeze")) && freeze != QLatin1String("read-only") && freeze != QLatin1String("stop-writers"))
        return fail(ErrorCode::InvalidInput, QStringLiteral("--freeze takes read-only or stop-writers, not '%1'").arg(freeze));
    return RunOptions{.scenario = QStringLiteral("database"), .to = *to, .freeze = freeze};
}

Result<RunOptions> deploymentOptions(const CommandLine &line)
{
    if (const Result<Unit> fit = refuseOptions(line, {QStringLiteral("planned"), QStringLiteral("promote"), QStringLiteral("restart-backends"), QStringLiteral("from-dump"), QStringLiteral("freeze"), QStringLiteral("bisect"), QStringLiteral("from"), QStringLiteral("error-is-bad")}); !fit)
        return fail(fit.error());
    return RunOptions{.scenario = QStringLiteral("deployment"), .colour = line.get(QStringLiteral("to")), .despiteSchema = line.has(QStringLiteral("despite-schema"))};
}

QString missingSection(const Plan &plan, const QString &scenario, bool fromDump)
{
    if (scenario == QLatin1String("redis") && !plan.redis)
        return QStringLiteral("the plan names no Redis\n  Add a section redis with master and sentinels.");
    if (scenario == QLatin1String("database") && !plan.database)
        return QStringLiteral("the plan names no database\n  Add a section database with url and provider.");
    if (scenario == QLatin1String("database") && !fromDump && !plan.database->neon && !plan.database->pgBackRest)
        return QStringLiteral("the plan does not say who can restore the database\n  Add provider to its database: neon or pgbackrest.");
    if (scenario == QLatin1String("deployment") && (!plan.application || plan.application->traffic.kind.isEmpty()))
        return QStringLiteral("the plan does not say who directs the traffic\n  Add traffic to its application: nginx_file for one.");
    return {};
}

} // namespace

int recoverCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("recover redis [--planned] [--promote NODE] [--restart-backends]\n"
                                    "       understudyctl recover database --to TIME [--freeze read-only|stop-writers]\n"
                                    "       understudyctl recover database --from-dump [KEY] [--freeze read-only|stop-writers]\n"
                                    "       understudyctl recover deployment [--to COLOUR] [--despite-schema]\n"
                                    "       understudyctl recover database --bisect SQL [--from TIME] [--error-is-bad]\n"
                                    "                     [--dry-run] [--confirm PHRASE] [--hold] [--json]"),
                     QStringLiteral("Recovers from a Redis master failure, restores the database to a moment, or sends users to\n"
                                    "the other colour, and proves it.\n"
                                    "Without --confirm it stops before its first act and prints the phrase. Exit: 0 recovered or\n"
                                    "nothing to do, 1 undone, 2 failed, 3 needs the operator, 77 not confirmed, 75 another run\n"
                                    "holds the resource.\n"
                                    "--bisect searches the last good moment instead, on short-lived copies (about 20 for a day, one\n"
                                    "after the other; a provider may charge for them). It asks for no phrase, as it touches neither\n"
                                    "the database nor the application, and prints the command to go on with. Exit: 0 found,\n"
                                    "2 failed, 3 the symptom comes and goes, or nobody can tell."));
    line.value(QStringLiteral("to"), QStringLiteral("TIME"), QStringLiteral("deployment: the colour that is to serve (default: the one of two that does not); database: the moment to go back to, with its zone (2026-11-22T14:00:00Z), or \"20m ago\""));
    line.optional(QStringLiteral("from-dump"), QStringLiteral("KEY"), QStringLiteral("database, plan B: load this logical backup, or the newest, into the plan's standby"));
    line.value(QStringLiteral("bisect"), QStringLiteral("SQL"), QStringLiteral("database: one SELECT that answers true, or a number other than 0, when the symptom is there"));
    line.value(QStringLiteral("from"), QStringLiteral("TIME"), QStringLiteral("with --bisect: where to begin; the window's earliest moment else"));
    line.flag(QStringLiteral("error-is-bad"), QStringLiteral("with --bisect: an error of the query is the symptom (a dropped table); else nobody can tell"));
    line.value(QStringLiteral("freeze"), QStringLiteral("HOW"), QStringLiteral("database: read-only lets nobody write to the old one meanwhile, stop-writers stops the application's processes; left running else"));
    line.flag(QStringLiteral("planned"), QStringLiteral("move the master although it is healthy"));
    line.value(QStringLiteral("promote"), QStringLiteral("NODE"), QStringLiteral("promote HOST:PORT by hand; only when no Sentinel answers"));
    line.flag(QStringLiteral("restart-backends"), QStringLiteral("restart the application's processes afterwards, one at a time"));
    line.flag(QStringLiteral("despite-schema"), QStringLiteral("deployment: also where its code expects another migration than the database has"));
    line.flag(QStringLiteral("dry-run"), QStringLiteral("print what each step would do, and change nothing"));
    line.value(QStringLiteral("confirm"), QStringLiteral("PHRASE"), QStringLiteral("the exact phrase that the run asks for"));
    line.flag(QStringLiteral("hold"), QStringLiteral("stay until the commit window has passed; interrupted, the run stays open"));
    line.flag(QStringLiteral("json"), QStringLiteral("one event a line, the outcome last"));
    if (const std::optional<int> end = line.parse(arguments, 1, 1))
        return *end;
    const SystemClock clock;
    const QString scenario = line.words().at(0);
    if (!QStringList{QStringLiteral("redis"), QStringLiteral("database"), QStringLiteral("deployment")}.contains(scenario))
        return line.usageError(QStringLiteral("no scenario '%1' in this version; there are: redis, database, deployment").arg(scenario));
    Result<RunOptions> options = scenario == QLatin1String("redis")    ? redisOptions(line)
                                 : scenario == QLatin1String("database") ? databaseOptions(line, clock)
                                                                         : deploymentOptions(line);
    if (!options)
        return line.usageError(options.error().text());
    const std::optional<Plan> plan = line.plan();
    if (!plan)
        return BadInput;
    if (const QString missing = missingSection(*plan, scenario, line.has(QStringLiteral("from-dump"))); !missing.isEmpty()) {
        tell(QStringLiteral("understudyctl: ") + missing);
        return BadInput;
    }
    if (scenario == QLatin1String("deployment") && options->colour.isEmpty()) {
        const Result<QString> colour = rollbackColour(*plan, cancelOnInterrupt());
        if (!colour) {
            tell(colour.error());
            return Unavailable;
        }
        options->colour = *colour;
    }
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*plan);
    const bool json = line.has(QStringLiteral("json"));
    if (line.has(QStringLiteral("bisect")))
        return bisectCommand(line, *plan, *secrets, clock);
    RunPrinter printer(json);
    RunOptions chosen = *options;
    if (scenario == QLatin1String("database")) {
        const QString key = line.get(QStringLiteral("from-dump"));
        if (line.has(QStringLiteral("from-dump")))
            chosen.fromDump = key.isEmpty() ? RunOptions::newestDump() : key;
        // Now, for the dry run's sake: what is restored from, and a backup's moment, belong into what is shown.
        const Result<RunOptions> found = withSourceChosen(*plan, chosen, *secrets, cancelOnInterrupt());
        if (!found)
            return printer.end({.outcome = QStringLiteral("refused"), .explanation = found.error().text(), .error = found.error()});
        chosen = *found;
    }
    if (line.has(QStringLiteral("dry-run")))
        return dryRunOf(*plan, chosen, *secrets, clock, json);

    if (scenario == QLatin1String("database"))
        tidyAfterBisections(*plan, *secrets, clock);
    PatientOperator person(line.get(QStringLiteral("confirm")), clock);
    return printer.end(execute({.plan = *plan,
                                .secrets = *secrets,
                                .clock = clock,
                                .folder = paths::journals(),
                                .options = chosen,
                                .person = person,
                                .cancel = cancelOnInterrupt(),
                                .hold = line.has(QStringLiteral("hold")),
                                .onEntry = [&printer](const JournalEntry &entry) { printer.entry(entry); },
                                .onView = [&printer](const RunView &view) { printer.view(view); }}));
}

} // namespace understudy::ctl
