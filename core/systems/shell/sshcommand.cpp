// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/sshcommand.h"

namespace understudy {

QStringList sshForwardArguments(const Host &host, const QString &socket)
{
    QStringList arguments;
    if (!host.sshConfig.isEmpty())
        arguments << QStringLiteral("-F") << host.sshConfig;
    arguments << QStringLiteral("-N") << QStringLiteral("-T") << QStringLiteral("-a")
              << QStringLiteral("-x");
    const char *const options[] = {
        "BatchMode=yes",
        // A connection that the operator shares between sessions would keep our forward after our
        // end.
        "ControlMaster=no",
        "ControlPath=none",
        "ForkAfterAuthentication=no",
        "PermitLocalCommand=no",
        "RemoteCommand=none",
        "Tunnel=no",
        // The configuration may name forwards that a session of the operator's holds already.
        // Whether ours stands is seen by connecting to it.
        "ExitOnForwardFailure=no",
        "ConnectTimeout=6",
        "ConnectionAttempts=1",
        // A dead line is noticed after 9 s, and ssh says so.
        "ServerAliveInterval=3",
        "ServerAliveCountMax=3",
        // What it says at this level is what sshfault.h understands.
        "LogLevel=INFO",
        // For this user alone; the folder that it stands in is closed to others as well.
        "StreamLocalBindMask=0177",
        "StreamLocalBindUnlink=yes",
    };
    for (const char *option : options)
        arguments << QStringLiteral("-o") << QLatin1String(option);
    return arguments << QStringLiteral("-D") << socket << QStringLiteral("--") << host.ssh;
}

QString sshByHand(const Host &host)
{
    return host.sshConfig.isEmpty() ? QStringLiteral("ssh %1").arg(host.ssh)
                                    : QStringLiteral("ssh -F %1 %2").arg(host.sshConfig, host.ssh);
}

QStringList sshRunArguments(const Host &host)
{
    QStringList arguments;
    if (!host.sshConfig.isEmpty())
        arguments << QStringLiteral("-F") << host.sshConfig;
    return arguments << QStringLiteral("-T") << QStringLiteral("-o") << QStringLiteral("BatchMode=yes") << QStringLiteral("-o")
                     << QStringLiteral("ConnectTimeout=8") << QStringLiteral("--") << host.ssh;
}

} // namespace understudy
