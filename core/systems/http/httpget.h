// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/systems/http/httprequest.h"

namespace understudy {

/// One GET over a fresh connection, waiting for it; for the thread of a run, never for an event
/// loop. Ends at the deadline or within 100 ms of a cancel (Cancelled). Outcomes as HttpConnection.
[[nodiscard]] Result<HttpReply> httpGetBlocking(const HttpRequest &request,
                                                const CancelToken &cancel = {});
[[nodiscard]] Result<HttpReply> httpGetBlocking(const QUrl &url, const QList<HttpHeader> &headers,
                                                Milliseconds deadline,
                                                const CancelToken &cancel = {});

} // namespace understudy
