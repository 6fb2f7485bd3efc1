// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/systems/http/httprequest.h"

#include <QJsonObject>

#include <optional>

namespace understudy {

/// When a call is made again. A connection that never came about is tried again for any method:
/// nothing was sent. What may have been carried out is sent again only if `repeatable` says that
/// twice is as good as once (a GET always is).
struct HttpRetry
{
    int attempts = 3; ///< at most, the first counted in; 1: never again
    bool repeatable = false;
    /// Answers that say "not done, come again": safe to repeat for any method. Neon adds 423.
    QList<int> comeAgain{429, 503};
    Milliseconds pause{250}; ///< before the second attempt, doubled each time; Retry-After goes first
};

/// One call over a fresh connection, waited for; for the thread of a run, never for an event loop.
/// `request.deadline` bounds everything: all attempts and the pauses between them. A server that
/// asks to wait longer than that is not waited for: its answer is returned as it is. Ends within
/// 100 ms of a cancel (Cancelled). Outcomes else as HttpConnection's.
[[nodiscard]] Result<HttpReply> httpCall(const HttpRequest &request, const HttpRetry &retry = {},
                                         const CancelToken &cancel = {});

/// How long a server asks to be left alone: Retry-After (seconds or a date), else ratelimit-reset.
std::optional<Milliseconds> retryAfter(const HttpReply &reply);

/// The body as a JSON object; ProtocolViolation names `server` when it is none.
[[nodiscard]] Result<QJsonObject> jsonObject(const HttpReply &reply, const QString &server);

} // namespace understudy
