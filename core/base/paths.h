// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy::paths {

/// The XDG base directories of this user, with "/understudy" appended; read from the environment at
/// each call, so that tests and several consoles can have their own. Folders are not created here.
QString config();
QString state();
QString cache();
/// state()/journals
QString journals();
/// state()/lab; for root, unless XDG_STATE_HOME is set, /var/lib/understudy/lab
QString defaultLab();
/// $UNDERSTUDY_PLAN, else config()/plan.yaml
QString defaultPlan();

} // namespace understudy::paths
