// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/painted/blackholes.h"

#include <algorithm>
#include <array>
#include <set>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace understudy::test {

namespace {

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int call(quint16 port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    return socket;
}

quint16 portOf(int listener)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    return ntohs(address.sin_port);
}

} // namespace

BlackHoles::BlackHoles(Kind kind)
    : m_kind(kind)
{}

BlackHoles::~BlackHoles()
{
    m_ends = true;
    if (m_thread.joinable())
        m_thread.join();
    for (const int socket : m_listeners)
        ::close(socket);
    for (const int socket : m_fillers)
        ::close(socket);
    if (m_poll >= 0)
        ::close(m_poll);
}

Endpoint BlackHoles::add()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return {};
    m_listeners.push_back(listener);
    const sockaddr_in any = loopback(0);
    if (::bind(listener, reinterpret_cast<const sockaddr *>(&any), sizeof any) != 0 ||
        ::listen(listener, m_kind == Kind::Full ? 0 : 1024) != 0)
        return {};
    return {QStringLiteral("127.0.0.1"), portOf(listener)};
}

void BlackHoles::dig()
{
    if (m_kind == Kind::Full) {
        // A backlog of none holds one; the second caller is already left hanging.
        for (const int listener : m_listeners) {
            m_fillers.push_back(call(portOf(listener)));
            m_fillers.push_back(call(portOf(listener)));
        }
        return;
    }
    m_poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (const int listener : m_listeners) {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = quint64(listener) << 1 | 1}};
        ::epoll_ctl(m_poll, EPOLL_CTL_ADD, listener, &event);
    }
    m_thread = std::thread([this] { swallow(); });
}

int BlackHoles::accept(int listener)
{
    const int caller = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (caller < 0)
        return caller;
    ++m_callers;
    epoll_event event{.events = EPOLLIN, .data = {.u64 = quint64(caller) << 1}};
    ::epoll_ctl(m_poll, EPOLL_CTL_ADD, caller, &event);
    return caller;
}

void BlackHoles::swallow()
{
    std::array<epoll_event, 64> events{};
    std::array<char, 4096> bytes{};
    std::set<int> callers;
    while (!m_ends) {
        const int count = ::epoll_wait(m_poll, events.data(), int(events.size()), 50);
        for (int i = 0; i < count; ++i) {
            const int socket = int(events[size_t(i)].data.u64 >> 1);
            if (events[size_t(i)].data.u64 & 1) {
                if (const int caller = accept(socket); caller >= 0)
                    callers.insert(caller);
                continue;
            }
            const ssize_t read = ::read(socket, bytes.data(), bytes.size());
            m_swallowed += std::max<ssize_t>(read, 0);
            if (read <= 0) { // the caller has gone
                ::close(socket);
                callers.erase(socket);
            }
        }
    }
    for (const int socket : callers)
        ::close(socket);
}

bool BlackHoles::hangs(const Endpoint &hole, Milliseconds within)
{
    const int socket = call(hole.port);
    pollfd wait{.fd = socket, .events = POLLOUT, .revents = 0};
    const bool silent = ::poll(&wait, 1, int(within.count())) == 0;
    ::close(socket);
    return silent;
}

} // namespace understudy::test
