// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/labdesk.h"

#include "app/lab/controlclient.h"
#include "app/lab/labports.h"
#include "app/lab/servers/nginxserver.h"
#include "app/lab/servers/postgresserver.h"
#include "core/systems/pager/pagerevents.h"

#include <QHostAddress>
#include <QTcpSocket>
#include <QThread>

#include <csignal>

namespace understudy::lab {

Result<LabDesk> LabDesk::open(const LabFolder &folder)
{
    Result<LabState> state = LabState::read(folder);
    if (!state)
        return fail(state.error());
    if (!state->isRunning())
        return fail(ErrorCode::NotFound, QStringLiteral("the lab in %1 does not run").arg(folder.path()),
                    QStringLiteral("Start it with `understudy-lab up --dir %1`.").arg(folder.path()));
    LabDesk desk(folder, *state);
    const QList<QPair<QString, Secret *>> secrets{{QStringLiteral("redis"), &desk.m_redisPassword},
                                                  {QStringLiteral("sentinel"), &desk.m_sentinelPassword},
                                                  {QStringLiteral("database-admin"), &desk.m_databasePassword},
                                                  {QStringLiteral("pager-routing-key"), &desk.m_routingKey}};
    for (const auto &[name, secret] : secrets) {
        Result<Secret> read = folder.secret(name);
        if (!read)
            return fail(read.error());
        *secret = *read;
    }
    return desk;
}

void LabDesk::refresh()
{
    if (Result<LabState> state = LabState::read(m_folder))
        m_state = *state;
}

bool LabDesk::isOnline(const QString &process)
{
    refresh();
    const ProcessState *found = m_state.process(process);
    return found && isAlive(found->identity) && !isStopped(found->identity);
}

bool LabDesk::isHeld(const QString &process) const
{
    const ProcessState *found = m_state.process(process);
    return found && found->held;
}

Result<Unit> LabDesk::kill(const QString &process) const
{
    const ProcessState *found = m_state.process(process);
    const ProcessIdentity identity = found ? found->identity : ProcessIdentity{};
    const Result<Unit> sent = signalProcess(m_state, process, SIGKILL, true, true);
    if (!sent)
        return sent;
    return waitUntil(QStringLiteral("%1 does not end").arg(process), std::chrono::seconds(5), [identity] { return !isAlive(identity); });
}

Result<Unit> LabDesk::stop(const QString &process) const
{
    const ProcessState *found = m_state.process(process);
    const ProcessIdentity identity = found ? found->identity : ProcessIdentity{};
    const Result<Unit> sent = signalProcess(m_state, process, SIGSTOP, true, false);
    if (!sent)
        return sent;
    return waitUntil(QStringLiteral("%1 does not stop").arg(process), std::chrono::seconds(5), [identity] { return isStopped(identity); });
}

Result<Unit> LabDesk::resume(const QString &process) const
{
    return signalProcess(m_state, process, SIGCONT, true, false);
}

Result<Unit> LabDesk::start(const QString &process) const
{
    return startProcess(m_state, process);
}

Result<Unit> LabDesk::restart(const QString &process)
{
    refresh();
    const ProcessState *found = m_state.process(process);
    if (!found)
        return fail(ErrorCode::NotFound, QStringLiteral("no process named \"%1\"").arg(process));
    const ProcessIdentity before = found->identity;
    const Result<Unit> asked = askSupervisor(m_state, {{QStringLiteral("do"), QStringLiteral("restart")}, {QStringLiteral("name"), process}});
    if (!asked)
        return asked;
    return waitUntil(QStringLiteral("%1 did not come back").arg(process), std::chrono::seconds(15), [this, process, before] {
        refresh();
        const ProcessState *now = m_state.process(process);
        if (!now || now->identity == before || !isAlive(now->identity))
            return false;
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost),
                             m_state.port(process == QLatin1String("nginx") ? QStringLiteral("entry") : process));
        return socket.waitForConnected(500);
    });
}

Result<Unit> LabDesk::waitUntil(const QString &what, Milliseconds deadline, const std::function<bool()> &isSo)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + deadline;
    while (!isSo()) {
        if (clock.monotonic() > until)
            return fail(ErrorCode::NotProved, what, QStringLiteral("Look into the lab's log folder; `understudy-lab down` and `up` give a fresh lab."));
        QThread::msleep(50);
    }
    return Unit{};
}

Result<RespValue> LabDesk::redis(const QString &node, const QList<QByteArray> &command) const
{
    return callRedis(m_state.port(node), m_redisPassword, command, std::chrono::milliseconds(500));
}

Result<RespValue> LabDesk::sentinel(const QString &name, const QList<QByteArray> &command) const
{
    return callRedis(m_state.port(name), m_sentinelPassword, command, std::chrono::milliseconds(500));
}

Result<PgRows> LabDesk::sql(const QString &text, Milliseconds deadline, const QString &server) const
{
    return callPostgres(adminTarget(m_state.port(server), m_databasePassword), text, deadline);
}

Result<HttpAnswer> LabDesk::http(const QString &process, const QString &path, Milliseconds deadline) const
{
    return callHttp(m_state.port(process), path, deadline);
}

QString LabDesk::liveColour() const
{
    const QString colour = colourInTrafficFile(m_folder, m_state.ports);
    return colour.isEmpty() ? QStringLiteral("blue") : colour;
}

QStringList LabDesk::instancesOf(const QString &colour) const
{
    return instanceNames().filter(colour + QLatin1Char('-'));
}

Result<Unit> LabDesk::misbehave(const QString &instance, const std::function<void(Misbehaviour &)> &change) const
{
    Misbehaviour now = Misbehaviour::read(m_folder.misbehaviourFile(instance));
    change(now);
    return m_folder.write(m_folder.misbehaviourFile(instance), now.toJson(), &m_state.user);
}

Result<Unit> LabDesk::page(const QString &fault, const QString &summary, bool over) const
{
    const PagerEvents events(QStringLiteral("http://127.0.0.1:%1").arg(m_state.port(QStringLiteral("pager"))), m_routingKey);
    const Result<QString> accepted = events.send({.action = over ? PagerEvent::Action::Resolve : PagerEvent::Action::Trigger,
                                                  .dedupKey = QStringLiteral("understudy-lab/") + fault,
                                                  .summary = QStringLiteral("%1: %2").arg(fault, summary),
                                                  .source = QStringLiteral("understudy-lab"),
                                                  .component = fault.section(QLatin1Char('-'), 0, 0)},
                                                 std::chrono::seconds(2));
    return accepted ? Result<Unit>(Unit{}) : fail(accepted.error());
}

} // namespace understudy::lab
