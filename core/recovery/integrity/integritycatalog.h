// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrityjob.h"
#include "core/recovery/integrity/inventory.h"

namespace understudy::integrity {

/// Jobs for each index: valid, ready, and its B-tree structure where amcheck may.
[[nodiscard]] Result<QList<Job>> indexJobs(ReadSession &session, const AmcheckRights &amcheck,
                                           Milliseconds deadline);
/// Jobs for constraints that are not validated (who breaks them is counted) and for switched-off
/// triggers.
[[nodiscard]] Result<QList<Job>> constraintJobs(ReadSession &session, Milliseconds deadline);
/// One job a sequence that feeds a column: the next value is ahead of what the column holds.
[[nodiscard]] Result<QList<Job>> sequenceJobs(ReadSession &session, Milliseconds deadline);
/// Collations whose library sorts otherwise than when their indexes were built; checksums.
QList<Job> serverJobs(int serverVersion);

} // namespace understudy::integrity
