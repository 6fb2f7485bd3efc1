// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAtomicInt>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>

#include <functional>

/// An HTTP server on a free loopback port that behaves exactly as badly as its script says. It runs
/// on a thread of its own, so that blocking clients can be tested too.
class ScriptedServer
{
public:
    /// One request has come in: path, how many requests this connection and this server have had
    /// before it. Runs on the server's thread; may write, wait by timers, close, or do nothing.
    struct Request
    {
        QTcpSocket &socket;
        QByteArray path, head;
        int nthOnConnection, nth;
        QByteArray body = {};
    };
    using Script = std::function<void(const Request &)>;

    explicit ScriptedServer(Script script, quint16 port = 0)
        : m_script(std::move(script))
    {
        m_server = new QTcpServer;
        m_server->moveToThread(&m_thread);
        m_thread.start();
        run([this, port] {
            QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] { accept(); });
            if (m_server->listen(QHostAddress::LocalHost, port))
                m_port = m_server->serverPort();
        });
    }
    ~ScriptedServer()
    {
        run([this] { delete m_server; });
        m_thread.quit();
        m_thread.wait();
    }
    quint16 port() const { return m_port; }
    QString url(const char *path = "") const
    {
        return QStringLiteral("http://127.0.0.1:%1%2").arg(m_port).arg(QLatin1String(path));
    }
    int requests() const { return m_requests.loadAcquire(); }
    int connections() const { return m_connections.loadAcquire(); }
    QByteArray lastHead()
    {
        QByteArray out;
        run([&] { out = m_lastHead; });
        return out;
    }
    /// As a process that dies: connections are cut and the port refuses until listenAgain().
    void die()
    {
        run([this] {
            m_server->close();
            for (QTcpSocket *one : m_server->findChildren<QTcpSocket *>())
                one->abort();
        });
    }
    void listenAgain()
    {
        run([this] { m_server->listen(QHostAddress::LocalHost, m_port); });
    }
    void setScript(Script script)
    {
        run([&] { m_script = std::move(script); });
    }
    /// Runs it on the server's thread and waits.
    void run(const std::function<void()> &what)
    {
        QMetaObject::invokeMethod(m_server, what, Qt::BlockingQueuedConnection);
    }

    static QByteArray reply(const QByteArray &body, const QByteArray &status = "200 OK",
                            const QByteArray &headers = {})
    {
        return "HTTP/1.1 " + status + "\r\n" + headers +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }
    static Script always(const QByteArray &bytes)
    {
        return [bytes](const Request &request) { request.socket.write(bytes); };
    }

private:
    void accept()
    {
        while (QTcpSocket *socket = m_server->nextPendingConnection()) {
            m_connections.ref();
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            std::shared_ptr<QByteArray> buffer = std::make_shared<QByteArray>();
            std::shared_ptr<int> count = std::make_shared<int>(0);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, buffer, count] {
                *buffer += socket->readAll();
                qsizetype end = 0;
                while ((end = buffer->indexOf("\r\n\r\n")) >= 0) {
                    const QByteArray head = buffer->left(end);
                    const qsizetype at = head.toLower().indexOf("\r\ncontent-length:");
                    const qsizetype length = at < 0 ? 0 : head.mid(at + 17).split('\r').first().trimmed().toLongLong();
                    if (buffer->size() < end + 4 + length)
                        return;
                    const QByteArray body = buffer->mid(end + 4, length);
                    m_lastHead = head;
                    buffer->remove(0, end + 4 + length);
                    const QByteArray path = m_lastHead.split(' ').value(1);
                    m_script(
                        {*socket, path, m_lastHead, (*count)++, m_requests.fetchAndAddOrdered(1), body});
                }
            });
        }
    }

    QThread m_thread;
    QTcpServer *m_server = nullptr;
    Script m_script;
    QByteArray m_lastHead;
    quint16 m_port = 0;
    QAtomicInt m_requests, m_connections;
};
