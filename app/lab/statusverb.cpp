// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/nginxserver.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QJsonArray>
#include <QJsonObject>

namespace understudy::lab {
namespace {

/// What the process table says now: the supervisor's word is only as fresh as its last note.
QString statusNow(const ProcessState &process)
{
    if (process.status != QLatin1String("online"))
        return process.status;
    if (!isAlive(process.identity))
        return QStringLiteral("stopped");
    return isStopped(process.identity) ? QStringLiteral("hung") : QStringLiteral("online");
}

QJsonObject toJson(const LabFolder &folder, const LabState &state)
{
    QJsonObject ports;
    for (auto port = state.ports.begin(); port != state.ports.end(); ++port)
        ports[port.key()] = port.value();
    QJsonArray processes;
    for (const ProcessState &process : state.processes) {
        const QString status = statusNow(process);
        processes.append(QJsonObject{{QStringLiteral("name"), process.name},
                                     {QStringLiteral("status"), status},
                                     {QStringLiteral("pid"), status == QLatin1String("online") || status == QLatin1String("hung") ? process.identity.pid : 0},
                                     {QStringLiteral("restarts"), process.restarts},
                                     {QStringLiteral("held"), process.held},
                                     {QStringLiteral("started_at"), toRfc3339(process.startedAt)}});
    }
    QJsonArray faults;
    for (const ActiveFault &fault : state.faults)
        faults.append(QJsonObject{{QStringLiteral("name"), fault.name}, {QStringLiteral("detail"), fault.detail},
                                  {QStringLiteral("since"), toRfc3339(fault.since)}});
    return {{QStringLiteral("running"), state.isRunning()}, {QStringLiteral("dir"), folder.path()},
            {QStringLiteral("plan"), folder.planFile()},    {QStringLiteral("pid"), state.isRunning() ? state.supervisor.pid : 0},
            {QStringLiteral("ports"), ports},               {QStringLiteral("traffic"), colourInTrafficFile(folder, state.ports)},
            {QStringLiteral("processes"), processes},       {QStringLiteral("faults"), faults}};
}

void tell(const QJsonObject &status)
{
    print(status[QStringLiteral("running")].toBool() ? QStringLiteral("The lab in %1 runs.").arg(status[QStringLiteral("dir")].toString())
                                                   : QStringLiteral("The lab in %1 is down.").arg(status[QStringLiteral("dir")].toString()));
    const QJsonObject ports = status[QStringLiteral("ports")].toObject();
    const QJsonArray processes = status[QStringLiteral("processes")].toArray();
    for (const QJsonValue &value : processes) {
        const QJsonObject process = value.toObject();
        const QString name = process[QStringLiteral("name")].toString();
        print(QStringLiteral("  %1 %2 port %3  pid %4  restarts %5")
                .arg(name, -11).arg(process[QStringLiteral("status")].toString(), -8)
                .arg(ports[name == QLatin1String("nginx") ? QStringLiteral("entry") : name].toInt(), -6)
                .arg(process[QStringLiteral("pid")].toInteger(), -8).arg(process[QStringLiteral("restarts")].toInt()));
    }
    const QJsonArray faults = status[QStringLiteral("faults")].toArray();
    for (const QJsonValue &fault : faults)
        print(QStringLiteral("  broken: %1 %2").arg(fault[QStringLiteral("name")].toString(), fault[QStringLiteral("detail")].toString()));
}

} // namespace

int runStatus(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Tells whether a lab runs, and what of it does.\n"
                                                    "Exit code: 0 it runs, 1 a part of it does not, 2 there is none."));
    parser.addOption({QStringLiteral("json"), QStringLiteral("Print it as JSON.")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("status"), arguments, exitCode))
        return exitCode;
    const LabFolder folder(folderOption(parser));
    const Result<LabState> state = LabState::read(folder);
    const QJsonObject status = toJson(folder, state ? *state : LabState{});
    if (parser.isSet(QStringLiteral("json")))
        printJson(QJsonDocument(status));
    else
        tell(status);
    if (!status[QStringLiteral("running")].toBool())
        return 2;
    const QJsonArray processes = status[QStringLiteral("processes")].toArray();
    for (const QJsonValue &process : processes) {
        const QString now = process[QStringLiteral("status")].toString();
        if (now != QLatin1String("online") && now != QLatin1String("idle"))
            return 1;
    }
    return 0;
}

} // namespace understudy::lab
