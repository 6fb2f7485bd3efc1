// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/appserver.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"
#include "core/base/quantity.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdlib>

namespace understudy::lab {
namespace {

QList<quint16> sentinelPorts(const QString &list)
{
    QList<quint16> ports;
    for (const QString &entry : list.split(QLatin1Char(','), Qt::SkipEmptyParts))
        ports.append(quint16(entry.section(QLatin1Char(':'), -1).toUInt()));
    return ports;
}

AppSettings settingsFrom(const QCommandLineParser &parser, Milliseconds warmUp)
{
    return {.name = parser.value(QStringLiteral("name")),
            .port = quint16(parser.value(QStringLiteral("port")).toUInt()),
            .warmUp = warmUp,
            .misbehaviourFile = parser.value(QStringLiteral("misbehaviour")),
            .databaseUrl = qEnvironmentVariable("DATABASE_URL"),
            .build = qEnvironmentVariable("BUILD_COMMIT"),
            .sentinels = sentinelPorts(qEnvironmentVariable("REDIS_SENTINELS")),
            .redisMaster = qEnvironmentVariable("REDIS_MASTER_NAME", QStringLiteral("mymaster")).toUtf8(),
            .redisPassword = Secret(qgetenv("REDIS_PASSWORD")),
            .sentinelPassword = Secret(qgetenv("REDIS_SENTINEL_PASSWORD"))};
}

} // namespace

int runServeApp(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves one instance of the stand-in application. The lab's supervisor starts it."));
    for (const char *option : {"name", "port", "warm-up", "misbehaviour", "as-user"})
        parser.addOption({QString::fromLatin1(option), {}, QStringLiteral("VALUE")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("serve-app"), arguments, exitCode))
        return exitCode;
    const Result<Milliseconds> warmUp = parseDuration(parser.value(QStringLiteral("warm-up")));
    if (!warmUp)
        return failWith(warmUp.error());
    if (const Result<Unit> dropped = dropRights(parser.value(QStringLiteral("as-user"))); !dropped)
        return failWith(dropped.error());
    StandInApp app(settingsFrom(parser, *warmUp));
    AppServer server(app);
    QObject::connect(&app, &StandInApp::crashed, qApp, [](const QString &why) {
        // As an uncaught error ends the platform's process: at once, with what was in flight.
        say(QStringLiteral("Error: %1").arg(why));
        std::_Exit(1);
    });
    if (const Result<Unit> listening = server.listen(quint16(parser.value(QStringLiteral("port")).toUInt())); !listening)
        return failWith(listening.error());
    say(QStringLiteral("Server running on port %1").arg(parser.value(QStringLiteral("port"))));
    return QCoreApplication::exec();
}

} // namespace understudy::lab
