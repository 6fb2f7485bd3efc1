// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/supervisor.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>

#include <algorithm>
#include <memory>

namespace understudy::lab {
namespace {

QJsonObject refusal(const QString &why)
{
    return {{QStringLiteral("ok"), false}, {QStringLiteral("error"), why}};
}

QJsonObject done()
{
    return {{QStringLiteral("ok"), true}};
}

} // namespace

Supervisor::Supervisor(const LabFolder &folder, LabState state, QObject *parent)
    : QObject(parent), m_folder(folder), m_state(std::move(state))
{
    m_saveSoon.setSingleShot(true);
    m_saveSoon.setInterval(0);
    connect(&m_saveSoon, &QTimer::timeout, this, &Supervisor::save);
    connect(&m_server, &QTcpServer::newConnection, this, &Supervisor::onConnection);
}

Result<Unit> Supervisor::listen()
{
    if (!m_server.listen(QHostAddress::LocalHost, m_state.port(QStringLiteral("control"))))
        return fail(ErrorCode::Busy, QStringLiteral("cannot listen on the control port"), {}, m_server.errorString());
    return Unit{};
}

LabProcess *Supervisor::add(const ProcessSpec &spec)
{
    LabProcess *added = new LabProcess(spec, m_state.user, m_folder, this);
    connect(added, &LabProcess::changed, this, [this] {
        forgetEnded();
        saveSoon();
    });
    m_processes.append(added);
    return added;
}

void Supervisor::offer(const QList<ProcessSpec> &specs, const Secret &token)
{
    m_offers = specs;
    m_offerToken = token;
}

LabProcess *Supervisor::process(const QString &name) const
{
    for (LabProcess *candidate : m_processes) {
        if (candidate->spec().name == name)
            return candidate;
    }
    return nullptr;
}

LabState Supervisor::state() const
{
    LabState now = m_state;
    for (const LabProcess *process : m_processes)
        now.processes.append(process->state());
    return now;
}

void Supervisor::saveSoon()
{
    if (!m_ending)
        m_saveSoon.start();
}

void Supervisor::save()
{
    static_cast<void>(state().write(m_folder));
}

void Supervisor::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onRequest(socket); });
    }
}

void Supervisor::onRequest(QTcpSocket *socket)
{
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > 65'536)
            socket->abort();
        return;
    }
    const QJsonObject request = QJsonDocument::fromJson(socket->readLine()).object();
    const QByteArray token = request[QStringLiteral("token")].toString().toUtf8();
    const bool known = token == m_state.controlToken.reveal();
    const bool isOffer = !m_offers.isEmpty() && token == m_offerToken.reveal();
    const QJsonObject reply = known ? answer(request) : isOffer ? answerForOffer(request) : refusal(QStringLiteral("wrong token"));
    // On disk before the caller goes on: its next look at lab.json must show what it asked for.
    save();
    socket->write(QJsonDocument(reply).toJson(QJsonDocument::Compact) + '\n');
    socket->disconnectFromHost();
    if (known && request[QStringLiteral("do")].toString() == QLatin1String("down")) {
        socket->waitForBytesWritten(1000);
        emit endAsked();
    }
}

QJsonObject Supervisor::answer(const QJsonObject &request)
{
    const QString act = request[QStringLiteral("do")].toString();
    if (act == QLatin1String("down"))
        return done();
    if (act == QLatin1String("fault"))
        return recordFault(request);
    if (act == QLatin1String("schedule"))
        return scheduleCommand(request);
    LabProcess *target = process(request[QStringLiteral("name")].toString());
    if (!target)
        return refusal(QStringLiteral("no process named \"%1\"").arg(request[QStringLiteral("name")].toString()));
    if (act == QLatin1String("signal")) {
        target->signal(request[QStringLiteral("signal")].toInt(), request[QStringLiteral("family")].toBool(),
                       request[QStringLiteral("hold")].toBool());
        return done();
    }
    if (act == QLatin1String("restart")) {
        target->restart();
        return done();
    }
    if (act == QLatin1String("stop")) {
        target->signal(SIGCONT, true, true);
        target->signal(SIGTERM, false, true);
        return done();
    }
    if (act == QLatin1String("start")) {
        const Result<Unit> started = target->start();
        return started ? done() : refusal(started.error().text());
    }
    return refusal(QStringLiteral("unknown request \"%1\"").arg(act));
}

