// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/systems/http/httpreply.h"

#include <QUrl>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace understudy {

/// One request, by default a GET. No redirect is followed, no compression asked for, no Origin and no cookie sent: on
/// the platform a foreign Origin is answered by 500 on every path and booked as a failure.
struct HttpRequest
{
    QUrl url;                       ///< http or https, absolute
    QList<HttpHeader> headers = {}; ///< beside Host, User-Agent, Accept and Connection
    Milliseconds deadline = std::chrono::seconds(10); ///< for everything: connecting to last byte
    qint64 bodyLimit = 8 * 1024 * 1024; ///< a longer body is TooLarge, found before it is stored
    bool freshConnection = false;       ///< a connection of its own, closed afterwards
    QString tlsCa = {};                 ///< PEM file; empty: the system's authorities
    QByteArray method = "GET";          ///< GET, POST, PUT, PATCH or DELETE
    QByteArray body = {};               ///< sent with its length; may hold a key, so it is never told

    /// InvalidInput for what cannot be asked: no host, another scheme or method, a line break in a
    /// header, a GET with a body.
    [[nodiscard]] Result<Unit> check() const;
    QByteArray bytes() const;
    quint16 port() const;
    bool isTls() const;
    bool isGet() const { return method == "GET"; }
    /// Without user, password, query and fragment: fit for messages.
    QString name() const;
};

/// What both the asynchronous and the blocking client share; not for others.
namespace http {

/// A socket for it, unconnected, no proxy, certificates checked. The caller owns it.
QTcpSocket *newSocket(const HttpRequest &request);
/// Starts connecting (and the handshake). `address` stands in for the host's name when not empty.
void connectSocket(QTcpSocket &socket, const HttpRequest &request, const QString &address = {});
Error socketError(const QTcpSocket &socket, const HttpRequest &request);
Error deadlineError(const HttpRequest &request, bool replyHasBegun);

} // namespace http
} // namespace understudy
