// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/recovery/integrity/rowstream.h"

#include <functional>

namespace understudy::integrity {

/// How the rows of one table differ between two databases.
struct RowDifference
{
    qint64 onlyOld = 0;
    qint64 onlyNew = 0;
    qint64 changed = 0;   ///< same key, other content; always 0 without a key
    bool complete = true; ///< false: a bound was reached; the figures are true of what was seen
    QString bound = {};   ///< which
    QList<StreamedRow> newest = {}; ///< of those only in the old one, five at most
};

struct DifferenceLimits
{
    qint64 rows = 0; ///< of each side; 0: none
    CancelToken cancel;
    /// Told of each row that only the old one has; false ends the comparison with an Error of its
    /// own.
    std::function<Result<Unit>(const StreamedRow &)> onOnlyOld = {};
};

/// Merges two streams of the same setup. An Error says that the comparison could not go on at all.
[[nodiscard]] Result<RowDifference> differenceOf(RowStream &old, RowStream &copy,
                                                 const DifferenceLimits &limits);

} // namespace understudy::integrity
