// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/secret.h"
#include "core/plan/plan.h"
#include "core/recovery/integrity/integrityreport.h"

#include <functional>
#include <optional>

namespace understudy {

struct IntegritySetup
{
    Secret newUrl;                ///< the restored copy
    std::optional<Secret> oldUrl; ///< what it is compared with; may be broken, hung or gone
    QList<IntegrityCheck> checks; ///< the plan's own: the first cell true is passed
    int connections = 2;          ///< to the copy, 1 to 16
    Milliseconds deadline{600'000};
    Milliseconds oldDeadline{30'000}; ///< for each single comparison with the old database
    CancelToken cancel;
    /// Called from the threads that work, one call at a time; `words` is what has just been done.
    std::function<void(int done, int total, const QString &words)> progress;
};

/// Looks at a restored copy before anything is switched to it: every table read whole with
/// everything that is stored apart, heap and B-tree structure by amcheck where it may, constraints,
/// sequences, indexes, collations, the plan's own checks; then schema and row counts against the
/// old database. Changes nothing. Blocks, for a worker thread; ends at the deadline or within 100
/// ms of a cancel, and then says what was not looked at. Whatever the old database does, it is
/// never an error of the copy.
[[nodiscard]] IntegrityReport checkIntegrity(const IntegritySetup &setup);

} // namespace understudy
