// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/respwire.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QQueue>
#include <QTcpSocket>

#include <functional>

namespace understudy::lab {

/// One connection to a Redis or Sentinel that never blocks the event loop, authenticated and named.
/// `ready` once after each open(), or `lost`; the callbacks of calls that were waiting come before `lost`.
class AsyncRedis : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(const Result<RespValue> &)>;

    AsyncRedis(const Secret &password, const QByteArray &clientName, QObject *parent = nullptr);

    void open(quint16 port);
    void close();
    bool isReady() const { return m_ready; }
    bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    quint16 port() const { return m_port; }
    /// On a silent server `done` never comes.
    void call(const QList<QByteArray> &command, Done done);

signals:
    void ready();
    void lost(const QString &why);

private:
    void onReadable();
    void onDisconnected();

    QTcpSocket m_socket;
    Secret m_password;
    QByteArray m_clientName;
    QByteArray m_buffer;
    QQueue<Done> m_waiting;
    quint16 m_port = 0;
    bool m_ready = false;
};

} // namespace understudy::lab
