// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/plan/plan.h"

#include <QDeadlineTimer>

namespace understudy {

/// Bytes: bounds what Qt buffers of a socket before the reader judges it.
inline constexpr qint64 socketReadBuffer = 256 * 1024;

/// A connected TCP socket to the endpoint; the caller owns the descriptor. Blocks, for worker threads;
/// ends at the deadline or within 100 ms of a cancel, also while a name is being looked up (QTcpSocket
/// cannot be interrupted there, nor be waited for in slices). A name's addresses are tried in turn.
[[nodiscard]] Result<int> dialTcp(const Endpoint &endpoint, QDeadlineTimer until, const CancelToken &cancel);

} // namespace understudy
