// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/plane/planetime.h"

#include <QList>
#include <QStringList>

namespace understudy::lab {

/// One operation of the control plane; also one entry of its queue: they are done in their order, one
/// at a time, and each may be done twice.
struct PlaneOperation
{
    QString id, branchId, endpointId;
    QString action;                                ///< create_branch, start_compute, suspend_compute, delete_timeline
    QString status = QStringLiteral("scheduling"); ///< then running, and finished, failed (tried again), error or cancelled
    QString error = {};
    int failures = 0;
    int durationMs = 0;
    Moment createdAt = 0, updatedAt = 0, startedAt = 0, retryAt = 0; ///< no two of a project have one createdAt
    bool operator==(const PlaneOperation &) const = default;

    bool isOver() const { return status == QLatin1String("finished") || status == QLatin1String("error") || status == QLatin1String("cancelled"); }
};

/// One branch: the lab's own database when it has no parent, else a server made by recovery.
struct PlaneBranch
{
    QString id, name;
    QString parentId = {};
    QString state = QStringLiteral("init"); ///< then ready
    QString endpointId = {};                ///< empty: no compute, and no server runs
    QString endpointState = {};             ///< init, active
    int slot = 0;                           ///< of the lab's reserved servers, from 1; 0: the root
    quint16 port = 0;
    Moment createdAt = 0, updatedAt = 0, stateChangedAt = 0;
    Moment asked = 0;     ///< the moment that it was asked for; 0: the parent's newest
    Moment restoreTo = 0; ///< the same, unless a fault has it come up at another
    Moment expiresAt = 0; ///< 0: never
    bool isDefault = false, isProtected = false, isGoing = false; ///< going: being deleted
    bool operator==(const PlaneBranch &) const = default;
};

/// What is to be done for one operation, with all that is needed to know for it.
struct BranchTask
{
    QString action;
    int slot = 0;
    quint16 port = 0, parentPort = 0;
    QList<int> lineage;   ///< slots of the branches that it comes from, its parent's first; 0 is the root's
    Moment restoreTo = 0; ///< 0: everything
    bool keepsServer = true;
};

} // namespace understudy::lab
