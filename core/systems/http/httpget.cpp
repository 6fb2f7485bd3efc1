// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpget.h"

#include "core/systems/http/httpretry.h"

namespace understudy {

Result<HttpReply> httpGetBlocking(const HttpRequest &request, const CancelToken &cancel)
{
    // A look that fails is a finding: it is not made again.
    return httpCall(request, {.attempts = 1}, cancel);
}

Result<HttpReply> httpGetBlocking(const QUrl &url, const QList<HttpHeader> &headers,
                                  Milliseconds deadline, const CancelToken &cancel)
{
    return httpGetBlocking(HttpRequest{.url = url, .headers = headers, .deadline = deadline},
                           cancel);
}

} // namespace understudy
