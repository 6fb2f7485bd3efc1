// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"
#include "core/recovery/operator.h"
#include "core/recovery/runexecution.h"

#include <QCoreApplication>
#include <QTextStream>

#include <csignal>

#include <unistd.h>

// One sitting of a recipe in a process of its own, which kills itself where it is told to.
// recoverydriver FOLDER PLAN TARGET RESUME WHERE VERB
//   TARGET  the moment to go back to, for the database's recipe; a colour, for the deployment's
//   RESUME  id of the run to go on with, or "-"
//   WHERE   "-", "entry N" (after the N-th entry of the journal), "acted STEP" (after the act, before it is
//           journaled), or "undone STEP" (after the way back, before it is journaled)
//   VERB    "recover" or "undo"
using namespace understudy;

namespace {

[[noreturn]] void dieHere()
{
    ::kill(::getpid(), SIGKILL);
    ::_exit(1);
}

std::function<Result<QString>(StepContext &)> dyingAfter(const std::function<Result<QString>(StepContext &)> &function)
{
    return [function](StepContext &context) -> Result<QString> {
        (void)function(context);
        dieHere();
    };
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const PlanReading reading = readPlanFile(arguments.value(2), QDate::currentDate());
    if (!reading.plan)
        return 65;
    Plan plan = *reading.plan;
    plan.paging = {}; // has tests of its own
    const QDateTime to = QDateTime::fromString(arguments.value(3), Qt::ISODateWithMs);
    RunOptions options{.scenario = QStringLiteral("deployment"), .colour = arguments.value(3)};
    if (to.isValid())
        options = {.scenario = QStringLiteral("database"), .to = to, .freeze = QStringLiteral("read-only")};
    const QString resume = arguments.value(4) == QLatin1String("-") ? QString() : arguments.value(4);
    const QString where = arguments.value(5);
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
    const SystemClock clock;
    const Result<Recipe> recipe = makeRecipe(plan, options, *secrets);
    if (!recipe)
        return 70;
    UnattendedOperator person(confirmPrefix(plan.mode) + recipe->phrase);
    std::optional<Decision::Kind> atCommit;
    if (arguments.value(6) == QLatin1String("undo"))
        atCommit = Decision::Kind::Undo;
    const RunResult result = execute(
        {.plan = plan, .secrets = *secrets, .clock = clock, .folder = arguments.value(1), .options = options, .resume = resume,
         .person = person, .atCommit = atCommit,
         .onEntry = [&where](const JournalEntry &entry) {
             if (where == QStringLiteral("entry %1").arg(entry.number))
                 dieHere();
         },
         .adapt = [&where](Recipe &made) {
             for (Step &step : made.steps) {
                 if (where == QStringLiteral("acted %1").arg(step.id))
                     step.act = dyingAfter(step.act);
                 if (where == QStringLiteral("undone %1").arg(step.id))
                     step.undo = dyingAfter(step.undo);
             }
         }});
    QTextStream(stdout) << result.outcome << '\n' << result.explanation << '\n';
    return result.exitCode();
}
