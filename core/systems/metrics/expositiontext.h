// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/metrics/metricspage.h"

#include <QJsonObject>

namespace understudy {

/// What the console reads out of a page, for people: a line a sample under its family's name, type
/// and help; families that are declared and never set say so.
QString metricsText(const MetricsPage &page);

/// {"families": [{"name", "type", "help", "state": "real"|"never_set", "samples": [{"name",
/// "labels", "value", "timestamp_ms"}]}]}. JSON has no NaN and no infinity: those values are the
/// strings "NaN", "+Inf" and "-Inf". An unlabelled gauge or counter at 0 is "never_set" too: one
/// page alone cannot tell a measured 0 from one that nobody set.
QJsonObject metricsJson(const MetricsPage &page);

} // namespace understudy
