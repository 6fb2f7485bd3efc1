// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/processes/pm2list.h"
#include "core/systems/shell/hostprogram.h"

namespace understudy::pm2 {

/// Asks no PM2 that does not run: asking would start one, of whoever we are.
[[nodiscard]] Result<Pm2List> list(const Host &host, const CancelToken &cancel);

/// Deletes `name` and starts it again from its own settings with a changed environment: the one
/// form that surely applies it. Until it runs again, its settings stand in a file of PM2's folder
/// that only its user can read, so that a restart that was cut between the two is gone on with.
[[nodiscard]] Result<Unit> remake(const Host &host, const QString &name, const QStringList &keys,
                                  const EnvEdit::Change &change, const CancelToken &cancel);

} // namespace understudy::pm2
