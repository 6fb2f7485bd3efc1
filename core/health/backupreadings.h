// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/controlplane.h"
#include "core/health/reading.h"

namespace understudy {

/// What the plan's store of logical backups tells: "newest logical backup" (its age, s; normal up to the plan's
/// interval and a quarter of it, as a dump takes time) and "logical backups reach back" (s). Secondary readings of
/// the database: plan B, no health.
QList<Reading> backupReadings(const ControlPlaneLook &look, const QString &source, Milliseconds lookedAtEvery, Milliseconds madeEvery, const QDateTime &now);

} // namespace understudy
