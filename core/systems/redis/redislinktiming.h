// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

namespace understudy {

/// How long a RedisLink waits for what.
struct RedisLinkTiming
{
    Milliseconds connect{3000};    ///< until connected, encrypted and let in
    Milliseconds firstRetry{100};  ///< after a loss; doubles with each failure
    Milliseconds lastRetry{1000};
    Milliseconds pingEvery{1000};  ///< of a subscription, which would otherwise not notice a hanging peer
    Milliseconds pingDeadline{3000};
    bool operator==(const RedisLinkTiming &) const = default;
};

} // namespace understudy
