// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/asyncredis.h"

#include <QHostAddress>
#include <QNetworkProxy>

namespace understudy::lab {

AsyncRedis::AsyncRedis(const Secret &password, const QByteArray &clientName, QObject *parent)
    : QObject(parent), m_password(password), m_clientName(clientName)
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    connect(&m_socket, &QTcpSocket::connected, this, [this] {
        call({"AUTH", m_password.reveal()}, [this](const Result<RespValue> &reply) {
            if (!reply)
                return;
            if (reply->isError()) {
                m_socket.abort();
                return;
            }
            m_ready = true;
            emit ready();
        });
        call({"CLIENT", "SETNAME", m_clientName}, [](const Result<RespValue> &) {});
    });
    connect(&m_socket, &QTcpSocket::readyRead, this, &AsyncRedis::onReadable);
    connect(&m_socket, &QTcpSocket::disconnected, this, &AsyncRedis::onDisconnected);
    connect(&m_socket, &QTcpSocket::errorOccurred, this, [this] {
        // A refused connection was never connected, so it is never disconnected either.
        if (m_socket.state() != QAbstractSocket::ConnectedState && m_socket.state() != QAbstractSocket::ClosingState)
            onDisconnected();
    });
}

void AsyncRedis::open(quint16 port)
{
    close();
    m_port = port;
    m_buffer.clear();
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
}

void AsyncRedis::close()
{
    const QSignalBlocker quiet(m_socket);
    m_socket.abort();
    m_ready = false;
    m_waiting.clear();
}

void AsyncRedis::call(const QList<QByteArray> &command, Done done)
{
    m_waiting.enqueue(std::move(done));
    m_socket.write(respCommand(command));
}

void AsyncRedis::onReadable()
{
    m_buffer += m_socket.readAll();
    while (std::optional<RespValue> reply = takeReply(m_buffer)) {
        if (m_waiting.isEmpty())
            return;
        const Done done = m_waiting.dequeue();
        done(*reply);
    }
}

void AsyncRedis::onDisconnected()
{
    const QString why = m_ready ? QStringLiteral("Socket closed unexpectedly")
                                : QStringLiteral("connect ECONNREFUSED 127.0.0.1:%1").arg(m_port);
    m_ready = false;
    const QQueue<Done> waiting = std::exchange(m_waiting, {});
    for (const Done &done : waiting)
        done(fail(ErrorCode::ConnectionLost, why));
    emit lost(why);
}

} // namespace understudy::lab
