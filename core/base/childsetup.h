// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace understudy::childsetup {

/// Runs in a child between fork and exec, so it calls only what is safe there. The child gets a
/// session without a terminal, in which nothing can ask, and signals as a program expects to find
/// them.
void standAlone();

/// The same, and the kernel ends the child (SIGTERM) when the thread that started it ends, however
/// it ends. `parent` is the starting program's id.
void standBeside(int parent);

} // namespace understudy::childsetup
