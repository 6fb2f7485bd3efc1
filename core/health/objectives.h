// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QMap>

namespace understudy {

/// What the board knows of a system's outage.
struct Outage
{
    Health health = Health::Unknown;
    QDateTime began;      ///< invalid: none is under way
    bool atLeast = false; ///< it was under way at the first look, so it began before
};

/// The systems that a recovery time objective rests on: a service named like a system is that system,
/// any other runs in the application's pools. Redis, when no objective names it, counts toward the
/// strictest one, whose services do not work without it.
QStringList systemsOf(const RecoveryTimeObjective &objective, const Plan &plan);

/// Recovery time: the outage so far. Recovery point of the database: the age of the newest restorable
/// moment, from the reading of that name. In the order of the plan.
QList<ObjectiveState> judgeObjectives(const Plan &plan, const QMap<QString, Outage> &outages,
                                      const Reading *newestRestorable, const QDateTime &now);

} // namespace understudy
