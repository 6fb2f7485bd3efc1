// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labstate.h"

#include <QJsonObject>

namespace understudy::lab {

/// Asks a running lab's supervisor for one thing. Blocks up to 10 s.
[[nodiscard]] Result<Unit> askSupervisor(const LabState &state, QJsonObject request);
[[nodiscard]] Result<Unit> signalProcess(const LabState &state, const QString &name, int number, bool family, bool hold);
[[nodiscard]] Result<Unit> startProcess(const LabState &state, const QString &name);

} // namespace understudy::lab
