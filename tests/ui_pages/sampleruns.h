// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

namespace understudy::tests {

/// A Redis recovery at every place that the wizard must be able to show. Times are relative to
/// `now`.
namespace sampleruns {

enum Place { Preflight, Fence, FailOver, Prove, Clients, Restart, Commit };

RunView preparing(const QDateTime &now);
/// Waits for the operator at `place` with that confirmation.
RunView waitingAt(const QDateTime &now, Place place, Confirmation confirmation);
RunView actingAt(const QDateTime &now, Place place);
RunView failedAt(const QDateTime &now, Place place);
RunView waitingCommit(const QDateTime &now);
RunView ended(const QDateTime &now, const QString &outcome);

} // namespace sampleruns
} // namespace understudy::tests
