// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "app/ctl/exitcode.h"
#include "core/base/log.h"
#include "core/base/paths.h"

#include <QCoreApplication>

#include <csignal>
#include <exception>

using namespace understudy;
using namespace understudy::ctl;

namespace {

struct Command
{
    const char *name;
    const char *summary;
    int (*run)(const QStringList &);
};

constexpr Command commands[] = {
    {"status", "what is true of the platform now", statusCommand},
    {"plan", "check, render or make a plan file", planCommand},
    {"recover", "carry out a scenario: redis, database, deployment", recoverCommand},
    {"run", "list, show, resume, keep or undo runs", runCommand},
    {"journal", "verify a journal's chain, or print its head", journalCommand},
    {"metrics", "what the console reads out of a Prometheus text page", metricsCommand},
    {"serve-metrics", "the console's own view, for Prometheus", serveMetricsCommand},
};

void printUsage()
{
    QString text = QStringLiteral("usage: understudyctl COMMAND [OPTION ...]\n\n"
                                  "Sees a production platform as it is and recovers it, without a screen.\n\n");
    for (const Command &command : commands)
        text += QStringLiteral("  %1 %2\n").arg(QLatin1String(command.name), -14).arg(QLatin1String(command.summary));
    text += QStringLiteral("\nEach has --help. Exit codes: 0 ok, 1 warning, 2 critical, 3 unknown, 64 wrong usage,\n"
                           "65 bad plan or input, 69 cannot reach what it needs, 70 a bug, 75 locked, 77 refused.\n");
    print(text);
}

int dispatch(const QStringList &arguments)
{
    const QString name = arguments.value(1);
    if (name == QLatin1String("--version")) {
        print(QStringLiteral("understudyctl " UNDERSTUDY_VERSION));
        return Ok;
    }
    if (name == QLatin1String("--help") || name == QLatin1String("-h") || name == QLatin1String("help")) {
        printUsage();
        return Ok;
    }
    // "--plan FILE" may stand before the command, as scripts like to write it.
    QStringList rest = arguments.mid(1);
    QStringList common;
    while (!rest.isEmpty() && rest.first().startsWith(QLatin1String("--plan"))) {
        common << rest.takeFirst();
        if (common.last() == QLatin1String("--plan") && !rest.isEmpty())
            common << rest.takeFirst();
    }
    for (const Command &command : commands) {
        if (rest.value(0) == QLatin1String(command.name))
            return command.run(common + rest.mid(1));
    }
    tell(rest.isEmpty() ? QStringLiteral("understudyctl: no command given; see understudyctl --help")
                        : QStringLiteral("understudyctl: no command '%1'; see understudyctl --help").arg(rest.first()));
    return Usage;
}

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("understudyctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(UNDERSTUDY_VERSION));
    log::start(paths::state() + QStringLiteral("/log"), QStringLiteral("understudyctl"), false);
    try {
        return dispatch(QCoreApplication::arguments());
    } catch (const std::exception &exception) {
        log::critical("ctl", QString::fromUtf8(exception.what()));
        tell(QStringLiteral("understudyctl: a bug of its own: %1").arg(QString::fromUtf8(exception.what())));
        return Bug;
    }
}
