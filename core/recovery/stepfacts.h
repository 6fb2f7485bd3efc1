// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/step.h"

namespace understudy {

/// What a step of this run has journaled so far.
QJsonObject stepFacts(const StepContext &context, const char *step);
/// Waits in slices; false: cancelled.
bool restFor(const StepContext &context, Milliseconds time);
/// "2026-11-22 14:00:00.123 UTC, 41 min ago", for pages; milliseconds only when there are some.
QString momentText(const QDateTime &moment, const QDateTime &now);

} // namespace understudy
