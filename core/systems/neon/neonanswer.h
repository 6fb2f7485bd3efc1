// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/systems/http/httpreply.h"

namespace understudy::neon {

/// An answer that is no success, as an Error in plain words with the service's own as the cause:
/// 401 AuthenticationFailed, 403 PermissionDenied, 404 NotFound, 423 and 429 Busy, a limit that is
/// reached (422) LimitReached, 5xx ControlPlaneDown, below 400
/// ProtocolViolation, any other InvalidInput. Branches on the status, as
/// `code` is free text and often empty. Neither `key` nor a password can be in it.
Error refusal(const HttpReply &reply, const QString &what, const Secret &key);

/// What never came to an answer, as the control plane's state: refused, silent, lost, without a name
/// or a trusted connection is ControlPlaneDown, with what happened as the cause.
Error outage(const Error &error, const QString &what);

/// Whether what was sent may have been carried out all the same.
bool mayHaveHappened(const Error &error);
bool mayHaveHappened(const HttpReply &reply);

/// The error of something of which nobody knows whether it was done: a person is told to look.
Error unknownOutcome(const Error &error, const QString &what);

} // namespace understudy::neon
