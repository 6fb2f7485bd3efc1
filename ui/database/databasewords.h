// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "ui/parts/timeruler.h"

namespace understudy::ui {

class ConsoleState;

/// "thecopy": what the plan calls the database, as the recovery's phrase does.
QString databaseName(const Plan &plan);
/// Does the plan say who makes a database of an earlier moment?
bool canBeRestored(const Plan &plan);

/// Why less can be restored than the plan says, or why nothing can just now; empty: neither.
QString restoreTrouble(const SystemHealth *database);

/// What happened lately and helps to choose a moment: what was critical, without repetitions.
QList<RulerMark> restoreMarks(const ConsoleState &state);

} // namespace understudy::ui
