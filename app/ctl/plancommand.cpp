// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/planinit.h"
#include "core/plan/planmarkdown.h"
#include "core/plan/planreader.h"
#include "core/systems/traffic/nginxflag.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

namespace understudy::ctl {
namespace {

QJsonObject toJson(const PlanProblem &problem)
{
    return {{QStringLiteral("severity"), problem.severity == PlanProblem::Severity::Error ? QStringLiteral("error")
                                                                                          : QStringLiteral("warning")},
            {QStringLiteral("line"), problem.line},
            {QStringLiteral("column"), problem.column},
            {QStringLiteral("message"), problem.message},
            {QStringLiteral("hint"), problem.hint}};
}

int check(const CommandLine &line, const QString &path)
{
    const PlanReading reading = readPlanFile(path, QDate::currentDate());
    int errors = 0;
    QJsonArray problems;
    for (const PlanProblem &problem : reading.problems) {
        errors += problem.severity == PlanProblem::Severity::Error ? 1 : 0;
        problems << toJson(problem);
        if (!line.has(QStringLiteral("json")))
            print(problem.text(path));
    }
    if (line.has(QStringLiteral("json")))
        printJson(QJsonDocument(problems));
    if (!reading.plan) {
        tell(QStringLiteral("%1: %2 %3").arg(path).arg(errors).arg(errors == 1 ? QStringLiteral("mistake") : QStringLiteral("mistakes")));
        return BadInput;
    }
    tell(QStringLiteral("%1: \"%2\", mode %3, %4").arg(path, reading.plan->name, modeName(reading.plan->mode),
                                                        reading.problems.isEmpty() ? QStringLiteral("no mistakes")
                                                                                   : QStringLiteral("warnings only")));
    return Ok;
}

int render(const QString &path)
{
    const PlanReading reading = readPlanFile(path, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(problem.text(path));
    if (!reading.plan)
        return BadInput;
    print(planToMarkdown(*reading.plan));
    return Ok;
}

int nginxFlag(const QString &path)
{
    const PlanReading reading = readPlanFile(path, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(problem.text(path));
    if (!reading.plan)
        return BadInput;
    const Result<QString> snippet = NginxFlag::snippet(*reading.plan);
    if (!snippet) {
        tell(snippet.error());
        return BadInput;
    }
    print(snippet->trimmed());
    return Ok;
}

} // namespace

int planCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("plan check [FILE] [--json] | render [FILE] | nginx-flag [FILE] | init [--output FILE]"),
                     QStringLiteral("check prints every mistake as FILE:LINE:COLUMN, what is wrong and what to write; 65 when\n"
                                    "there is one. render prints the plan as a Markdown document. nginx-flag prints what a site of nginx needs\n"
                                    "so that a switch of colours takes no reload. init asks for what it needs,\n"
                                    "tries the connections and writes a plan; what an option gives is not asked."));
    line.flag(QStringLiteral("json"), QStringLiteral("check: one JSON array"));
    addPlanInitOptions(line);
    if (const std::optional<int> end = line.parse(arguments, 1, 2))
        return *end;
    const QString verb = line.words().at(0);
    const QString path = line.words().size() > 1 ? line.words().at(1) : line.planPath();
    if (verb == QLatin1String("check"))
        return check(line, path);
    if (verb == QLatin1String("render"))
        return render(path);
    if (verb == QLatin1String("nginx-flag"))
        return nginxFlag(path);
    if (verb == QLatin1String("init"))
        return initPlan(line);
    return line.usageError(QStringLiteral("no such verb: '%1'").arg(verb));
}

} // namespace understudy::ctl
