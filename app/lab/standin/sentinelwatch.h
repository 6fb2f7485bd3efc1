// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/asyncredis.h"

#include <QTimer>

namespace understudy::lab {

/// Asks one Sentinel a second who the master is, the next Sentinel when one is silent.
class SentinelWatch : public QObject
{
    Q_OBJECT
public:
    SentinelWatch(const QList<quint16> &sentinels, const QByteArray &master, const Secret &password, QObject *parent = nullptr);

signals:
    /// After every answer, also when nothing changed.
    void masterNamed(quint16 port);

private:
    void ask();
    void next();

    QList<quint16> m_sentinels;
    QByteArray m_master;
    AsyncRedis m_link;
    QTimer m_timer;
    qsizetype m_current = 0;
    bool m_waiting = false;
};

} // namespace understudy::lab
