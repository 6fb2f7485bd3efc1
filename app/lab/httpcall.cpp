// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/httpcall.h"

#include <QHostAddress>
#include <QTcpSocket>

namespace understudy::lab {

Result<HttpAnswer> callHttp(quint16 port, const QString &path, Milliseconds deadline)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + deadline;
    const auto left = [&clock, until] { return int(qMax<qint64>(1, (until - clock.monotonic()).count())); };
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(left()))
        return fail(ErrorCode::ConnectionRefused, QStringLiteral("127.0.0.1:%1 does not answer").arg(port), {}, socket.errorString());
    // Version 1.0, so that the body ends with Content-Length or with the connection, never in chunks.
    socket.write("GET " + path.toUtf8() + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
    QByteArray all;
    for (;;) {
        const qsizetype head = all.indexOf("\r\n\r\n");
        if (head >= 0) {
            const QByteArray header = all.left(head).toLower();
            const qsizetype at = header.indexOf("content-length:");
            const qsizetype length = at < 0 ? -1 : header.mid(at + 15).split('\r').first().trimmed().toLongLong();
            if (length >= 0 && all.size() >= head + 4 + length)
                return HttpAnswer{all.mid(9, 3).toInt(), all.mid(head + 4, length)};
            if (length < 0 && socket.state() != QAbstractSocket::ConnectedState)
                return HttpAnswer{all.mid(9, 3).toInt(), all.mid(head + 4)};
        }
        if (clock.monotonic() >= until || !socket.waitForReadyRead(left())) {
            if (head >= 0 && socket.state() != QAbstractSocket::ConnectedState)
                return HttpAnswer{all.mid(9, 3).toInt(), all.mid(head + 4)};
            return fail(ErrorCode::TimedOut, QStringLiteral("127.0.0.1:%1 did not answer %2").arg(port).arg(path), {}, socket.errorString());
        }
        all += socket.readAll();
    }
}

} // namespace understudy::lab
