// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/asyncredis.h"

#include <QTimer>

namespace understudy::lab {

/// The background jobs, with the platform's weakness: the connection knows only the node that was
/// master when the process started; after five tries within 0.75 s without it, or once that node
/// refuses a write, the queues are dead until the process is started anew.
class JobQueue : public QObject
{
    Q_OBJECT
public:
    JobQueue(const Secret &password, const QByteArray &clientName, QObject *parent = nullptr);

    /// Only the first call counts.
    void start(quint16 master);
    void die();
    /// Counters of the queues, or why there are none.
    using Stats = std::function<void(const Result<QByteArray> &)>;
    void stats(const Stats &done);

private:
    void work();
    void onLost();

    AsyncRedis m_link;
    QTimer m_work;
    quint16 m_master = 0;
    int m_tries = 0;
    bool m_dead = false;
};

} // namespace understudy::lab
