// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/faults/labdesk.h"

#include <optional>

namespace understudy::lab {

/// How a fault was asked for.
struct FaultRequest
{
    QString place;             ///< a process or a colour; empty: the fault's own choice
    std::optional<double> rate;
    std::optional<Milliseconds> delay;
};

/// One thing that can go wrong in the lab. Breaking returns what was hit once it really is broken;
/// mending returns when it has been seen whole again, and may be done twice.
struct Fault
{
    QString name;
    QString what;   ///< what it does
    QString mended; ///< how it is mended
    QStringList options; ///< besides --at TIME and --for: "--at PLACE", "--rate", "--delay"
    std::function<Result<QString>(LabDesk &, const FaultRequest &)> breakIt;
    std::function<Result<Unit>(LabDesk &, const QString &detail)> mend;
    bool pages = true; ///< the lab's monitoring opens an alert when it is broken, and closes it when it is mended
};

/// In the order in which `mend --all` mends them: what others need first.
QList<Fault> allFaults();

QList<Fault> databaseFaults();
QList<Fault> redisFaults();
QList<Fault> applicationFaults();
QList<Fault> pagerFaults();
QList<Fault> planeFaults();
QList<Fault> oldUrlFaults();

/// Whether everything is as after `up`, whoever broke it and by whatever means; mends what is not.
[[nodiscard]] Result<Unit> mendWholeLab(LabDesk &desk);
/// Sentinels agree on a master that says so itself, and every other node that is not held down by a
/// fault replicates from it.
[[nodiscard]] Result<Unit> waitForWholeRedis(LabDesk &desk);
/// Starts or wakes a data node, as a replica when another node is the master now.
[[nodiscard]] Result<Unit> mendRedisNode(LabDesk &desk, const QString &node);
[[nodiscard]] Result<Unit> mendSentinels(LabDesk &desk, const QStringList &names);
[[nodiscard]] Result<Unit> mendDatabase(LabDesk &desk, const QString &server = QStringLiteral("postgres"));
[[nodiscard]] Result<Unit> mendQueues(LabDesk &desk);

} // namespace understudy::lab
