// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCoreApplication>
#include <QMap>

#include <cstdio>

namespace {

constexpr const char *usage =
    "Usage: understudy-lab up [--dir DIR] [--port-base N] [--warm-up DURATION] [--detach] [--json]\n"
    "       understudy-lab down | status [--json] | faults [--json]   [--dir DIR]\n"
    "       understudy-lab break FAULT [--at PLACE|TIME] [--for DURATION] [--rate RATE]   [--dir DIR]\n"
    "       understudy-lab mend FAULT | mend --all   [--dir DIR]\n"
    "       understudy-lab process restart NAME   [--dir DIR]\n"
    "       understudy-lab VERB --help | --version\n"
    "\n"
    "A real local stack to rehearse on: PostgreSQL, Redis with Sentinels, nginx before two pools.\n";

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("understudy-lab"));
    QCoreApplication::setApplicationVersion(QStringLiteral(UNDERSTUDY_VERSION));
    using Verb = int (*)(const QStringList &);
    const QMap<QString, Verb> verbs{{QStringLiteral("up"), &understudy::lab::runUp},
                                    {QStringLiteral("down"), &understudy::lab::runDown},
                                    {QStringLiteral("status"), &understudy::lab::runStatus},
                                    {QStringLiteral("faults"), &understudy::lab::runFaults},
                                    {QStringLiteral("break"), &understudy::lab::runBreak},
                                    {QStringLiteral("mend"), &understudy::lab::runMend},
                                    {QStringLiteral("process"), &understudy::lab::runProcess},
                                    {QStringLiteral("serve-app"), &understudy::lab::runServeApp},
                                    {QStringLiteral("serve-pager"), &understudy::lab::runServePager},
                                    {QStringLiteral("serve-plane"), &understudy::lab::runServePlane},
                                    {QStringLiteral("serve-liar"), &understudy::lab::runServeLiar}};
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    const QString verb = arguments.value(0);
    if (verb == QLatin1String("--help") || verb == QLatin1String("-h") || verb == QLatin1String("help")) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (verb == QLatin1String("--version")) {
        std::fputs("understudy-lab " UNDERSTUDY_VERSION "\n", stdout);
        return 0;
    }
    if (const Verb run = verbs.value(verb))
        return run(arguments.mid(1));
    std::fputs(usage, stderr);
    return understudy::lab::exitcode::usage;
}
