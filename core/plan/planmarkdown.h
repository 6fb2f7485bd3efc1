// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

namespace understudy {

/// The plan as a document for people, in Markdown: identity, objectives as tables, redundancy, every
/// system, the procedures with their commands as code, cost and monitoring, contacts. Secrets appear
/// as where they are found. Words of the plan are escaped, so they cannot become markup.
QString planToMarkdown(const Plan &plan);

} // namespace understudy
