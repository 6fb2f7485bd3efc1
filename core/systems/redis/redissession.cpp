// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redissession.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/redis/redistls.h"
#include "core/systems/redis/respcommand.h"
#include "core/systems/redis/respreader.h"
#include "core/systems/redis/tcpdial.h"
#include "core/systems/shell/socksdial.h"

#include <QDeadlineTimer>

#include <unistd.h>

namespace understudy {

namespace {

constexpr qint64 sliceMs = 100;
class SocketSession final : public RedisSession
{
public:
    SocketSession(const RedisTarget &target, const CancelToken &cancel) : m_target(target), m_cancel(cancel) {}

    [[nodiscard]] Result<Unit> open(Milliseconds deadline);
    [[nodiscard]] Result<RespValue> call(const QList<QByteArray> &command, Milliseconds deadline) override;
    [[nodiscard]] Result<QList<RespValue>> pipeline(const QList<QList<QByteArray>> &commands,
                                                    Milliseconds deadline) override;
    [[nodiscard]] Result<RespValue> receive(Milliseconds deadline) override;

private:
    [[nodiscard]] Result<Unit> encrypt(const QDeadlineTimer &until, Milliseconds deadline);
    [[nodiscard]] Result<Unit> authenticate(const QDeadlineTimer &until, Milliseconds deadline);
    [[nodiscard]] Result<Unit> send(const QByteArray &bytes);
    /// Nothing at the deadline.
    [[nodiscard]] Result<std::optional<RespValue>> readUntil(const QDeadlineTimer &until);
    /// The first error ends the session: a late reply must not be taken for the next call's.
    tl::unexpected<Error> end(const Error &error);
    qint64 slice(const QDeadlineTimer &until) const { return qBound(qint64(1), until.remainingTime(), sliceMs); }

