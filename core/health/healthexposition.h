// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy {

/// What the console sees, in the text format 0.0.4, for a Prometheus to scrape: understudy_health
/// (0 healthy, 1 degraded, 2 unknown, 3 down) by system, every fresh numeric reading with its age,
/// objectives, contradictions and recommendations. A reading that is not known has no value line: a
/// scraper must see a gap, not the last value.
QByteArray healthToExposition(const HealthSnapshot &snapshot);

} // namespace understudy
