// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planeserver.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace understudy::lab {
namespace {

QList<quint16> portsFrom(const QString &list)
{
    QList<quint16> ports;
    for (const QString &entry : list.split(QLatin1Char(','), Qt::SkipEmptyParts))
        ports.append(quint16(entry.toUInt()));
    return ports;
}

} // namespace

int runServePlane(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Serves the lab's control plane for branches. The lab's supervisor starts it."));
    for (const char *option : {"port", "control", "postgres", "branches", "since", "file", "misbehaviour", "as-user"})
        parser.addOption({QString::fromLatin1(option), {}, QStringLiteral("VALUE")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("serve-plane"), arguments, exitCode))
        return exitCode;
    const auto number = [&parser](const char *option) { return quint16(parser.value(QLatin1String(option)).toUInt()); };
    if (const Result<Unit> dropped = dropRights(parser.value(QStringLiteral("as-user"))); !dropped)
        return failWith(dropped.error());
    const std::optional<Moment> since = readMoment(parser.value(QStringLiteral("since")));
    if (!since)
        return failWith({ErrorCode::InvalidInput, QStringLiteral("--since is no time")});
    PlaneBook book({.file = parser.value(QStringLiteral("file")),
                    .key = Secret(qgetenv("CONTROL_PLANE_KEY")),
                    .databasePassword = Secret(qgetenv("DATABASE_PASSWORD")),
                    .rootPort = number("postgres"),
                    .branchPorts = portsFrom(parser.value(QStringLiteral("branches"))),
                    .since = *since});
    const BranchMaker maker({.folder = LabFolder(folderOption(parser)),
                             .controlPort = number("control"),
                             .supervisorToken = Secret(qgetenv("SUPERVISOR_TOKEN")),
                             .databaseAdmin = Secret(qgetenv("DATABASE_ADMIN_PASSWORD")),
                             .databaseApplication = Secret(qgetenv("DATABASE_PASSWORD"))});
    PlaneServer server(book, maker, parser.value(QStringLiteral("misbehaviour")));
    const Result<quint16> listening = server.listen(number("port"));
    if (!listening)
        return failWith(listening.error());
    say(QStringLiteral("Control plane on port %1").arg(*listening));
    return QCoreApplication::exec();
}

} // namespace understudy::lab
