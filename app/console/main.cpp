// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// understudy: the desktop console.

#include "app/console/consolesession.h"
#include "app/console/labsession.h"
#include "app/console/startwindow.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/plan/planreader.h"

#include <QApplication>
#include <QTextStream>

using namespace understudy;

namespace {

constexpr int usageExit = 64;
constexpr int badPlanExit = 65;
constexpr int unreachableExit = 69;

void tell(FILE *stream, const QString &words)
{
    QTextStream(stream) << words << Qt::endl;
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

Result<Plan> openPlan(const QString &file)
{
    const PlanReading reading = readPlanFile(file, QDate::currentDate());
    for (const PlanProblem &problem : reading.problems)
        tell(stderr, problem.text(file));
    if (reading.plan)
        return *reading.plan;
    return fail(
        ErrorCode::PlanInvalid, QStringLiteral("the plan %1 cannot be used").arg(file),
        QStringLiteral(
            "Mend what is listed above, or open another with --plan FILE, or the lab with --lab."));
}

/// Everything that lives while the window is open, in the order of its making.
struct Session
{
    SystemClock clock;
    std::unique_ptr<LabSession> lab;
    std::unique_ptr<StartWindow> starting;
    std::unique_ptr<ConsoleSession> console;
};

/// Zero, or the exit code that says why there is no window.
int openConsole(Session &session, const ConsoleOptions &options, const QString &planFile)
{
    const Result<Plan> plan = openPlan(planFile);
    if (!plan) {
        tell(stderr, plan.error().text());
        return badPlanExit;
    }
    session.console = std::make_unique<ConsoleSession>(*plan, options, session.clock);
    const Result<Unit> opened = session.console->open();
    if (opened)
        return 0;
    tell(stderr, opened.error().text());
    return usageExit;
}

void openLab(Session &session, const ConsoleOptions &options)
{
    session.starting = std::make_unique<StartWindow>(
        QObject::tr("Starting the lab: PostgreSQL, Redis, nginx and the app"),
        QObject::tr("4 to 15 s"));
    session.starting->show();
    session.lab = std::make_unique<LabSession>();
    QObject::connect(session.lab.get(), &LabSession::ready, session.lab.get(),
                     [&session, options](const QString &plan) {
                         const int problem = openConsole(session, options, plan);
                         session.starting.reset();
                         if (problem)
                             QApplication::exit(problem);
                     });
    QObject::connect(session.lab.get(), &LabSession::failed, session.lab.get(),
                     [&session](const Error &error) {
                         tell(stderr, error.text());
                         session.starting->showFailure(error);
                     });
    session.lab->start();
}

int run(QApplication &application, const ConsoleOptions &options)
{
    ui::applyTheme(application, {.choice = options.theme});
    Session session;
    if (options.lab) {
        openLab(session, options);
    } else if (const int problem = openConsole(session, options, options.plan)) {
        return problem;
    }
    int result = QApplication::exec();
    if (options.lab && !session.console && result == 0)
        result = unreachableExit;
    session.console.reset();
    if (session.lab && !options.keepLab)
        session.lab->stop();
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    QCoreApplication::setApplicationName(QStringLiteral("understudy"));
    QCoreApplication::setApplicationVersion(QStringLiteral(UNDERSTUDY_VERSION));
    const Result<ConsoleOptions> options = readConsoleOptions(arguments);
    if (!options) {
        tell(stderr, QStringLiteral("understudy: ") + options.error().text());
        return usageExit;
    }
    if (options->help || options->version) {
        tell(stdout, options->help ? options->helpText.trimmed()
                                   : QStringLiteral("understudy " UNDERSTUDY_VERSION));
        return 0;
    }
    if (!hasDisplay()) {
        tell(stderr, QStringLiteral("understudy: there is no display (DISPLAY and WAYLAND_DISPLAY "
                                    "are empty). Use understudyctl status in this terminal."));
        return unreachableExit;
    }
    QApplication application(argc, argv);
    QApplication::setDesktopFileName(QStringLiteral("understudy"));
    log::start(paths::state() + QStringLiteral("/log"), QStringLiteral("understudy"), true);
    return run(application, *options);
}
