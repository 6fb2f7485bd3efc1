// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/interrupt.h"
#include "app/ctl/patientoperator.h"
#include "app/ctl/runprinter.h"
#include "core/base/paths.h"
#include "core/recovery/runexecution.h"

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

} // namespace

int recoverCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("recover redis [--planned] [--promote NODE] [--restart-backends]\n"
                                    "                     [--dry-run] [--confirm PHRASE] [--hold] [--json]"),
                     QStringLiteral("Recovers from a Redis master failure and proves it. Without --confirm it stops before its\n"
                                    "first act and prints the phrase. Exit: 0 recovered or nothing to do, 1 undone, 2 failed,\n"
                                    "3 needs the operator, 77 not confirmed, 75 another run holds the resource."));
    line.flag(QStringLiteral("planned"), QStringLiteral("move the master although it is healthy"));
    line.value(QStringLiteral("promote"), QStringLiteral("NODE"), QStringLiteral("promote HOST:PORT by hand; only when no Sentinel answers"));
    line.flag(QStringLiteral("restart-backends"), QStringLiteral("restart the application's processes afterwards, one at a time"));
    line.flag(QStringLiteral("dry-run"), QStringLiteral("print what each step would do, and change nothing"));
    line.value(QStringLiteral("confirm"), QStringLiteral("PHRASE"), QStringLiteral("the exact phrase that the run asks for"));
    line.flag(QStringLiteral("hold"), QStringLiteral("stay until the commit window has passed; interrupted, the run stays open"));
    line.flag(QStringLiteral("json"), QStringLiteral("one event a line, the outcome last"));
    if (const std::optional<int> end = line.parse(arguments, 1, 1))
        return *end;
    if (line.words().at(0) != QLatin1String("redis"))
        return line.usageError(QStringLiteral("no scenario '%1' in this version; there is: redis").arg(line.words().at(0)));
    const std::optional<Plan> plan = line.plan();
    if (!plan)
        return BadInput;
    if (!plan->redis) {
        tell(QStringLiteral("understudyctl: the plan names no Redis\n  Add a section redis with master and sentinels."));
        return BadInput;
    }
    const SystemClock clock;
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*plan);
    const RunOptions options{.scenario = QStringLiteral("redis"),
                             .planned = line.has(QStringLiteral("planned")),
                             .promote = line.get(QStringLiteral("promote")),
                             .restartBackends = line.has(QStringLiteral("restart-backends"))};
    const bool json = line.has(QStringLiteral("json"));
    if (line.has(QStringLiteral("dry-run")))
        return dryRunOf(*plan, options, *secrets, clock, json);

    RunPrinter printer(json);
    PatientOperator person(line.get(QStringLiteral("confirm")), clock);
    return printer.end(execute({.plan = *plan,
                                .secrets = *secrets,
                                .clock = clock,
                                .folder = paths::journals(),
                                .options = options,
                                .person = person,
                                .cancel = cancelOnInterrupt(),
                                .hold = line.has(QStringLiteral("hold")),
                                .onEntry = [&printer](const JournalEntry &entry) { printer.entry(entry); },
                                .onView = [&printer](const RunView &view) { printer.view(view); }}));
}

} // namespace understudy::ctl
