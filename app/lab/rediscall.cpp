// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/rediscall.h"

#include "app/lab/respwire.h"

#include <QHostAddress>
#include <QTcpSocket>

namespace understudy::lab {

Result<RespValue> callRedis(quint16 port, const Secret &password, const QList<QByteArray> &command, Milliseconds deadline)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + deadline;
    const auto left = [&clock, until] { return int(qMax<qint64>(1, (until - clock.monotonic()).count())); };
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(left()))
        return fail(ErrorCode::ConnectionRefused, QStringLiteral("127.0.0.1:%1 does not answer").arg(port), {}, socket.errorString());
    socket.write(respCommand({"AUTH", password.reveal()}) + respCommand(command));
    QByteArray buffer;
    for (int replies = 0;;) {
        while (std::optional<RespValue> reply = takeReply(buffer)) {
            if (++replies == 2)
                return *reply;
            if (reply->isError())
                return fail(ErrorCode::AuthenticationFailed, QStringLiteral("127.0.0.1:%1 refused the password").arg(port), {},
                            QString::fromUtf8(reply->text));
        }
        if (clock.monotonic() >= until || !socket.waitForReadyRead(left()))
            return fail(ErrorCode::TimedOut, QStringLiteral("127.0.0.1:%1 did not reply").arg(port), {}, socket.errorString());
        buffer += socket.readAll();
    }
}

} // namespace understudy::lab
