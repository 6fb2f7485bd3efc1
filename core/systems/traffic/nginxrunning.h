// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/nginxcheck.h"

namespace understudy {

/// Whether nginx has taken its configuration since a file of it last changed. It does not say what it runs with; its
/// workers are started anew at each reload, so workers that are older than the change run with what was there before.
struct NginxRunning
{
    enum class Is { CannotTell, Older, TakenSince };
    Is is = Is::CannotTell;
    QString words;
};

/// `path` may be a link; what it leads to counts as well. Needs /proc there, and exactly one nginx with that
/// configuration. Blocks.
NginxRunning nginxRunning(const NginxProgram &nginx, const QString &path, const CancelToken &cancel);

} // namespace understudy
