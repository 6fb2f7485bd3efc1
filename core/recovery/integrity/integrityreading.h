// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrityjob.h"
#include "core/recovery/integrity/inventory.h"

#include <memory>

namespace understudy::integrity {

/// Rows of each table that was read whole; filled while the jobs are judged, read when all are
/// done.
using RowCounts = QMap<QString, qint64>;

/// Jobs that read every table whole, large ones in slices so that all connections have work to the
/// end. What is not read at all, and why, goes to `findings` at once.
QList<Job> readingJobs(const Inventory &inventory, int serverVersion,
                       const std::shared_ptr<RowCounts> &counts, QList<IntegrityFinding> &findings);

/// Jobs of amcheck over tables, their B-trees and the server's own catalog, or a finding that says
/// why not.
QList<Job> structureJobs(const Inventory &inventory, QList<IntegrityFinding> &findings);

} // namespace understudy::integrity
