// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/shell/sshtunnel.h"

namespace understudy {

/// What ssh is asked for on a connection of connectToSsh(): SOCKS 4A, whose one question and one
/// answer carry a name as it is, for the host to look up. Fails for a name that cannot be asked
/// for.
[[nodiscard]] Result<QByteArray> socksQuestion(const Endpoint &to);
inline constexpr qsizetype socksAnswerSize = 8;
/// ssh answers when the host has connected; it closes instead of answering no.
bool socksGrants(const QByteArray &answer);

/// Connects to a Unix socket of this machine without blocking; -1 when nobody listens, or is busy.
int connectToSocket(const QString &path);

/// A connection to `to` through the tunnel; the caller owns the descriptor. Blocks, for worker
/// threads. Opens the tunnel if need be, which has its own bound; `deadline` counts from there.
/// Ends within 100 ms of a cancel.
[[nodiscard]] Result<int> dialThrough(SshTunnel &tunnel, const Endpoint &to, Milliseconds deadline,
                                      const CancelToken &cancel);

} // namespace understudy
