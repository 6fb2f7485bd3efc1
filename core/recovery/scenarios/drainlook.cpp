// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/drainlook.h"

#include "core/systems/postgres/pgaddress.h"
#include "core/systems/postgres/pgconnection.h"
#include "core/systems/shell/hostprogram.h"

#include <QUrl>

#include <algorithm>

namespace understudy::databasesteps {
namespace {

using Side = Effective::Side;
using namespace std::chrono_literals;

/// Sessions of others in the same database; those of this console are known by their name.
quint16 portOf(const Secret &url)
{
    return quint16(databaseServer(url).section(QLatin1Char(':'), -1).toUInt());
}

struct Owner
{
    qsizetype host = -1;
    qint64 process = 0;
};

/// Whose socket a session is: by address and port; by the port alone where only one has it (a
/// container's or another network's address is not the one that the server sees).
Owner ownerOf(const DatabaseSession &session, quint16 serverPort,
              const QList<ApplicationSight::HostLook> &hosts)
{
    QList<Owner> byPort;
    for (qsizetype i = 0; i < hosts.size(); ++i) {
        for (const HostSight::Socket &socket :
             hosts[i].sight ? hosts[i].sight->sockets : QList<HostSight::Socket>()) {
            if (socket.listens || socket.local.port != session.client.port ||
                socket.peer.port != serverPort)
                continue;
            if (socket.local.host == session.client.host)
                return {i, socket.process};
            byPort.append({i, socket.process});
        }
    }
    return byPort.size() == 1 ? byPort.first() : Owner{};
}

void nameSession(DatabaseSession &session, quint16 serverPort, const ApplicationSight &seen)
{
    if (session.client.port == 0) {
        session.who = QStringLiteral(
                          "a session of %1 whose client our role may not see (grant it pg_monitor)")
                          .arg(session.user);
        return;
    }
    session.who =
        QStringLiteral("a session of %1 from %2").arg(session.user, session.client.text());
    const Owner owner = ownerOf(session, serverPort, seen.hosts);
    if (owner.host < 0 || owner.process == 0)
        return;
    const Host &host = seen.hosts[owner.host].host;
    const HostSight &sight = *seen.hosts[owner.host].sight;
    const HostSight::Process process = sight.processes.value(owner.process);
    session.process = owner.process;
    session.who = QStringLiteral("%1 (pid %2 on %3), %4, no process of the plan")
                      .arg(process.name)
                      .arg(owner.process)
                      .arg(hostLabel(host), session.client.text());
    for (const InstanceSight &member : seen.instances) {
        if (member.host != host || !member.processes)
            continue;
        for (const ProcessSight &one : *member.processes) {
            if (one.id != owner.process && !sight.isAncestor(one.id, owner.process))
                continue;
            session.instance = member.instance.url;
            session.who = labelOf(member.instance, one, member.host) + QStringLiteral(" from ") +
                          session.client.text();
            return;
        }
    }
}

qsizetype countOf(const QList<DatabaseSession> &sessions, const QString &instance)
{
    return std::count_if(sessions.begin(), sessions.end(),
                         [&](const DatabaseSession &one) { return one.instance == instance; });
}

void judgeProcess(DrainLook &look, const InstanceSight &member, const ProcessSight &sight,
                  const DatabaseTarget &fresh, const DatabaseTarget &former)
{
    const QString who = labelOf(member.instance, sight, member.host);
    const Effective effective = effectiveOf(sight, fresh, former);
    const qsizetype here = countOf(look.onNew, member.instance.url);
    const QString sessions =
        here > 0 ? QStringLiteral("%1 sessions on the new database").arg(here)
                 : QStringLiteral("no session of its own is seen there: by its environment");
    if (effective.side == Side::Old || effective.side == Side::Elsewhere)
        look.kept.append(QStringLiteral("%1 %2").arg(who, effective.words));
    else if (effective.side == Side::New || here > 0)
        look.moved.append(QStringLiteral("%1 %2; %3").arg(who, effective.words, sessions));
    else
        look.unknown.append(
            QStringLiteral("%1: %2, and no session of it is seen on the new database")
                .arg(who, effective.words));
}

void judgeAll(DrainLook &look, const ApplicationSight &seen, const DatabaseTarget &fresh,
              const DatabaseTarget &former)
{
    for (const DatabaseSession &session : std::as_const(look.onOld))
        (session.instance.isEmpty() ? look.foreign : look.kept)
            .append(session.who + QStringLiteral(" is on the old database"));
    for (const InstanceSight &member : seen.instances) {
        if (!member.processes)
            look.unknown.append(member.processes.error().text());
        for (const ProcessSight &sight :
             member.processes ? *member.processes : QList<ProcessSight>())
            judgeProcess(look, member, sight, fresh, former);
    }
    for (const ApplicationSight::HostLook &one : seen.hosts) {
        if (!one.sight)
            look.unknown.append(one.sight.error().text());
    }
}

} // namespace

Result<QList<DatabaseSession>> sessionsOn(const Secret &url, const CancelToken &cancel)
{
    const Result<std::unique_ptr<PgConnection>> connection =
        PgConnection::connect(directAddress(url), 5s, cancel);
    if (!connection)
        return fail(connection.error());
    const Result<PgTable> table =
        (*connection)
            ->query(
                QStringLiteral("SELECT host(client_addr) AS address, client_port, usename, "
                               "application_name FROM pg_stat_activity "
                               "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                               "AND coalesce(backend_type, 'client backend') = 'client backend' "
                               "AND coalesce(application_name, '') <> 'understudy'"),
                5s);
    if (!table)
        return fail(table.error());
    QList<DatabaseSession> sessions;
    for (qsizetype row = 0; row < table->rows.size(); ++row) {
        sessions.append(
            {.client =
                 {table->at(row, QStringLiteral("address")).value_or(QString()),
                  quint16(
                      table->at(row, QStringLiteral("client_port")).value_or(QString()).toInt())},
             .user = table->at(row, QStringLiteral("usename")).value_or(QString()),
             .application =
                 table->at(row, QStringLiteral("application_name")).value_or(QString())});
    }
    return sessions;
}

Result<DrainLook> lookAtDrain(StepContext &context, const DatabaseSwitch &database)
{
    const Result<DatabaseTarget> fresh = newTarget(context, database);
    const Result<DatabaseTarget> former =
        fresh ? formerTarget(context, database) : fail(fresh.error());
    if (!former)
        return fail(former.error());
    const quint16 oldPort = portOf(former->direct), newPort = portOf(fresh->direct);
    DrainLook look;
    const Result<QList<DatabaseSession>> onOld = sessionsOn(former->direct, context.cancel),
                                         onNew = sessionsOn(fresh->direct, context.cancel);
    // After the sessions: one that is closed meanwhile is named less well, and none is missed.
    const ApplicationSight seen =
        lookAtInstances(ProcessManager(database.plan), instancesOf(database.plan),
                        keysOf(database.plan), {oldPort, newPort}, context.cancel);
    if (context.cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    if (onOld)
        look.onOld = *onOld;
    else
        look.oldFault = onOld.error();
    if (onNew)
        look.onNew = *onNew;
    else
        look.newFault = onNew.error();
    for (DatabaseSession &session : look.onOld)
        nameSession(session, oldPort, seen);
    for (DatabaseSession &session : look.onNew)
        nameSession(session, newPort, seen);
    judgeAll(look, seen, *fresh, *former);
    return look;
}

QString DrainLook::text() const
{
    QStringList parts;
    if (!kept.isEmpty())
        parts.append(kept.join(QStringLiteral("; ")));
    if (!foreign.isEmpty())
        parts.append(foreign.join(QStringLiteral("; ")));
    if (!unknown.isEmpty())
        parts.append(QStringLiteral("unknown: ") + unknown.join(QStringLiteral("; ")));
    if (newFault)
        parts.append(QStringLiteral("the new database cannot be asked: ") + newFault->message);
    if (isDrained())
        parts.append(moved.join(QStringLiteral("; ")));
    parts.append(
        oldFault
            ? QStringLiteral("the old database cannot be asked (%1), so environments alone decide")
                  .arg(oldFault->message)
            : QStringLiteral("%1 sessions on the old database, %2 on the new one")
                  .arg(onOld.size())
                  .arg(onNew.size()));
    return parts.join(QStringLiteral("; "));
}

} // namespace understudy::databasesteps
