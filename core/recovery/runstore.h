// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runrecord.h"

namespace understudy {

/// The runs of a folder of journals. Blocks on the disk.
namespace runstore {

/// "R-20261123-140211-7f3a"
QString newId(const Clock &clock);
QString fileOf(const QString &folder, const QString &run);
/// Newest first. A journal that cannot be read is left out here; `journal verify` tells what is wrong with it.
QList<RunRecord> all(const QString &folder);
/// NotFound when there is none; the id is checked before it becomes part of a path.
[[nodiscard]] Result<RunRecord> one(const QString &folder, const QString &run);
[[nodiscard]] Result<JournalReading> entries(const QString &folder, const QString &run);

} // namespace runstore
} // namespace understudy
