// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/processes/hostsight.h"
#include "core/systems/processes/processmanager.h"

namespace understudy {

/// A running process of an instance, with the values it was really started with.
struct ProcessSight
{
    qint64 id = 0;
    QString name;                  ///< the kernel's
    QString started;               ///< another one after each restart
    QHash<QString, Secret> values; ///< of the keys asked for; a key it does not have is absent
    QString unseen;                ///< why its environment cannot be seen; empty: it was seen
};

/// The processes of one instance: those that its manager names, and whoever listens on its port
/// besides (an orphan that holds the port, say). NotFound when there is none.
struct InstanceSight
{
    PoolInstance instance;
    Host host;
    Result<QList<ProcessSight>> processes = QList<ProcessSight>();
};

/// Instances, and their hosts as each host's kernel shows them; each host and each manager is asked
/// once.
struct ApplicationSight
{
    struct HostLook
    {
        Host host;
        Result<HostSight> sight = HostSight();
    };
    QList<InstanceSight> instances; ///< in the order asked for
    QList<HostLook> hosts;
};
/// Looks only. `peers`: ports of servers whose connections are wanted as well.
[[nodiscard]] ApplicationSight lookAtInstances(const ProcessManager &manager,
                                               const QList<PoolInstance> &instances,
                                               const QStringList &keys, const QList<quint16> &peers,
                                               const CancelToken &cancel);
[[nodiscard]] Result<QList<ProcessSight>> lookAtInstance(const ProcessManager &manager,
                                                         const PoolInstance &instance,
                                                         const QStringList &keys,
                                                         const CancelToken &cancel);

} // namespace understudy
