// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/redisrun.h"

#include <QCoreApplication>
#include <QTextStream>

#include <csignal>

#include <unistd.h>

// One sitting of the Redis recipe in a process of its own, which kills itself where it is told to.
// redisdriver FOLDER SENTINELS RESUME WHERE [VERB]
//   SENTINELS  host:port,host:port,…
//   RESUME     id of the run to go on with, or "-"
//   WHERE      "-", "entry N" (after the N-th entry of the journal), "accepted" (after Sentinel's OK and
//              before anything is waited for), "acted STEP" (after the act, before it is journaled), or
//              "undone STEP" (after the way back, before it is journaled)
//   VERB       "planned" (without one), "forced": begins without --planned, "undo": goes back
using namespace understudy;

namespace {

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    ::_exit(1);
}

/// Does what it did and dies before anybody hears of it.
std::function<Result<QString>(StepContext &)> deadly(const std::function<Result<QString>(StepContext &)> &function)
{
    return [function](StepContext &context) -> Result<QString> {
        (void)function(context);
        die();
    };
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString where = arguments.value(4);
    const QString verb = arguments.value(5);
    Plan plan;
    plan.name = QStringLiteral("test");
    plan.mode = Mode::Lab;
    plan.version = QStringLiteral("sha256:test");
    plan.redis = RedisPlan{.master = QStringLiteral("mymaster")};
    for (const QString &sentinel : arguments.value(2).split(QLatin1Char(',')))
        plan.redis->sentinels.append({sentinel.section(QLatin1Char(':'), 0, 0), sentinel.section(QLatin1Char(':'), 1).toUShort()});
    const FixedSecrets secrets;
    const SystemClock clock;
    UnattendedOperator person(QStringLiteral("lab: fail over mymaster"));
    const QString resume = arguments.value(3) == QLatin1String("-") ? QString() : arguments.value(3);
    std::optional<Decision::Kind> atCommit;
    if (verb == QLatin1String("undo"))
        atCommit = Decision::Kind::Undo;
    const RunResult result = execute(
        {.plan = plan, .secrets = secrets, .clock = clock, .folder = arguments.value(1),
         .options = {.scenario = QStringLiteral("redis"), .planned = verb != QLatin1String("forced")}, .resume = resume, .person = person,
         .atCommit = atCommit,
         .onEntry = [&where](const JournalEntry &entry) {
             if (where == QStringLiteral("entry %1").arg(entry.number))
                 die();
         },
         .onView = [&where](const RunView &view) {
             if (where != QLatin1String("accepted") || view.current < 0 || view.steps.at(view.current).output.isEmpty())
                 return;
             if (view.steps.at(view.current).output.last().text.contains(QLatin1String("(accepted, not done)")))
                 die();
         },
         .adapt = [&where](Recipe &recipe) {
             for (Step &step : recipe.steps) {
                 if (where == QStringLiteral("acted %1").arg(step.id))
                     step.act = deadly(step.act);
                 if (where == QStringLiteral("undone %1").arg(step.id))
                     step.undo = deadly(step.undo);
             }
         }});
    QTextStream(stdout) << result.outcome << '\n' << result.explanation << '\n';
    return result.exitCode();
}