    RedisTarget m_target;
    CancelToken m_cancel;
    QSslSocket m_socket;
    RespReader m_reader;
    bool m_insideReply = false;
    std::optional<Error> m_ended;
};

tl::unexpected<Error> SocketSession::end(const Error &error)
{
    if (!m_ended) {
        m_ended = error;
        m_socket.abort();
    }
    return fail(error);
}

Result<Unit> SocketSession::open(Milliseconds deadline)
{
    QDeadlineTimer until(deadline);
    const Result<int> descriptor = m_target.via ? dialThrough(*m_target.via, m_target.address, deadline, m_cancel)
                                                : dialTcp(m_target.address, until, m_cancel);
    if (!descriptor)
        return end(descriptor.error());
    // Opening a tunnel is not this server's time.
    if (m_target.via)
        until = QDeadlineTimer(deadline);
    m_socket.setReadBufferSize(socketReadBuffer);
    if (!m_socket.setSocketDescriptor(*descriptor)) {
        ::close(*descriptor);
        return end(redisfault::ofSocket(m_target.address, m_socket, false));
    }
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_target.tls) {
        const Result<Unit> encrypted = encrypt(until, deadline);
        if (!encrypted)
            return encrypted;
    }
    return authenticate(until, deadline);
}

Result<Unit> SocketSession::encrypt(const QDeadlineTimer &until, Milliseconds deadline)
{
    const Result<Unit> prepared = prepareRedisTls(m_socket, m_target);
    if (!prepared)
        return end(prepared.error());
    m_socket.startClientEncryption();
    while (!m_socket.waitForEncrypted(int(slice(until)))) {
        if (m_cancel.isCancelled())
            return end(redisfault::cancelled(m_target.address));
        if (m_socket.state() != QAbstractSocket::ConnectedState) {
            Error error = redisfault::ofSocket(m_target.address, m_socket, false);
            if (error.code == ErrorCode::ConnectionLost)
                error = {ErrorCode::TlsFailed, QStringLiteral("%1 closed the connection instead of starting TLS").arg(m_target.address.text()),
                         QStringLiteral("See whether this port speaks TLS.")};
            return end(error);
        }
        if (until.hasExpired())
            return end(redisfault::timedOut(m_target.address, QStringLiteral("the start of TLS"), deadline));
    }
    return Unit{};
}

Result<Unit> SocketSession::authenticate(const QDeadlineTimer &until, Milliseconds deadline)
{
    QList<QByteArray> command{"PING"};
    if (!m_target.password.isEmpty()) {
        command = {"AUTH"};
        if (!m_target.user.isEmpty())
            command.append(m_target.user.toUtf8());
        command.append(m_target.password.reveal());
    }
    const Result<Unit> sent = send(respCommand(command));
    if (!sent)
        return sent;
    const Result<std::optional<RespValue>> reply = readUntil(until);
    if (!reply)
        return fail(reply.error());
    if (!*reply)
        return end(redisfault::timedOut(m_target.address, QString::fromLatin1(command.first()), deadline));
    if (const std::optional<Error> refused = redisfault::authentication(m_target, **reply))
        return end(*refused);
    return Unit{};
}

Result<Unit> SocketSession::send(const QByteArray &bytes)
{
    if (m_ended) {
        return fail(ErrorCode::ConnectionLost,
                    QStringLiteral("the connection to %1 has ended").arg(m_target.address.text()), {},
                    m_ended->text());
    }
    if (m_socket.write(bytes) != bytes.size())
        return end(redisfault::ofSocket(m_target.address, m_socket, false));
    m_socket.flush();
    return Unit{};
}

Result<std::optional<RespValue>> SocketSession::readUntil(const QDeadlineTimer &until)
{
    if (m_ended)
        return fail(ErrorCode::ConnectionLost,
                    QStringLiteral("the connection to %1 has ended").arg(m_target.address.text()), {},
                    m_ended->text());
    for (;;) {
        Result<std::optional<RespValue>> reply = m_reader.next();
        if (!reply)
            return end(redisfault::ofReply(m_target.address, reply.error()));
        if (*reply) {
            m_insideReply = false;
            return reply;
        }
        if (m_cancel.isCancelled())
            return end(redisfault::cancelled(m_target.address));
        const QByteArray bytes = m_socket.read(64 * 1024);
        if (!bytes.isEmpty()) {
            m_insideReply = true;
            m_reader.feed(bytes);
            // A peer that never pauses must not hold us beyond the deadline.
            if (!until.hasExpired())
                continue;
        }
        if (until.hasExpired())
            return std::optional<RespValue>();
        if (m_socket.state() != QAbstractSocket::ConnectedState)
            return end(redisfault::lost(m_target.address, m_insideReply));
        m_socket.waitForReadyRead(int(slice(until)));
    }
}

Result<RespValue> SocketSession::call(const QList<QByteArray> &command, Milliseconds deadline)
{
    const Result<QList<RespValue>> replies = pipeline({command}, deadline);
    if (!replies)
        return fail(replies.error());
    return replies->first();
}

Result<QList<RespValue>> SocketSession::pipeline(const QList<QList<QByteArray>> &commands, Milliseconds deadline)
{
    const QDeadlineTimer until(deadline);
    QByteArray bytes;
    for (const QList<QByteArray> &command : commands)
        bytes += respCommand(command);
    const Result<Unit> sent = send(bytes);
    if (!sent)
        return fail(sent.error());
    QList<RespValue> replies;
    while (replies.size() < commands.size()) {
        Result<std::optional<RespValue>> reply = readUntil(until);
        if (!reply)
            return fail(reply.error());
        if (!*reply) {
            const QString what = QString::fromLatin1(commands[replies.size()].value(0));
            return end(redisfault::timedOut(m_target.address, what, deadline));
        }
        replies.append(**reply);
    }
    return replies;
}

Result<RespValue> SocketSession::receive(Milliseconds deadline)
{
    const Result<std::optional<RespValue>> pushed = readUntil(QDeadlineTimer(deadline));
    if (!pushed)
        return fail(pushed.error());
    if (!*pushed)
        return fail(redisfault::timedOut(m_target.address, QStringLiteral("a subscription"), deadline));
    return **pushed;
}

} // namespace

Result<std::unique_ptr<RedisSession>> RedisSession::connect(const RedisTarget &target, Milliseconds deadline,
                                                            const CancelToken &cancel)
{
    std::unique_ptr<SocketSession> session = std::make_unique<SocketSession>(target, cancel);
    const Result<Unit> opened = session->open(deadline);
    if (!opened)
        return fail(opened.error());
    return std::unique_ptr<RedisSession>(std::move(session));
}

} // namespace understudy
