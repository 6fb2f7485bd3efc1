// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/callerwatch.h"

#include <utility>

namespace understudy::lab {

void CallerWatch::finish(const QPointer<QTcpSocket> &caller, const LateResponse &later, QHttpServerResponse &&response)
{
    if (caller && caller->state() == QAbstractSocket::ConnectedState) {
        later->reportResult(std::move(response));
        later->reportFinished();
        return;
    }
    // Given away on purpose: what waits for this answer holds the remains of the connection, which must
    // not even be destroyed.
    static_cast<void>(new LateResponse(later));
}

void CallerWatch::incomingConnection(qintptr descriptor)
{
    QTcpSocket *socket = new QTcpSocket(this);
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    // Connected before the HTTP server does, so called before it handles the request.
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { m_caller = socket; });
    addPendingConnection(socket);
}

} // namespace understudy::lab
