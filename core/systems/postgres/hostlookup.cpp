// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/hostlookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace understudy {
namespace {

/// Shared by the waiting thread and the one in getaddrinfo, which may outlive it.
struct HostName
{
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false;
    int code = 0;
    std::string address;
};

void askForHost(const std::shared_ptr<HostName> &lookup, const std::string &name)
{
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
    char numeric[NI_MAXHOST] = {};
    if (code == 0)
        ::getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof numeric, nullptr, 0,
                      NI_NUMERICHOST);
    if (found)
        ::freeaddrinfo(found);
    const std::lock_guard lock(lookup->mutex);
    lookup->done = true;
    lookup->code = code;
    lookup->address = numeric;
    lookup->ended.notify_all();
}

} // namespace

Result<QString> lookUpHost(const QString &name, Milliseconds deadline)
{
    const QString hint = QStringLiteral("Check the name in the database's address, and this machine's DNS.");
    const std::shared_ptr<HostName> lookup = std::make_shared<HostName>();
    // Touches nothing but `lookup`, so it may be left behind, even at the program's end.
    std::thread([lookup, host = name.toStdString()] { askForHost(lookup, host); }).detach();
    std::unique_lock lock(lookup->mutex);
    if (!lookup->ended.wait_for(lock, deadline, [&] { return lookup->done; }))
        return fail(ErrorCode::NameNotFound,
                    QStringLiteral("the name %1 was not resolved within %2 ms").arg(name).arg(deadline.count()),
                    hint);
    if (lookup->code != 0 || lookup->address.empty())
        return fail(ErrorCode::NameNotFound, QStringLiteral("the name %1 does not resolve").arg(name),
                    hint, QString::fromLocal8Bit(::gai_strerror(lookup->code)));
    return QString::fromStdString(lookup->address);
}

} // namespace understudy
