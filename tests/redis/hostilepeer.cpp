// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/redis/hostilepeer.h"

#include <QFile>
#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

namespace understudy {

HostilePeer::HostilePeer(Manner manner, bool letsIn) : m_manner(manner), m_letsIn(letsIn), m_server(new QTcpServer)
{
    m_server->listen(QHostAddress::LocalHost);
    m_port = m_server->serverPort();
    QObject::connect(m_server, &QTcpServer::newConnection, m_server, [this] { serve(); });
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_server, &QObject::deleteLater);
    m_thread.start();
}

HostilePeer::~HostilePeer()
{
    m_thread.quit();
    m_thread.wait();
}

void HostilePeer::serve()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        if (m_manner == Manner::ClosesAtOnce && !m_letsIn) {
            socket->close();
            continue;
        }
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            socket->readAll();
            if (m_letsIn && !socket->property("in").toBool()) {
                socket->setProperty("in", true);
                socket->write("+PONG\r\n");
                return;
            }
            misbehave(socket);
        });
    }
}

void HostilePeer::misbehave(QTcpSocket *socket) const
{
    switch (m_manner) {
    case Manner::NeverAnswers: return;
    case Manner::ClosesAtOnce: socket->close(); return;
    case Manner::HalfReply: socket->write("*2\r\n$8\r\nmaster"); return;
    case Manner::HugeArray: socket->write("*2147483646\r\n"); return;
    case Manner::HugeBulk: socket->write("$2147483648\r\nabc"); return;
    case Manner::EndlessLine:
        socket->write("+");
        QObject::connect(socket, &QTcpSocket::bytesWritten, socket, [socket] { socket->write(QByteArray(65536, 'x')); });
        return;
    case Manner::ResetMidReply: {
        socket->write("*2\r\n$8\r\nmas");
        socket->flush();
        const linger hard{1, 0};
        ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        socket->abort();
        return;
    }
    case Manner::Garbage: socket->write("HTTP/1.1 400 Bad Request\r\n\r\n"); return;
    case Manner::SlowDrip: {
        socket->write("$100000\r\n");
        QTimer *drip = new QTimer(socket);
        QObject::connect(drip, &QTimer::timeout, socket, [socket] { socket->write("x"); });
        drip->start(20);
        return;
    }
    case Manner::WrongKinds: socket->write("+OK\r\n:5\r\n*1\r\n+x\r\n*-1\r\n"); return;
    }
}


qint64 peakMemory()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("VmHWM:");
    return text.mid(at + 6, 20).trimmed().split(' ').first().toLongLong() * 1024;
}

void resetPeakMemory()
{
    QFile clear(QStringLiteral("/proc/self/clear_refs"));
    if (clear.open(QIODevice::WriteOnly))
        clear.write("5");
}

} // namespace understudy
