// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runrecord.h"

namespace understudy::ctl {

/// Whether `run undo` may go on. Going back is an act like the way there: at a terminal it tells what is
/// taken back and asks for the run's phrase. A script has said what it means by calling it, and no command
/// asks where nobody can answer. A phrase that is given must be the right one.
bool agreesToUndo(const RunRecord &record, const QString &phraseGiven);

} // namespace understudy::ctl
