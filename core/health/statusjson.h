// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QJsonObject>

namespace understudy {

/// The one document of `understudyctl status --json`, as scripts rely on it. Every reading's state and
/// age are those of the snapshot's moment; a value that has become unknown by age is null.
QJsonObject statusToJson(const HealthSnapshot &snapshot, const Plan &plan);
/// Codes of monitoring plugins: 0 healthy, 1 degraded, 2 down, 3 unknown.
int statusExitCode(Health overall);

} // namespace understudy
