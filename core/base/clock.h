// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

#include <chrono>

namespace understudy {

using Milliseconds = std::chrono::milliseconds;

/// Where "now" comes from. Injected, so that tests and replays turn it by hand.
/// Thread safe: both functions may be called from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Wall clock, always UTC, milliseconds.
    virtual QDateTime now() const = 0;
    /// Monotonic, never set back; only differences mean something.
    virtual Milliseconds monotonic() const = 0;
};

class SystemClock : public Clock
{
public:
    QDateTime now() const override;
    Milliseconds monotonic() const override;
};

/// "2026-11-23T14:02:11.123Z": RFC 3339 in UTC, the only form in which times leave the program.
QString toRfc3339(const QDateTime &time);

} // namespace understudy
