// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/sentinelwatch.h"

namespace understudy::lab {

SentinelWatch::SentinelWatch(const QList<quint16> &sentinels, const QByteArray &master, const Secret &password, QObject *parent)
    : QObject(parent), m_sentinels(sentinels), m_master(master), m_link(password, "understudy-lab-watch")
{
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &SentinelWatch::ask);
    connect(&m_link, &AsyncRedis::ready, this, &SentinelWatch::ask);
    if (m_sentinels.isEmpty())
        return;
    m_timer.start();
    m_link.open(m_sentinels.first());
}

void SentinelWatch::next()
{
    m_waiting = false;
    m_current = (m_current + 1) % m_sentinels.size();
    m_link.open(m_sentinels[m_current]);
}

void SentinelWatch::ask()
{
    if (m_waiting || !m_link.isReady()) {
        next();
        return;
    }
    m_waiting = true;
    m_link.call({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", m_master}, [this](const Result<RespValue> &reply) {
        m_waiting = false;
        if (reply && reply->items.size() == 2)
            emit masterNamed(quint16(reply->items[1].text.toUInt()));
    });
}

} // namespace understudy::lab
