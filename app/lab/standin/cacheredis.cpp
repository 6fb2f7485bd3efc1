// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/cacheredis.h"

namespace understudy::lab {

CacheRedis::CacheRedis(const Secret &password, const QByteArray &clientName, QObject *parent)
    : QObject(parent), m_link(password, clientName)
{
    connect(&m_link, &AsyncRedis::ready, this, [this] {
        m_link.call({"ROLE"}, [this](const Result<RespValue> &reply) {
            m_isMaster = reply && !reply->items.isEmpty() && reply->items.first().text == "master";
            if (!m_isMaster)
                m_why = QStringLiteral("connect: 127.0.0.1:%1 is not a master").arg(m_link.port());
        });
    });
    connect(&m_link, &AsyncRedis::lost, this, [this](const QString &why) {
        m_isMaster = false;
        m_why = why;
    });
}

void CacheRedis::followMaster(quint16 port)
{
    const bool usable = m_isMaster && m_link.port() == port;
    const bool connecting = !m_link.isClosed() && !m_link.isReady() && m_link.port() == port;
    if (usable || connecting)
        return;
    m_isMaster = false;
    m_link.open(port);
}

void CacheRedis::call(const QList<QByteArray> &command, AsyncRedis::Done done)
{
    if (!m_isMaster) {
        done(fail(ErrorCode::ConnectionRefused, m_why));
        return;
    }
    m_link.call(command, std::move(done));
}

} // namespace understudy::lab
