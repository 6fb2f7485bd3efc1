// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/systems/redis/redistarget.h"
#include "core/systems/redis/respvalue.h"

#include <memory>

namespace understudy {

/// A blocking conversation with one Redis or Sentinel, for the thread of a run; not thread safe.
/// Every wait ends at its deadline or within 100 ms of a cancel. A reply is bounded (array 100,000
/// elements, depth 8, 16 MB in all); what exceeds it is TooLarge and ends the session.
/// An error reply of the server ("-NOGOODSLAVE …") is a RespValue of kind Error, not an Error.
class RedisSession
{
public:
    virtual ~RedisSession() = default;
    /// Connects, does TLS and AUTH. Wrong password: AuthenticationFailed. Through a tunnel that is not
    /// open yet, opening it comes first and has its own bound (SshTiming); `deadline` counts from there.
    [[nodiscard]] static Result<std::unique_ptr<RedisSession>>
    connect(const RedisTarget &target, Milliseconds deadline, const CancelToken &cancel = {});
    [[nodiscard]] virtual Result<RespValue> call(const QList<QByteArray> &command, Milliseconds deadline) = 0;
    /// Sends all, then reads as many replies: MULTI … EXEC in one write.
    [[nodiscard]] virtual Result<QList<RespValue>> pipeline(const QList<QList<QByteArray>> &commands,
                                                            Milliseconds deadline) = 0;
    /// The next pushed message of a subscription; TimedOut leaves the session usable.
    [[nodiscard]] virtual Result<RespValue> receive(Milliseconds deadline) = 0;
};

} // namespace understudy
