// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/socksdial.h"

#include <QDeadlineTimer>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace understudy {
namespace {

constexpr qint64 pollSliceMs = 100;

/// 0 once it can be read from, else an errno.
int waitReadable(int descriptor, const QDeadlineTimer &until, const CancelToken &cancel)
{
    for (;;) {
        pollfd wait{descriptor, POLLIN, 0};
        if (::poll(&wait, 1, int(qBound(qint64(0), until.remainingTime(), pollSliceMs))) > 0)
            return 0;
        if (cancel.isCancelled())
            return ECANCELED;
        if (until.hasExpired())
            return ETIMEDOUT;
    }
}

/// 0 when granted, else an errno; ECONNREFUSED when ssh closes instead.
int askSsh(int descriptor, const QByteArray &question, const QDeadlineTimer &until,
           const CancelToken &cancel)
{
    // A fresh socket has room for these few bytes.
    if (::send(descriptor, question.constData(), size_t(question.size()), MSG_NOSIGNAL) !=
        question.size())
        return ECONNREFUSED;
    QByteArray answer;
    while (answer.size() < socksAnswerSize) {
        if (const int failure = waitReadable(descriptor, until, cancel))
            return failure;
        char bytes[socksAnswerSize];
        const ssize_t count = ::read(descriptor, bytes, size_t(socksAnswerSize - answer.size()));
        if (count <= 0)
            return ECONNREFUSED;
        answer.append(bytes, count);
    }
    return socksGrants(answer) ? 0 : ECONNREFUSED;
}

} // namespace

Result<QByteArray> socksQuestion(const Endpoint &to)
{
    const QByteArray host = to.host.toUtf8();
    if (host.isEmpty() || host.size() > 255 || host.contains('\0') || to.port == 0)
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("no address to connect to: %1").arg(to.text().left(100)));
    QByteArray question("\x04\x01", 2);
    question += char(to.port >> 8);
    question += char(to.port & 0xff);
    // An address that is none says that a name follows, after a user without a name.
    question += QByteArray("\0\0\0\1\0", 5);
    return question + host + '\0';
}

bool socksGrants(const QByteArray &answer)
{
    return answer.size() == socksAnswerSize && answer[0] == 0 && answer[1] == 90;
}

int connectToSocket(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.isEmpty() || size_t(name.size()) >= sizeof address.sun_path)
        return -1;
    std::memcpy(address.sun_path, name.constData(), size_t(name.size()));
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 &&
        ::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return descriptor;
    if (descriptor >= 0)
        ::close(descriptor);
    return -1;
}

Result<int> dialThrough(SshTunnel &tunnel, const Endpoint &to, Milliseconds deadline,
                        const CancelToken &cancel)
{
    const Result<QByteArray> question = socksQuestion(to);
    if (!question)
        return fail(question.error());
    if (const Result<Unit> open = tunnel.waitOpen(cancel); !open)
        return fail(open.error());
    const Result<int> descriptor = tunnel.connectToSsh();
    if (!descriptor)
        return descriptor;
    const int failure = askSsh(*descriptor, *question, QDeadlineTimer(deadline), cancel);
    if (failure == 0)
        return descriptor;
    ::close(*descriptor);
    if (failure == ECANCELED)
        return fail(ErrorCode::Cancelled,
                    QStringLiteral("talking to %1 was cancelled").arg(to.text()));
    if (failure == ETIMEDOUT) {
        return fail(
            ErrorCode::TimedOut,
            QStringLiteral("%1 does not answer to a connection from %2")
                .arg(to.text(), tunnel.host().name),
            QStringLiteral("See whether the host is up and no firewall drops the packets."));
    }
    std::this_thread::sleep_for(SshTunnel::wordsFollow);
    return fail(tunnel.notReached(to));
}

} // namespace understudy
