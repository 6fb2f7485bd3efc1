// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpconnection.h"

#include <QPointer>
#include <QSslSocket>
#include <QTcpSocket>

#include <atomic>

namespace understudy {
namespace {

QString originOf(const HttpRequest &request)
{
    return request.url.scheme() + QLatin1Char(' ') + request.url.host() + QLatin1Char(' ') +
           QString::number(request.port()) + QLatin1Char(' ') + request.tlsCa;
}

quint64 nextSerial()
{
    static std::atomic<quint64> last{0};
    return ++last;
}

} // namespace

HttpConnection::HttpConnection(QObject *parent)
    : QObject(parent)
    , m_deadline(this)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &HttpConnection::deadlinePassed);
}

HttpConnection::~HttpConnection()
{
    dropSocket();
}

void HttpConnection::call(const HttpRequest &request, Done done)
{
    m_waiting.enqueue({request, std::move(done)});
    if (m_running || m_startPosted)
        return;
    // A refused loopback port fails within connect(): through the event loop, so that the caller
    // is never called back from inside its own call.
    m_startPosted = true;
    QMetaObject::invokeMethod(this, &HttpConnection::startNext, Qt::QueuedConnection);
}

void HttpConnection::abort()
{
    m_waiting.clear();
    m_running = false;
    m_job = {};
    m_deadline.stop();
    dropSocket();
}

bool HttpConnection::canReuse() const
{
    return m_socket && m_socket->state() == QAbstractSocket::ConnectedState &&
           !m_job.request.freshConnection && m_socket->bytesAvailable() == 0 &&
           m_origin == originOf(m_job.request);
}

void HttpConnection::startNext()
{
    m_startPosted = false;
    if (m_running || m_waiting.isEmpty())
        return;
    m_job = m_waiting.dequeue();
    m_running = true;
    m_since.start();
    if (const Result<Unit> fine = m_job.request.check(); !fine)
        return finish(fail(fine.error()));
    m_parser.start(m_job.request.bodyLimit);
    m_deadline.start(m_job.request.deadline);
    m_reused = canReuse();
    if (m_reused)
        send();
    else
        open();
}

void HttpConnection::open(const QString &address)
{
    dropSocket();
    m_socket = http::newSocket(m_job.request);
    m_socket->setParent(this);
    m_origin = originOf(m_job.request);
    m_serial = nextSerial();
    if (QSslSocket *tls = qobject_cast<QSslSocket *>(m_socket))
        connect(tls, &QSslSocket::encrypted, this, &HttpConnection::send);
    else
        connect(m_socket, &QTcpSocket::connected, this, &HttpConnection::send);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::readReply);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &HttpConnection::socketFailed);
    connect(m_socket, &QTcpSocket::disconnected, this, &HttpConnection::socketClosed);
    http::connectSocket(*m_socket, m_job.request, address);
}

void HttpConnection::send()
{
    m_lastAddress = m_socket->peerAddress().toString();
    m_sentAt = QDateTime::currentDateTimeUtc();
    m_socket->write(m_job.request.bytes());
}

void HttpConnection::readReply()
{
    char bytes[16 * 1024];
    while (m_running && m_socket && m_socket->bytesAvailable() > 0) {
        const qint64 got = m_socket->read(bytes, sizeof bytes);
        if (got <= 0)
            return;
        const qsizetype used = m_parser.feed(QByteArrayView(bytes, qsizetype(got)));
        if (m_parser.hasFailed()) {
            Error error = m_parser.error();
            error.message = m_job.request.name() + QLatin1Char(' ') + error.message;
            return finish(fail(error));
        }
        if (!m_parser.isComplete())
            continue;
        // Bytes that nobody asked for belong to no reply: the connection cannot be trusted further.
        const bool keep =
            m_parser.keepsConnection() && used == got && !m_job.request.freshConnection;
        HttpReply reply = m_parser.takeReply();
        reply.connection = m_serial;
        if (!keep)
            dropSocket();
        return finish(std::move(reply));
    }
    if (!m_running && m_socket)
        dropSocket();
}

void HttpConnection::socketFailed()
{
    if (!m_running || m_socket->error() == QAbstractSocket::RemoteHostClosedError)
        return; // `disconnected` follows, after the last bytes have been read
    const bool nameLost = m_socket->error() == QAbstractSocket::HostNotFoundError;
    if (nameLost && !m_lastAddress.isEmpty()) {
        const QString address = std::exchange(m_lastAddress, {});
        return open(address);
    }
    if (m_reused && !m_parser.hasBegun() && m_job.request.isGet()) {
        m_reused = false;
        return open();
    }
    finish(fail(http::socketError(*m_socket, m_job.request)));
}

void HttpConnection::socketClosed()
{
    if (!m_running)
        return dropSocket();
    readReply();
    if (!m_running || !m_socket)
        return;
    // A kept-alive connection that the server gave up just as we asked: nothing was answered, and
    // a GET may be sent again.
    if (m_reused && !m_parser.hasBegun() && m_job.request.isGet()) {
        m_reused = false;
        return open();
    }
    m_parser.connectionClosed();
    if (m_parser.isComplete()) {
        HttpReply reply = m_parser.takeReply();
        reply.connection = m_serial;
        return finish(std::move(reply));
    }
    Error error = m_parser.error();
    error.message = m_job.request.name() + QLatin1Char(' ') + error.message;
    finish(fail(error));
}

void HttpConnection::deadlinePassed()
{
    if (m_running)
        finish(fail(http::deadlineError(m_job.request, m_parser.hasBegun())));
}

void HttpConnection::finish(Result<HttpReply> outcome)
{
    m_deadline.stop();
    m_running = false;
    if (outcome) {
        outcome->took = std::chrono::microseconds(m_since.nsecsElapsed() / 1000);
        outcome->sentAt = m_sentAt;
        outcome->receivedAt = QDateTime::currentDateTimeUtc();
    } else {
        dropSocket();
    }
    const Done done = std::exchange(m_job, {}).done;
    const QPointer<HttpConnection> self(this);
    done(outcome);
    if (self && !m_waiting.isEmpty() && !m_running && !m_startPosted) {
        m_startPosted = true;
        QMetaObject::invokeMethod(this, &HttpConnection::startNext, Qt::QueuedConnection);
    }
}

void HttpConnection::dropSocket()
{
    if (!m_socket)
        return;
    // May run inside one of the socket's own signals, so it goes later; it must not speak again.
    QTcpSocket *socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

} // namespace understudy
