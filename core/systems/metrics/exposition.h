// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/metrics/metricspage.h"

namespace understudy {

/// A page above this is refused before it is read; the largest seen on the platform is 109 KB.
constexpr qint64 expositionLimit = 8 * 1024 * 1024;

/// Reads the Prometheus text format 0.0.4 as strictly as promtool: one bad line refuses the whole
/// page, with MetricsInvalid and a message "SOURCE:LINE: what is wrong". Lenient in three things
/// only: CRLF line ends, a missing last newline, blanks at a line's end. Names quoted inside braces
/// belong to later versions of the format and are refused. Pure; any thread.
[[nodiscard]] Result<MetricsPage> readExposition(const QByteArray &text, const QString &source,
                                                 qint64 limit = expositionLimit);

} // namespace understudy
