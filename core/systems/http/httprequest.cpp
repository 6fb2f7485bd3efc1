// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httprequest.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"

#include <QNetworkProxy>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpSocket>

namespace understudy {

Result<Unit> HttpRequest::check() const
{
    if (!url.isValid() || url.host().isEmpty() ||
        (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")))
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("not an address to look at: '%1'").arg(name()),
                    QStringLiteral("Write http://host:port or https://host."));
    static const QByteArrayList methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
    if (!methods.contains(method) || (isGet() && !body.isEmpty()))
        return fail(
            ErrorCode::InvalidInput,
            QStringLiteral("not a request that can be sent: '%1'").arg(QString::fromLatin1(method)));
    for (const HttpHeader &one : headers) {
        const QByteArray line = one.name + one.value;
        if (one.name.isEmpty() || line.contains('\n') || line.contains('\r'))
            return fail(ErrorCode::InvalidInput,
                        QStringLiteral("not a header that can be sent: '%1'")
                            .arg(QString::fromLatin1(one.name)));
    }
    return Unit{};
}

QByteArray HttpRequest::bytes() const
{
    QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    if (path.isEmpty())
        path = "/";
    if (url.hasQuery())
        path += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    if (url.port() > 0)
        host += ':' + QByteArray::number(url.port());
    QByteArray out = method + ' ' + path + " HTTP/1.1\r\nHost: " + host +
                     "\r\nUser-Agent: understudy/" UNDERSTUDY_VERSION "\r\nConnection: " +
                     (freshConnection ? "close" : "keep-alive") + "\r\n";
    bool accepts = false;
    for (const HttpHeader &one : headers) {
        accepts = accepts || one.name.compare("Accept", Qt::CaseInsensitive) == 0;
        out += one.name + ": " + one.value + "\r\n";
    }
    if (!accepts)
        out += "Accept: */*\r\n";
    if (!isGet())
        out += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return out + "\r\n" + body;
}

quint16 HttpRequest::port() const
{
    return quint16(url.port(isTls() ? 443 : 80));
}

bool HttpRequest::isTls() const
{
    return url.scheme() == QLatin1String("https");
}

QString HttpRequest::name() const
{
    return redacted(
        url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment));
}

namespace http {

QTcpSocket *newSocket(const HttpRequest &request)
{
    QTcpSocket *socket = nullptr;
    if (request.isTls()) {
        QSslSocket *tls = new QSslSocket;
        if (!request.tlsCa.isEmpty()) {
            QSslConfiguration configuration = tls->sslConfiguration();
            configuration.setCaCertificates(QSslCertificate::fromPath(request.tlsCa));
            tls->setSslConfiguration(configuration);
        }
        tls->setPeerVerifyMode(QSslSocket::VerifyPeer);
        socket = tls;
    } else {
        socket = new QTcpSocket;
    }
    socket->setProxy(QNetworkProxy::NoProxy);
    // What has been received and not yet read stays bounded, however fast the server is.
    socket->setReadBufferSize(128 * 1024);
    return socket;
}

void connectSocket(QTcpSocket &socket, const HttpRequest &request, const QString &address)
{
    const QString host = request.url.host();
    const QString target = address.isEmpty() ? host : address;
    if (QSslSocket *tls = qobject_cast<QSslSocket *>(&socket))
        tls->connectToHostEncrypted(target, request.port(), host);
    else
        socket.connectToHost(target, request.port());
}

Error socketError(const QTcpSocket &socket, const HttpRequest &request)
{
    const QString name = request.name();
    const QString cause = redacted(socket.errorString());
    switch (socket.error()) {
    case QAbstractSocket::ConnectionRefusedError:
        return {ErrorCode::ConnectionRefused, QStringLiteral("%1 refuses connections").arg(name),
                QStringLiteral("Nothing listens on that port: see whether the process runs."),
                cause};
    case QAbstractSocket::HostNotFoundError:
        return {ErrorCode::NameNotFound, QStringLiteral("no address for the name in %1").arg(name),
                QStringLiteral("Check the name and this machine's resolver."), cause};
    case QAbstractSocket::RemoteHostClosedError:
        return {ErrorCode::ConnectionLost,
                QStringLiteral("%1 closed the connection before its reply was whole").arg(name),
                {},
                cause};
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return {ErrorCode::TlsFailed, QStringLiteral("no trusted TLS connection to %1").arg(name),
                QStringLiteral("Check the certificate's name, dates and authority."), cause};
    case QAbstractSocket::SocketTimeoutError:
        return {ErrorCode::TimedOut, QStringLiteral("no answer from %1").arg(name), {}, cause};
    default:
        return {
            ErrorCode::Unreachable, QStringLiteral("%1 cannot be reached").arg(name), {}, cause};
    }
}

Error deadlineError(const HttpRequest &request, bool replyHasBegun)
{
    const QString limit = durationText(request.deadline);
    if (replyHasBegun)
        return {
            ErrorCode::TimedOut,
            QStringLiteral("the reply of %1 was not whole within %2").arg(request.name(), limit)};
    return {ErrorCode::TimedOut,
            QStringLiteral("no answer from %1 within %2").arg(request.name(), limit)};
}

} // namespace http
} // namespace understudy
