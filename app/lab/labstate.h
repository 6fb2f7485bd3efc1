// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labfolder.h"
#include "app/lab/processtable.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QMap>
#include <QStringList>

namespace understudy::lab {

/// One process of the lab as its supervisor sees it.
struct ProcessState
{
    QString name;
    ProcessIdentity identity;
    QString status; ///< online, stopped, waiting (to be started again), idle (not meant to run now)
    int restarts = 0;
    QDateTime startedAt;
    bool held = false; ///< kept down by a fault until that is mended
    bool operator==(const ProcessState &) const = default;
};

/// A fault that was broken and is not mended yet.
struct ActiveFault
{
    QString name;
    QString detail; ///< what it hit, in the fault's own words: "redis-2"
    QDateTime since;
    bool operator==(const ActiveFault &) const = default;
};

/// What DIR/lab.json holds. Written by the supervisor alone, read by every verb.
struct LabState
{
    ProcessIdentity supervisor;
    QMap<QString, quint16> ports;
    QList<ProcessState> processes;
    QList<ActiveFault> faults;
    Secret controlToken;
    LabUser user;
    QString program; ///< path of understudy-lab

    const ProcessState *process(const QString &name) const;
    const ActiveFault *fault(const QString &name) const;
    bool isRunning() const { return isAlive(supervisor); }
    quint16 port(const QString &name) const { return ports.value(name); }

    [[nodiscard]] static Result<LabState> read(const LabFolder &folder);
    [[nodiscard]] Result<Unit> write(const LabFolder &folder) const;
};

} // namespace understudy::lab
