// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/plan/plan.h"

#include <QHash>

namespace understudy {

/// What is to be found out about a host's processes, in one look that changes nothing.
struct HostQuestion
{
    QList<quint16> listening; ///< who listens on these ports
    QList<quint16> peers;     ///< who is connected to these ports of whatever server
    QList<qint64> processes;  ///< these as well
    QStringList keys;         ///< variables of their environments; no others are read
};

/// Processes and sockets of a host as its kernel shows them to this user. What belongs to another
/// user may be seen without its owner or its environment: that is unknown, never absent.
struct HostSight
{
    struct Socket
    {
        bool listens = false;
        Endpoint local, peer;
        qint64 process = 0; ///< 0: not to be seen
    };
    struct Process
    {
        qint64 id = 0, parent = 0;
        QString started; ///< tells this process from a later one of the same id
        QString name;    ///< the kernel's, 15 bytes at most
        bool environmentSeen = false;
        QHash<QString, Secret> values; ///< of the keys asked for, as the process was started with
    };
    QList<Socket> sockets;
    QHash<qint64, Process>
        processes; ///< those asked for, the owners of the sockets, and their ancestors

    bool isAncestor(qint64 older, qint64 younger) const;
};

/// Needs a POSIX shell, awk and /proc there. An answer above 4 MB is TooLarge.
[[nodiscard]] Result<HostSight> lookAtProcesses(const Host &host, const HostQuestion &question,
                                                const CancelToken &cancel);
/// What lookAtProcesses reads: its script's answer.
[[nodiscard]] Result<HostSight> parseHostSight(const QByteArray &answer, const QStringList &keys);

} // namespace understudy
