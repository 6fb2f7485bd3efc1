// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labfolder.h"
#include "app/lab/labstate.h"

#include <QStringList>

namespace understudy::lab {

/// Exit codes, the same for every command of the product.
namespace exitcode {
constexpr int usage = 64;
constexpr int unavailable = 69;
constexpr int bug = 70;
constexpr int locked = 75;
constexpr int refused = 77;
} // namespace exitcode

/// The verbs of the command line: each takes what follows its name and returns the exit code.
int runUp(const QStringList &arguments);
int runDown(const QStringList &arguments);
int runStatus(const QStringList &arguments);
int runFaults(const QStringList &arguments);
int runBreak(const QStringList &arguments);
int runMend(const QStringList &arguments);
int runProcess(const QStringList &arguments);
/// One instance of the stand-in application; started by the supervisor.
int runServeApp(const QStringList &arguments);
/// The stand-in for PagerDuty; started by the supervisor.
int runServePager(const QStringList &arguments);
/// The stand-in for Neon's control plane; started by the supervisor.
int runServePlane(const QStringList &arguments);
/// A Sentinel that lies; started by the supervisor for a fault.
int runServeLiar(const QStringList &arguments);

} // namespace understudy::lab
