// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/interrupt.h"
#include "app/ctl/patientoperator.h"
#include "app/ctl/runprinter.h"
#include "app/ctl/undoagreement.h"
#include "core/base/paths.h"
#include "core/base/quantity.h"
#include "core/plan/planreader.h"
#include "core/recovery/errorjson.h"
#include "core/recovery/runexecution.h"
#include "core/recovery/runstore.h"
#include "core/recovery/scenarios/salvagerun.h"

#include <QJsonArray>

namespace understudy::ctl {
namespace {

QString stateOf(const RunRecord &record)
{
    if (!record.view.outcome.isEmpty() && record.closed)
        return record.view.outcome;
    return record.waitingCommit ? QStringLiteral("waiting_commit") : QStringLiteral("open");
}

QJsonObject toJson(const RunRecord &record)
{
    QJsonArray steps;
    for (const StepView &step : record.view.steps)
        steps << QJsonObject{{QStringLiteral("id"), step.id},
                             {QStringLiteral("name"), step.name},
                             {QStringLiteral("state"), stepStateName(step.state)},
                             {QStringLiteral("result"), step.result}};
    const RunView &view = record.view;
    return {{QStringLiteral("run"), view.id},
            {QStringLiteral("scenario"), view.scenario},
            {QStringLiteral("title"), view.title},
            {QStringLiteral("mode"), modeName(view.mode)},
            {QStringLiteral("plan"), view.planName},
            {QStringLiteral("state"), stateOf(record)},
            {QStringLiteral("outcome"), view.outcome},
            {QStringLiteral("began"), toRfc3339(view.began)},
            {QStringLiteral("last_at"), toRfc3339(record.lastAt)},
            {QStringLiteral("commit_until"), toRfc3339(view.commitUntil)},
            {QStringLiteral("recovery_time_ms"), view.recoveryTime ? QJsonValue(double(view.recoveryTime->count())) : QJsonValue()},
            {QStringLiteral("data_loss"), view.dataLoss},
            {QStringLiteral("journal"), view.journalFile},
            {QStringLiteral("steps"), steps}};
}

int list(bool json)
{
    QJsonArray array;
    for (const RunRecord &record : runstore::all(paths::journals())) {
        if (json)
            array << toJson(record);
        else
            print(QStringLiteral("%1  %2  %3  %4").arg(record.view.id, stateOf(record).leftJustified(14),
                                                       modeName(record.view.mode).leftJustified(10), record.view.title));
    }
    if (json)
        printJson(QJsonDocument(array));
    return Ok;
}

void printRecord(const RunRecord &record)
{
    print(QStringLiteral("%1 · %2 · %3 · %4").arg(record.view.id, record.view.title, modeName(record.view.mode), stateOf(record)));
    for (const StepView &step : record.view.steps)
        print(QStringLiteral("  %1  %2%3").arg(stepStateName(step.state).leftJustified(10), step.name,
                                              step.result.isEmpty() ? QString() : QStringLiteral(": ") + step.result));
    if (record.view.recoveryTime)
        print(QStringLiteral("  recovery time %1, data loss %2").arg(durationText(*record.view.recoveryTime), record.view.dataLoss));
    print(QStringLiteral("  journal %1").arg(record.view.journalFile));
}

/// The plan that a run was begun with, unless --plan names one.
std::optional<Plan> planOf(const CommandLine &line, const RunRecord &record)
{
    if (line.has(QStringLiteral("plan")) || record.planPath.isEmpty())
        return line.plan();
    const PlanReading reading = readPlanFile(record.planPath, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(problem.text(record.planPath));
    return reading.plan;
}

int salvageOf(const Plan &plan, const RunRecord &record, const QString &file, bool json)
{
    const SystemClock clock;
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
    const Result<Salvage> made = salvageRun(plan, *secrets, record, file, clock, cancelOnInterrupt(), [](const QString &words) { tell(words); });
    if (!made) {
        tell(made.error());
        return made.error().code == ErrorCode::InvalidInput ? int(BadInput) : int(Unavailable);
    }
    if (json) {
        QJsonArray left;
        for (const NotSalvaged &one : made->notExported)
            left << QJsonObject{{QStringLiteral("table"), one.table}, {QStringLiteral("why"), one.why}};
        printJson(QJsonDocument(QJsonObject{{QStringLiteral("file"), made->file}, {QStringLiteral("rows"), made->rows},
                                            {QStringLiteral("not_exported"), left}}));
        return Ok;
    }
    print(QStringLiteral("%1: %2").arg(made->file, made->summary()));
    for (const NotSalvaged &one : made->notExported)
        tell(QStringLiteral("Not exported: %1: %2").arg(one.table, one.why));
    tell(QStringLiteral("It holds rows' content: keep it as you keep the database. Read it before you run it on the new database."));
    return Ok;
}

} // namespace

int runCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("run list | show ID | resume ID [--confirm PHRASE] | keep ID | extend ID\n"
                                    "                     | undo ID [--confirm PHRASE] | salvage ID --output FILE   [--json]"),
                     QStringLiteral("Runs of this user, newest first. resume looks at the world first, and then goes on; keep and\n"
                                    "undo decide a run that waits for it; undo asks for the phrase at a terminal; extend lets it wait as long\n"
                                    "again as the plan says. salvage writes the rows that\n"
                                    "a restored database lacks and the old one still has, as SQL. Exit codes as recover's."));
    line.value(QStringLiteral("output"), QStringLiteral("FILE"), QStringLiteral("salvage: the file to write; it must not exist"));
    line.flag(QStringLiteral("json"), QStringLiteral("list: one array; else one event a line"));
    line.value(QStringLiteral("confirm"), QStringLiteral("PHRASE"), QStringLiteral("resume and undo: the exact phrase that the run asks for"));
    line.flag(QStringLiteral("hold"), QStringLiteral("resume: stay until the commit window has passed"));
    if (const std::optional<int> end = line.parse(arguments, 1, 2))
        return *end;
    const QString verb = line.words().at(0);
    const bool json = line.has(QStringLiteral("json"));
    static const QStringList verbs{QStringLiteral("list"), QStringLiteral("show"), QStringLiteral("resume"), QStringLiteral("keep"), QStringLiteral("undo"), QStringLiteral("extend"), QStringLiteral("salvage")};
    if (!verbs.contains(verb))
        return line.usageError(QStringLiteral("no such verb: '%1'").arg(verb));
    if (verb == QLatin1String("list"))
        return list(json);
    if (line.words().size() != 2)
        return line.usageError(QStringLiteral("%1 needs a run's ID; see run list").arg(verb));
    const QString id = line.words().at(1);
    const Result<RunRecord> record = runstore::one(paths::journals(), id);
    if (!record) {
        if (json)
            printJson(QJsonDocument(QJsonObject{{QStringLiteral("error"), errorToJson(record.error())}}));
        tell(record.error());
        return BadInput;
    }
    if (verb == QLatin1String("show")) {
        if (json)
            printJson(QJsonDocument(toJson(*record)));
        else
            printRecord(*record);
        return Ok;
    }
    const std::optional<Plan> plan = planOf(line, *record);
    if (!plan)
        return BadInput;
    if (verb == QLatin1String("salvage")) {
        const QString file = line.get(QStringLiteral("output"));
        return file.isEmpty() ? line.usageError(QStringLiteral("salvage needs --output FILE")) : salvageOf(*plan, *record, file, json);
    }
    if (verb == QLatin1String("undo") && !agreesToUndo(*record, line.get(QStringLiteral("confirm"))))
        return Refused;
    const SystemClock clock;
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*plan);
    std::optional<Decision::Kind> atCommit;
    if (verb != QLatin1String("resume"))
        atCommit = verb == QLatin1String("keep")   ? Decision::Kind::Keep
                 : verb == QLatin1String("extend") ? Decision::Kind::Extend
                                                   : Decision::Kind::Undo;
    RunPrinter printer(json);
    PatientOperator person(line.get(QStringLiteral("confirm")), clock);
    return printer.end(execute({.plan = *plan,
                                .secrets = *secrets,
                                .clock = clock,
                                .folder = paths::journals(),
                                .resume = id,
                                .person = person,
                                .cancel = cancelOnInterrupt(),
                                .hold = line.has(QStringLiteral("hold")),
                                .atCommit = atCommit,
                                .onEntry = [&printer](const JournalEntry &entry) { printer.entry(entry); },
                                .onView = [&printer](const RunView &view) { printer.view(view); }}));
}

} // namespace understudy::ctl
