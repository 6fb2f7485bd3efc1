// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"

namespace understudy::ctl {

/// A token that Ctrl-C and SIGTERM set: the run stops at its next safe point and says how to go on. A
/// second signal ends the program at once; the journal is then what `run resume` goes by.
CancelToken cancelOnInterrupt();

} // namespace understudy::ctl