QJsonObject Supervisor::answerForOffer(const QJsonObject &request)
{
    const QString act = request[QStringLiteral("do")].toString(), name = request[QStringLiteral("name")].toString();
    const auto offer = std::find_if(m_offers.cbegin(), m_offers.cend(), [&name](const ProcessSpec &spec) { return spec.name == name; });
    if (offer == m_offers.cend() || m_ending)
        return refusal(QStringLiteral("\"%1\" is not to be had").arg(name));
    LabProcess *target = process(name);
    if (act == QLatin1String("add")) {
        if (target && target->isRetired())
            return refusal(QStringLiteral("%1 is still ending").arg(name));
        const Result<Unit> started = (target ? target : add(*offer))->start();
        return started ? done() : refusal(started.error().text());
    }
    if (act == QLatin1String("end")) {
        if (target)
            target->end();
        forgetEnded();
        return done();
    }
    if (act == QLatin1String("look"))
        return target && target->isRunning() ? done() : refusal(QStringLiteral("%1 does not run").arg(name));
    if (act == QLatin1String("absent"))
        return target ? refusal(QStringLiteral("%1 is there").arg(name)) : done();
    return refusal(QStringLiteral("unknown request \"%1\"").arg(act));
}

void Supervisor::forgetEnded()
{
    const QList<LabProcess *> all = m_processes;
    for (LabProcess *candidate : all) {
        if (m_ending || !candidate->isRetired() || candidate->isRunning())
            continue;
        m_processes.removeOne(candidate);
        candidate->deleteLater();
    }
}

QJsonObject Supervisor::recordFault(const QJsonObject &request)
{
    const QString name = request[QStringLiteral("name")].toString();
    m_state.faults.removeIf([&name](const ActiveFault &fault) { return fault.name == name; });
    if (!request[QStringLiteral("on")].toBool())
        return done();
    m_state.faults.append({name, request[QStringLiteral("detail")].toString(), QDateTime::currentDateTimeUtc()});
    const qint64 lasts = request[QStringLiteral("mend_after_ms")].toInteger();
    if (lasts > 0) {
        const QDateTime since = m_state.faults.last().since;
        QTimer::singleShot(Milliseconds(lasts), this, [this, name, since] {
            const ActiveFault *fault = m_state.fault(name);
            // It may have been mended, and broken anew, in the meantime.
            if (fault && fault->since == since)
                runOwnCommand({QStringLiteral("mend"), name});
        });
    }
    return done();
}

QJsonObject Supervisor::scheduleCommand(const QJsonObject &request)
{
    QStringList arguments;
    const QJsonArray given = request[QStringLiteral("arguments")].toArray();
    for (const QJsonValue &value : given)
        arguments.append(value.toString());
    QTimer::singleShot(Milliseconds(request[QStringLiteral("after_ms")].toInteger()), this,
                       [this, arguments] { runOwnCommand(arguments); });
    return done();
}

void Supervisor::runOwnCommand(const QStringList &arguments)
{
    if (m_ending)
        return;
    QProcess *command = new QProcess(this);
    connect(command, &QProcess::finished, command, &QObject::deleteLater);
    command->setStandardInputFile(QProcess::nullDevice());
    command->setProcessChannelMode(QProcess::MergedChannels);
    command->setStandardOutputFile(m_folder.logFile(QStringLiteral("faults")), QIODevice::Append);
    command->start(m_state.program, arguments + QStringList{QStringLiteral("--dir"), m_folder.path()});
}

void Supervisor::endAll()
{
    m_ending = true;
    m_server.close();
    QList<ProcessIdentity> all;
    for (LabProcess *process : std::as_const(m_processes)) {
        process->retire();
        if (process->isRunning()) {
            all += familyOf(process->state().identity.pid);
            process->signal(SIGCONT, true, false);
            process->signal(process->spec().stopSignal, false, false);
        }
    }
    if (!waitForEnd(all, std::chrono::seconds(5))) {
        for (const ProcessIdentity &process : std::as_const(all))
            sendSignal(process, SIGKILL);
    }
    const QList<ProcessIdentity> rest = leftovers(m_folder.path());
    for (const ProcessIdentity &process : rest)
        sendSignal(process, SIGKILL);
    waitForEnd(all + rest, std::chrono::seconds(3));
    LabState last = m_state;
    last.supervisor = {};
    last.faults.clear();
    m_folder.discardBranches();
    static_cast<void>(last.write(m_folder));
}

} // namespace understudy::lab
