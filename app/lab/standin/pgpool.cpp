// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/pgpool.h"

namespace understudy::lab {

PgPool::PgPool(const QString &url, QObject *parent) : QObject(parent), m_url(url)
{
}

void PgPool::query(const QString &sql, const QStringList &parameters, AsyncPg::Done done)
{
    m_waiting.enqueue({sql, parameters, std::move(done)});
    serve();
}

void PgPool::serve()
{
    int opening = 0;
    for (AsyncPg *connection : std::as_const(m_connections)) {
        if (m_waiting.isEmpty())
            return;
        if (connection->isIdle()) {
            m_idleTimers[connection]->stop();
            const Waiting next = m_waiting.dequeue();
            connection->run(next.sql, next.parameters, next.done);
        }
    }
    for (const AsyncPg *connection : std::as_const(m_connections))
        opening += connection->isOpening() ? 1 : 0;
    constexpr int most = 5;
    while (opening < m_waiting.size() && m_connections.size() < most) {
        addConnection();
        ++opening;
    }
}

void PgPool::addConnection()
{
    AsyncPg *connection = new AsyncPg(m_url.toUtf8(), this);
    QTimer *timer = new QTimer(connection);
    timer->setSingleShot(true);
    timer->setInterval(30'000);
    m_connections.append(connection);
    m_idleTimers.insert(connection, timer);
    const auto onIdle = [this, timer] {
        timer->start();
        serve();
    };
    connect(connection, &AsyncPg::opened, this, onIdle);
    connect(connection, &AsyncPg::idle, this, onIdle);
    connect(connection, &AsyncPg::ended, this, [this, connection](const QString &why, bool wasIdle) { onEnded(connection, why, wasIdle); });
    connect(timer, &QTimer::timeout, this, [this, connection] {
        if (!connection->isIdle())
            return;
        m_connections.removeOne(connection);
        m_idleTimers.remove(connection);
        connection->deleteLater();
    });
    connection->open();
}

void PgPool::onEnded(AsyncPg *connection, const QString &why, bool wasIdle)
{
    const bool neverOpened = !connection->wasOpened();
    m_connections.removeOne(connection);
    m_idleTimers.remove(connection);
    connection->deleteLater();
    if (wasIdle) {
        emit crashed(why);
        return;
    }
    if (neverOpened && !m_waiting.isEmpty())
        m_waiting.dequeue().done(fail(ErrorCode::ConnectionRefused, why));
    serve();
}

} // namespace understudy::lab
