// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentlook.h"

#include "core/systems/processes/hostsight.h"
#include "core/systems/shell/hostprogram.h"

#include <QCoreApplication>
#include <QUrl>

namespace understudy::deployment {

QString openConnections(const Plan &plan, const QString &colour, const CancelToken &cancel)
{
    // Where the traffic is directed, the far ends of these connections can be seen: old workers among them.
    const Host host = hostOf(plan, plan.application->traffic.values.value(QStringLiteral("host")));
    HostQuestion question;
    for (const Pool &pool : plan.application->pools) {
        for (const PoolInstance &instance : pool.colour == colour ? pool.instances : QList<PoolInstance>())
            question.peers.append(quint16(QUrl(instance.url).port(80)));
    }
    const Result<HostSight> sight = lookAtProcesses(host, question, cancel);
    if (!sight)
        return QStringLiteral("which connections to it are open cannot be seen (%1)").arg(sight.error().message);
    QMap<QString, int> byName;
    int all = 0;
    for (const HostSight::Socket &socket : sight->sockets) {
        if (socket.listens || !question.peers.contains(socket.peer.port) || (host.isLocal() && socket.process == QCoreApplication::applicationPid()))
            continue;
        const QString name = sight->processes.value(socket.process).name;
        ++byName[name.isEmpty() ? QStringLiteral("a process that cannot be seen") : name];
        ++all;
    }
    if (all == 0)
        return QStringLiteral("no connection to it is open on %1").arg(hostLabel(host));
    QStringList parts;
    for (auto it = byName.begin(); it != byName.end(); ++it)
        parts.append(QStringLiteral("%1 of %2").arg(it.value()).arg(it.key()));
    return QStringLiteral("%1 connections to it are open on %2 (%3): downloads, WebSockets, or kept alive without a request")
        .arg(all).arg(hostLabel(host), parts.join(QStringLiteral(", ")));
}

} // namespace understudy::deployment
