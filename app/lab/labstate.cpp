// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labstate.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace understudy::lab {
namespace {

QJsonObject toJson(const ProcessIdentity &identity)
{
    return {{QStringLiteral("pid"), identity.pid}, {QStringLiteral("started"), qint64(identity.started)}};
}

ProcessIdentity identityFrom(const QJsonObject &json)
{
    return {json[QStringLiteral("pid")].toInteger(), quint64(json[QStringLiteral("started")].toInteger())};
}

QDateTime timeFrom(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

QJsonObject toJson(const ProcessState &process)
{
    QJsonObject json = toJson(process.identity);
    json[QStringLiteral("name")] = process.name;
    json[QStringLiteral("status")] = process.status;
    json[QStringLiteral("restarts")] = process.restarts;
    json[QStringLiteral("started_at")] = toRfc3339(process.startedAt);
    json[QStringLiteral("held")] = process.held;
    return json;
}

} // namespace

const ProcessState *LabState::process(const QString &name) const
{
    for (const ProcessState &candidate : processes) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

const ActiveFault *LabState::fault(const QString &name) const
{
    for (const ActiveFault &candidate : faults) {
        if (candidate.name == name)
            return &candidate;
    }
    return nullptr;
}

Result<LabState> LabState::read(const LabFolder &folder)
{
    QFile file(folder.stateFile());
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::NotFound, QStringLiteral("no lab in %1").arg(folder.path()),
                    QStringLiteral("Start one with `understudy-lab up --dir %1`.").arg(folder.path()), file.errorString());
    const QJsonObject json = QJsonDocument::fromJson(file.read(1'000'000)).object();
    LabState state;
    state.supervisor = identityFrom(json[QStringLiteral("supervisor")].toObject());
    state.controlToken = Secret(json[QStringLiteral("token")].toString().toUtf8());
    state.program = json[QStringLiteral("program")].toString();
    const QJsonObject user = json[QStringLiteral("user")].toObject();
    state.user = {user[QStringLiteral("name")].toString(), unsigned(user[QStringLiteral("uid")].toInteger()),
                  unsigned(user[QStringLiteral("gid")].toInteger()), user[QStringLiteral("other")].toBool()};
    const QJsonObject ports = json[QStringLiteral("ports")].toObject();
    for (auto port = ports.begin(); port != ports.end(); ++port)
        state.ports.insert(port.key(), quint16(port->toInt()));
    const QJsonArray processes = json[QStringLiteral("processes")].toArray();
    for (const QJsonValue &value : processes) {
        const QJsonObject process = value.toObject();
        state.processes.append({process[QStringLiteral("name")].toString(), identityFrom(process),
                                process[QStringLiteral("status")].toString(), process[QStringLiteral("restarts")].toInt(),
                                timeFrom(process[QStringLiteral("started_at")]), process[QStringLiteral("held")].toBool()});
    }
    const QJsonArray faults = json[QStringLiteral("faults")].toArray();
    for (const QJsonValue &value : faults) {
        const QJsonObject fault = value.toObject();
        state.faults.append({fault[QStringLiteral("name")].toString(), fault[QStringLiteral("detail")].toString(),
                             timeFrom(fault[QStringLiteral("since")])});
    }
    return state;
}

Result<Unit> LabState::write(const LabFolder &folder) const
{
    QJsonObject json{{QStringLiteral("supervisor"), toJson(supervisor)},
                     {QStringLiteral("program"), program},
                     {QStringLiteral("token"), QString::fromLatin1(controlToken.reveal())}};
    json[QStringLiteral("user")] = QJsonObject{{QStringLiteral("name"), user.name},
                                               {QStringLiteral("uid"), qint64(user.uid)},
                                               {QStringLiteral("gid"), qint64(user.gid)},
                                               {QStringLiteral("other"), user.isOther}};
    QJsonObject portsJson;
    for (auto port = ports.begin(); port != ports.end(); ++port)
        portsJson[port.key()] = port.value();
    json[QStringLiteral("ports")] = portsJson;
    QJsonArray processesJson;
    for (const ProcessState &process : processes)
        processesJson.append(toJson(process));
    json[QStringLiteral("processes")] = processesJson;
    QJsonArray faultsJson;
    for (const ActiveFault &fault : faults)
        faultsJson.append(QJsonObject{{QStringLiteral("name"), fault.name},
                                      {QStringLiteral("detail"), fault.detail},
                                      {QStringLiteral("since"), toRfc3339(fault.since)}});
    json[QStringLiteral("faults")] = faultsJson;
    return folder.write(folder.stateFile(), QJsonDocument(json).toJson());
}

} // namespace understudy::lab
