// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labfolder.h"
#include "app/lab/labports.h"
#include "core/base/clock.h"

namespace understudy::lab {

/// Everything that the servers' files are made from.
struct LabSetup
{
    LabFolder folder;
    LabUser user;
    QMap<QString, quint16> ports;
    QString program; ///< path of understudy-lab
    Secret databaseAdmin;
    Secret databaseApplication;
    Secret redis;
    Secret sentinel;
    Secret pagerToken;
    Secret pagerRoutingKey;
    Secret planeKey;
    Secret branchToken; ///< with it the supervisor starts and ends branches' servers, and nothing else
    Milliseconds warmUp{3000}; ///< how long an instance says "starting"; the platform's own is 30 s

    quint16 port(const QString &name) const { return ports.value(name); }
};

/// Makes the passwords and keeps them in the folder.
[[nodiscard]] Result<LabSetup> makeSetup(const LabFolder &folder, const LabUser &user,
                                         const QMap<QString, quint16> &ports, Milliseconds warmUp);

/// Full path of a program that a package of the system brings; the Error names the package.
[[nodiscard]] Result<QString> findServerProgram(const QString &name);

} // namespace understudy::lab
