// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/redis/respvalue.h"

#include <memory>
#include <optional>

namespace understudy {

/// Turns bytes into replies, version 2 of the protocol only. What a peer announces is judged before
/// anything is allocated for it: more than 100,000 elements in a reply, a bulk or a whole reply above
/// 16 MB and more than 8 levels are TooLarge; whatever is not RESP2 is ProtocolViolation.
/// The first error is final: the stream has no meaning after it.
class RespReader
{
public:
    static constexpr qint64 mostElements = 100'000;
    static constexpr qint64 mostBytes = 16'000'000;
    static constexpr int mostLevels = 8;

    RespReader();
    ~RespReader();
    RespReader(const RespReader &) = delete;
    RespReader &operator=(const RespReader &) = delete;

    /// Take all replies by next() before feeding more: what is fed and not taken counts as one reply.
    void feed(const QByteArray &bytes);
    /// The next whole reply, or nothing when more bytes are needed.
    [[nodiscard]] Result<std::optional<RespValue>> next();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace understudy
