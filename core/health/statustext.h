// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy {

/// The status for people. The first line is fit for a pager ("REDIS DOWN - master silent on 3 of 3
/// Sentinels"); the whole stays within one screen however many instances a plan has.
QString statusText(const HealthSnapshot &snapshot, const Plan &plan);
/// That first line alone, at most 150 characters.
QString statusLine(const HealthSnapshot &snapshot);

} // namespace understudy
