// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <atomic>
#include <thread>
#include <vector>

namespace understudy::test {

/// Servers on loopback that swallow whoever calls.
/// Mute ones accept, read, and say nothing. Full ones have a backlog that is taken, so that a
/// connect hangs as it does on a network that drops packets.
class BlackHoles
{
public:
    enum class Kind { Mute, Full };
    explicit BlackHoles(Kind kind);
    ~BlackHoles();
    BlackHoles(const BlackHoles &) = delete;
    BlackHoles &operator=(const BlackHoles &) = delete;

    /// One more; all are made before dig(). Port 0 of the answer: the machine has no more sockets.
    Endpoint add();
    void dig();
    /// Who has called a mute one so far; the bytes that they sent.
    int callers() const { return m_callers; }
    qint64 swallowed() const { return m_swallowed; }
    /// Whether a call made now is neither let in nor refused within the time.
    static bool hangs(const Endpoint &hole, Milliseconds within);

private:
    void swallow();
    int accept(int listener);

    const Kind m_kind;
    std::vector<int> m_listeners;
    std::vector<int> m_fillers;
    int m_poll = -1;
    std::atomic<int> m_callers{0};
    std::atomic<qint64> m_swallowed{0};
    std::atomic<bool> m_ends{false};
    std::thread m_thread;
};

} // namespace understudy::test
