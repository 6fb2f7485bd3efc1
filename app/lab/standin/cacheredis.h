// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/asyncredis.h"

namespace understudy::lab {

/// The application's cache: follows the master that Sentinel names, and uses a node only after it has
/// said itself that it is one.
class CacheRedis : public QObject
{
    Q_OBJECT
public:
    CacheRedis(const Secret &password, const QByteArray &clientName, QObject *parent = nullptr);

    void followMaster(quint16 port);
    /// Without a master it fails at once; on a silent one `done` never comes.
    void call(const QList<QByteArray> &command, AsyncRedis::Done done);

private:
    AsyncRedis m_link;
    bool m_isMaster = false;
    QString m_why = QStringLiteral("connect ECONNREFUSED 127.0.0.1:6379");
};

} // namespace understudy::lab
