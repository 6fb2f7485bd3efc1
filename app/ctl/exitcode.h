// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace understudy::ctl {

/// 0 to 3 are those of monitoring plugins; the others follow sysexits.h.
enum ExitCode : int {
    Ok = 0,
    Warning = 1,
    Critical = 2,
    Unknown = 3,
    Usage = 64,
    BadInput = 65,
    Unavailable = 69,
    Bug = 70,
    Locked = 75,
    Refused = 77,
};

} // namespace understudy::ctl
