// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redisfault.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"

#include <QSslError>

#include <cerrno>
#include <cstring>

namespace understudy::redisfault {

Error cancelled(const Endpoint &peer)
{
    return {ErrorCode::Cancelled, QStringLiteral("talking to %1 was cancelled").arg(peer.text())};
}

Error nameNotFound(const Endpoint &peer, const QString &cause)
{
    return {ErrorCode::NameNotFound, QStringLiteral("host name %1 is not known").arg(peer.host),
            QStringLiteral("Check the name in the plan, and whether the name service answers."), cause};
}

Error notConnected(const Endpoint &peer, int errorNumber)
{
    const QString cause = QString::fromLocal8Bit(std::strerror(errorNumber));
    if (errorNumber == ECONNREFUSED) {
        return {ErrorCode::ConnectionRefused, QStringLiteral("%1 refuses the connection").arg(peer.text()),
                QStringLiteral("See whether the server runs and listens on this port.")};
    }
    if (errorNumber == ETIMEDOUT) {
        return {ErrorCode::TimedOut, QStringLiteral("%1 does not answer to a connection").arg(peer.text()),
                QStringLiteral("See whether the host is up and no firewall drops the packets.")};
    }
    if (errorNumber == ECONNRESET)
        return lost(peer, false);
    return {ErrorCode::Unreachable, QStringLiteral("%1 cannot be reached").arg(peer.text()),
            QStringLiteral("Check the network between here and the host."), cause};
}

Error timedOut(const Endpoint &peer, const QString &what, Milliseconds deadline)
{
    return {ErrorCode::TimedOut,
            QStringLiteral("%1 gave no answer to %2 within %3").arg(peer.text(), what, durationText(deadline)),
            QStringLiteral("The server accepts connections but hangs; see its process.")};
}

Error lost(const Endpoint &peer, bool insideReply)
{
    return {ErrorCode::ConnectionLost,
            insideReply ? QStringLiteral("%1 closed the connection in the middle of a reply").arg(peer.text())
                        : QStringLiteral("%1 closed the connection").arg(peer.text())};
}

Error ofSocket(const Endpoint &peer, const QSslSocket &socket, bool insideReply)
{
    switch (socket.error()) {
    case QAbstractSocket::ConnectionRefusedError: return notConnected(peer, ECONNREFUSED);
    case QAbstractSocket::HostNotFoundError: return nameNotFound(peer, socket.errorString());
    case QAbstractSocket::SocketTimeoutError: return notConnected(peer, ETIMEDOUT);
    case QAbstractSocket::RemoteHostClosedError: return lost(peer, insideReply);
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return {ErrorCode::TlsFailed, QStringLiteral("TLS with %1 failed").arg(peer.text()),
                QStringLiteral("Check the plan's tls, tls_ca and tls_server_name against the server's certificate."),
                redacted(socket.errorString())};
    case QAbstractSocket::NetworkError:
        // Qt uses this for a reset as well as for an unreachable network.
        if (socket.state() == QAbstractSocket::ConnectedState || insideReply)
            return lost(peer, insideReply);
        return {ErrorCode::Unreachable, QStringLiteral("%1 cannot be reached").arg(peer.text()),
                QStringLiteral("Check the network between here and the host."), socket.errorString()};
    default:
        return {ErrorCode::Unreachable, QStringLiteral("connection to %1 failed").arg(peer.text()), {},
                redacted(socket.errorString())};
    }
}

Error ofReply(const Endpoint &peer, const Error &error)
{
    Error named = error;
    named.message = QStringLiteral("%1: %2").arg(peer.text(), error.message);
    named.cause = redacted(error.cause);
    if (named.hint.isEmpty())
        named.hint = QStringLiteral("See whether a Redis or Sentinel really listens there.");
    return named;
}

std::optional<Error> authentication(const RedisTarget &target, const RespValue &reply)
{
    if (!reply.isError())
        return std::nullopt;
    const QString who = target.address.text();
    const QString cause = redacted(reply.string());
    if (reply.text.startsWith("NOAUTH") && target.password.isEmpty()) {
        return Error{ErrorCode::AuthenticationFailed,
                     QStringLiteral("%1 asks for a password and the plan names none").arg(who),
                     QStringLiteral("Name its password in the plan's redis section."), cause};
    }
    if (reply.text.startsWith("WRONGPASS") || reply.text.startsWith("NOAUTH")
        || reply.text.startsWith("ERR invalid password")) {
        return Error{ErrorCode::AuthenticationFailed,
                     target.user.isEmpty() ? QStringLiteral("%1 refuses the password").arg(who)
                                           : QStringLiteral("%1 refuses user %2 or the password").arg(who, target.user),
                     QStringLiteral("Compare the plan's secret with the server's."), cause};
    }
    // "ERR … called without any password configured": it wants none, so we are in. Every other error
    // (LOADING, MASTERDOWN, NOPERM to PING) is an answer to somebody it lets in.
    return std::nullopt;
}

Error ofErrorReply(const Endpoint &peer, const RespValue &reply)
{
    const QString words = redacted(reply.string());
    const QString who = peer.text();
    const auto says = [&](const char *prefix) { return reply.text.startsWith(prefix); };
    if (says("NOAUTH") || says("WRONGPASS"))
        return {ErrorCode::AuthenticationFailed, QStringLiteral("%1 refuses the password").arg(who), {}, words};
    if (says("NOPERM")) {
        return {ErrorCode::PermissionDenied, QStringLiteral("%1 does not allow this user the command").arg(who),
                QStringLiteral("Grant it to the plan's user."), words};
    }
    if (says("NOQUORUM"))
        return {ErrorCode::NoQuorum, QStringLiteral("%1 sees no quorum").arg(who), {}, words};
    if (says("NOGOODSLAVE"))
        return {ErrorCode::NoGoodReplica, QStringLiteral("%1 knows no replica fit to promote").arg(who), {}, words};
    if (says("INPROG"))
        return {ErrorCode::FailoverInProgress, QStringLiteral("%1 is in a failover already").arg(who), {}, words};
    if (says("ERR No such master"))
        return {ErrorCode::UnknownMaster, QStringLiteral("%1 knows no master of this name").arg(who), {}, words};
    return {ErrorCode::RedisError, QStringLiteral("%1 answers with an error").arg(who), {}, words};
}

} // namespace understudy::redisfault
