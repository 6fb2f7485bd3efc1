// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentlook.h"

#include "core/systems/processes/hostsight.h"
#include "core/systems/shell/hostprogram.h"
#include "core/systems/traffic/colournames.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QUrl>

namespace understudy::deployment {
namespace {

enum class Peer { Other, Its, ByPortAlone };

/// Both colours often have one port on two hosts. A kernel shows addresses: an instance that the plan writes by name
/// is known by its port alone, for the name may stand for something else over there.
Peer peerOf(const Endpoint &peer, const Plan &plan, const QString &colour)
{
    const QString owner = colournames::ofServer(peer.host, peer.port, plan.application->pools);
    if (!owner.isEmpty())
        return owner == colour ? Peer::Its : Peer::Other;
    for (const Pool &pool : plan.application->pools) {
        for (const PoolInstance &instance : pool.colour == colour ? pool.instances : QList<PoolInstance>()) {
            const QUrl url(instance.url);
            if (url.port(80) == peer.port && QHostAddress(url.host()).isNull() && url.host() != QLatin1String("localhost"))
                return Peer::ByPortAlone;
        }
    }
    return Peer::Other;
}

} // namespace

OpenConnections openConnections(const Plan &plan, const QString &colour, const CancelToken &cancel)
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
        return {QStringLiteral("which connections to it are open cannot be seen (%1)").arg(sight.error().message), {}};
    QMap<QString, int> byName;
    int all = 0;
    bool byPortAlone = false;
    for (const HostSight::Socket &socket : sight->sockets) {
        const Peer peer = peerOf(socket.peer, plan, colour);
        if (socket.listens || peer == Peer::Other || (host.isLocal() && socket.process == QCoreApplication::applicationPid()))
            continue;
        const QString name = sight->processes.value(socket.process).name;
        ++byName[name.isEmpty() ? QStringLiteral("a process that cannot be seen") : name];
        ++all;
        byPortAlone = byPortAlone || peer == Peer::ByPortAlone;
    }
    if (all == 0)
        return {QStringLiteral("no connection to it is open on %1").arg(hostLabel(host)), 0};
    QStringList parts;
    for (auto it = byName.begin(); it != byName.end(); ++it)
        parts.append(QStringLiteral("%1 of %2").arg(it.value()).arg(it.key()));
    return {QStringLiteral("%1 connections to it are open on %2 (%3): downloads, WebSockets, or kept alive without a request%4")
                .arg(all).arg(hostLabel(host), parts.join(QStringLiteral(", ")),
                              byPortAlone ? QStringLiteral("; told by the port alone, others may be among them") : QString()),
            all};
}

} // namespace understudy::deployment
