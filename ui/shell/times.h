// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QString>

namespace understudy::ui {

/// "14:02:11 UTC · 17:02:11 +03": both, always, with their zones.
QString clockText(const QDateTime &utc);
/// "18:40", "1:02:03": how long something has run.
QString elapsedText(Milliseconds elapsed);

} // namespace understudy::ui
