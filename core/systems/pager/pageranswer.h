// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/http/httpretry.h"

namespace understudy::pager {

/// `path` below a base address that a plan may have written with or without its last slash.
QUrl address(const QString &base, const QString &path);

/// An answer that is no success, as an Error in plain words: 401 AuthenticationFailed, 402 and 403
/// PermissionDenied, 404 NotFound, 400 InvalidInput, 413 TooLarge, 429 Busy (with the time that was
/// asked for), else HttpStatus. The service's own words, either API's, are the cause; no secret.
Error refusal(const HttpReply &reply, const QString &what);

} // namespace understudy::pager
