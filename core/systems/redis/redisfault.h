// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/redis/redistarget.h"
#include "core/systems/redis/respvalue.h"

#include <QSslSocket>

#include <optional>

/// The one place that words what can go wrong with a Redis or Sentinel, for session and link alike.
namespace understudy::redisfault {

Error cancelled(const Endpoint &peer);
Error nameNotFound(const Endpoint &peer, const QString &cause);
/// From an errno of connect().
Error notConnected(const Endpoint &peer, int errorNumber);
Error timedOut(const Endpoint &peer, const QString &what, Milliseconds deadline);
Error lost(const Endpoint &peer, bool insideReply);
/// From a socket that failed while connecting, in its handshake or later.
Error ofSocket(const Endpoint &peer, const QSslSocket &socket, bool insideReply);
/// The reader's Error with the peer's name.
Error ofReply(const Endpoint &peer, const Error &error);
/// Whether the reply to AUTH, or to the first command without one, refuses us.
std::optional<Error> authentication(const RedisTarget &target, const RespValue &reply);
/// A reply of kind Error as an Error: NOAUTH, NOPERM, NOQUORUM, … get their codes.
Error ofErrorReply(const Endpoint &peer, const RespValue &reply);

} // namespace understudy::redisfault
