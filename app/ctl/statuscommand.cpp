// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "core/health/statusjson.h"
#include "core/health/statustext.h"
#include "core/health/watch.h"
#include "core/systems/secrets/secretresolver.h"

#include <QCoreApplication>
#include <QJsonObject>

namespace understudy::ctl {
namespace {

int watchForever(const Plan &plan, SecretResolver &secrets, const Clock &clock, bool json)
{
    Watch watch(plan, secrets, clock);
    QString last;
    int exitCode = Unknown;
    QObject::connect(&watch, &Watch::snapshotReady, qApp, [&](const HealthSnapshot &snapshot) {
        exitCode = statusExitCode(snapshot.overall);
        if (json) {
            printJson(QJsonDocument(statusToJson(snapshot, plan)));
            return;
        }
        // People get a line when something changes, not ten a second.
        const QString line = statusLine(snapshot);
        if (line != last)
            print(toRfc3339(snapshot.at) + QLatin1Char(' ') + line);
        last = line;
    });
    watch.start();
    QCoreApplication::exec();
    return exitCode;
}

} // namespace

int statusCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("status [--watch] [--json]"),
                     QStringLiteral("Looks once at everything the plan names (at most 10 s) and tells what is true.\n"
                                    "Exit: 0 healthy, 1 degraded, 2 down, 3 unknown."));
    line.flag(QStringLiteral("json"), QStringLiteral("one JSON document; with --watch one a line"));
    line.flag(QStringLiteral("watch"), QStringLiteral("go on looking until interrupted"));
    if (const std::optional<int> end = line.parse(arguments, 0, 0))
        return *end;
    const std::optional<Plan> plan = line.plan();
    if (!plan)
        return BadInput;
    const SystemClock clock;
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(*plan);
    const bool json = line.has(QStringLiteral("json"));
    if (line.has(QStringLiteral("watch")))
        return watchForever(*plan, *secrets, clock, json);
    const HealthSnapshot snapshot = lookOnce(*plan, *secrets, clock);
    if (json)
        printJson(QJsonDocument(statusToJson(snapshot, *plan)));
    else
        print(statusText(snapshot, *plan));
    return statusExitCode(snapshot.overall);
}

} // namespace understudy::ctl
