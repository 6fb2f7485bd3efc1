// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/faults/labdesk.h"

namespace understudy::lab {

/// The environment that an instance was really started with, asked of the kernel; empty when it does not
/// run or may not be looked at.
QMap<QString, QString> environmentOf(LabDesk &desk, const QString &instance);

/// The server that the console's and the application's address names, "postgres" or "branch-2": what a
/// fault of the database is to hit. "postgres" also when it names none of this lab's.
QString applicationDatabase(const LabDesk &desk);

/// Whether the database that the application's env files name is one of this lab's, and runs. Says it
/// where that is a branch, and which instances are still on another one. An instance whose own is gone is
/// restarted.
[[nodiscard]] Result<Unit> checkApplicationDatabase(LabDesk &desk);

} // namespace understudy::lab
