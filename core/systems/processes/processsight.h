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
    QString name;    ///< the kernel's
    QString started; ///< another one after each restart
    QHash<QString, Secret> values; ///< of the keys asked for; a key it does not have is absent
    QString unseen;  ///< why its environment cannot be seen; empty: it was seen
};

/// The processes of one instance: those that its manager names, and whoever listens on its port besides
/// (an orphan that holds the port, say). Looks only. NotFound when there is none.
[[nodiscard]] Result<QList<ProcessSight>> lookAtInstance(const ProcessManager &manager, const PoolInstance &instance,
                                                         const ProcessesPlan &processes, const QStringList &keys,
                                                         const CancelToken &cancel);

} // namespace understudy
