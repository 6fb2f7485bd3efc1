// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/socketguard.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

/// What the kernel counted on this connection; 0 for a Unix socket.
quint64 bytesReceived(int socket)
{
    tcp_info info = {};
    socklen_t size = sizeof info;
    return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

} // namespace

SocketGuard::SocketGuard(const CancelToken &cancel)
    : m_cancel(cancel)
    , m_thread([this] { run(); })
{
}

SocketGuard::~SocketGuard()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ends = true;
    }
    m_changed.notify_all();
    m_thread.join();
    letGo();
}

void SocketGuard::letGo()
{
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

void SocketGuard::arm(int socket, Milliseconds deadline, quint64 mostBytes)
{
    const std::lock_guard lock(m_mutex);
    letGo();
    m_socket = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    m_until = std::chrono::steady_clock::now() + deadline;
    m_bytesBefore = bytesReceived(m_socket);
    m_mostBytes = mostBytes;
    m_verdict = Verdict::Quiet;
    m_changed.notify_all();
}

SocketGuard::Verdict SocketGuard::disarm()
{
    const std::lock_guard lock(m_mutex);
    letGo();
    return m_verdict;
}

SocketGuard::Verdict SocketGuard::judge(std::chrono::steady_clock::time_point now) const
{
    if (m_cancel.isCancelled())
        return Verdict::Cancelled;
    if (now >= m_until)
        return Verdict::TimedOut;
    return bytesReceived(m_socket) - m_bytesBefore > m_mostBytes ? Verdict::TooLarge : Verdict::Quiet;
}

void SocketGuard::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_ends) {
        if (m_socket < 0) {
            m_changed.wait(lock);
            continue;
        }
        const std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
        m_verdict = judge(now);
        if (m_verdict != Verdict::Quiet) {
            ::shutdown(m_socket, SHUT_RDWR);
            letGo();
            continue;
        }
        // Most answers come within the first slice, and then nothing wakes this thread again in time.
        m_changed.wait_until(lock, std::min(m_until, now + 50ms));
    }
}

} // namespace understudy
