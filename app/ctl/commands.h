// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace understudy::ctl {

/// One function a subcommand, each in a file of its own. `arguments` follow the command's name; the
/// result is the process's exit code. A QCoreApplication exists.
int statusCommand(const QStringList &arguments);
int planCommand(const QStringList &arguments);
int recoverCommand(const QStringList &arguments);
int runCommand(const QStringList &arguments);
int journalCommand(const QStringList &arguments);
int metricsCommand(const QStringList &arguments);
int serveMetricsCommand(const QStringList &arguments);

} // namespace understudy::ctl
