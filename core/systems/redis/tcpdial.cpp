// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/tcpdial.h"

#include "core/systems/redis/redisfault.h"

#include <QFile>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace understudy {

namespace {

constexpr int dialSliceMs = 100;

struct Address
{
    sockaddr_storage storage{};
    socklen_t length = 0;
};

struct Lookup
{
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false;
    int failure = 0; ///< EAI_…
    std::vector<Address> addresses;
};

/// Shares nothing with its caller but the Lookup: it may outlive the wait, for as long as the
/// system's resolver takes.
void lookUp(const std::shared_ptr<Lookup> &lookup, const QByteArray &host, const QByteArray &port, int flags)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo *found = nullptr;
    const int failure = getaddrinfo(host.constData(), port.constData(), &hints, &found);
    const std::lock_guard lock(lookup->mutex);
    lookup->failure = failure;
    for (const addrinfo *one = found; !failure && one; one = one->ai_next) {
        Address address;
        address.length = one->ai_addrlen;
        std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
        lookup->addresses.push_back(address);
    }
    if (found)
        freeaddrinfo(found);
    lookup->done = true;
    lookup->ended.notify_all();
}

Result<std::vector<Address>> addressesOf(const Endpoint &endpoint, const QDeadlineTimer &until,
                                         const CancelToken &cancel)
{
    const QByteArray host = endpoint.host.toUtf8();
    const QByteArray port = QByteArray::number(endpoint.port);
    std::shared_ptr<Lookup> lookup = std::make_shared<Lookup>();
    lookUp(lookup, host, port, AI_NUMERICHOST | AI_NUMERICSERV);
    if (lookup->failure) {
        lookup = std::make_shared<Lookup>();
        std::thread([lookup, host, port] { lookUp(lookup, host, port, AI_NUMERICSERV); }).detach();
    }
    std::unique_lock lock(lookup->mutex);
    while (!lookup->done) {
        if (cancel.isCancelled())
            return fail(redisfault::cancelled(endpoint));
        if (until.hasExpired()) {
            return fail(ErrorCode::TimedOut, QStringLiteral("looking up %1 takes too long").arg(endpoint.host),
                        QStringLiteral("See whether the name service answers, or write an address in the plan."));
        }
        lookup->ended.wait_for(lock, std::chrono::milliseconds(dialSliceMs));
    }
    if (lookup->failure || lookup->addresses.empty())
        return fail(redisfault::nameNotFound(endpoint, QString::fromLocal8Bit(gai_strerror(lookup->failure))));
    return lookup->addresses;
}

/// 0 when connected, else an errno; ECANCELED on cancel, ETIMEDOUT at the deadline.
int waitConnected(int descriptor, const QDeadlineTimer &until, const CancelToken &cancel)
{
    for (;;) {
        pollfd wait{descriptor, POLLOUT, 0};
        const qint64 left = qMin(qint64(dialSliceMs), qMax(qint64(0), until.remainingTime()));
        if (::poll(&wait, 1, int(left)) > 0)
            break;
        if (cancel.isCancelled())
            return ECANCELED;
        if (until.hasExpired())
            return ETIMEDOUT;
    }
    int failure = 0;
    socklen_t length = sizeof failure;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 ? failure : errno;
}

} // namespace

Result<int> dialTcp(const Endpoint &endpoint, QDeadlineTimer until, const CancelToken &cancel)
{
    const Result<std::vector<Address>> addresses = addressesOf(endpoint, until, cancel);
    if (!addresses)
        return fail(addresses.error());
    int failure = EHOSTUNREACH;
    for (const Address &address : *addresses) {
        const int descriptor
            = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            failure = errno;
            continue;
        }
        failure = 0;
        if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address.storage), address.length) != 0)
            failure = errno == EINPROGRESS ? waitConnected(descriptor, until, cancel) : errno;
        if (failure == 0)
            return descriptor;
        ::close(descriptor);
        if (failure == ECANCELED)
            return fail(redisfault::cancelled(endpoint));
    }
    return fail(redisfault::notConnected(endpoint, failure));
}

} // namespace understudy
