// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/markdowntext.h"
#include "core/plan/plan.h"

namespace understudy::planmarkdown {

/// The parts of the plan's document that say where each system is and how it is watched.
void writeSystems(const Plan &plan, MarkdownText &document);
void writeCostAndMonitoring(const Plan &plan, MarkdownText &document);

} // namespace understudy::planmarkdown
