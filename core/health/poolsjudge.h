// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsentry.h"
#include "core/health/snapshot.h"

namespace understudy {

struct PoolsVerdict
{
    Health health = Health::Unknown;
    QString reason;
    bool operator==(const PoolsVerdict &) const = default;
};

/// Fills in who serves from the counted answers: each is matched by its start time to an instance.
void countAnswers(PoolsView &view, const QList<EntryAnswer> &answers);
/// Sums up each pool from its instances: how many are up and warm, and which build.
void sumUpPools(PoolsView &view);

/// Whether the colour that does not serve could take over: empty when it could, else why not.
QString noWayBack(const PoolsView &view);
/// Deciding: who serves, and whether it is up and ready; and a way back.
PoolsVerdict judgePools(const PoolsView &view, const ApplicationPlan &plan);
/// Two colours that are one process. Clocks are compared by the board, from the readings.
QList<Contradiction> poolContradictions(const PoolsView &view);

} // namespace understudy
