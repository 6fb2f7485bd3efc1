// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

namespace understudy {

/// The first address of a name, within a deadline: the system's resolver itself knows none and may
/// take half a minute when a name server is silent. A lookup that is given up ends by itself later.
[[nodiscard]] Result<QString> lookUpHost(const QString &name, Milliseconds deadline);

} // namespace understudy
