// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace understudy {

/// Ends a blocking call of libpq from outside, by shutting its socket down: at a deadline, on cancel,
/// or when more has been received than is bearable. A stopped server ignores statement_timeout, and a
/// hostile one may send for ever; this is the one thing that holds against both.
class SocketGuard
{
public:
    enum class Verdict { Quiet, TimedOut, Cancelled, TooLarge };

    explicit SocketGuard(const CancelToken &cancel);
    ~SocketGuard();

    /// Called by the thread that is about to block. Watches a duplicate of `socket`: libpq may close its
    /// own at any moment, and the number may then be another's.
    void arm(int socket, Milliseconds deadline, quint64 mostBytes);
    /// Why the socket was shut down, or Quiet.
    Verdict disarm();

private:
    void run();
    void letGo();
    Verdict judge(std::chrono::steady_clock::time_point now) const;

    const CancelToken m_cancel;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_socket = -1; ///< ours; -1: disarmed
    std::chrono::steady_clock::time_point m_until;
    quint64 m_bytesBefore = 0;
    quint64 m_mostBytes = 0;
    Verdict m_verdict = Verdict::Quiet;
    bool m_ends = false;
    std::thread m_thread; ///< last: it uses all the others
};

} // namespace understudy
