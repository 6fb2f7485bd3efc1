// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/asyncpg.h"

#include <QHash>
#include <QQueue>

namespace understudy::lab {

/// The application's pool: five connections, each kept for 30 s after its last use. Like the
/// platform's it has nobody who listens for the end of an idle connection: that is `crashed`.
class PgPool : public QObject
{
    Q_OBJECT
public:
    explicit PgPool(const QString &url, QObject *parent = nullptr);

    /// `done` comes when the server answers: on a silent one, never.
    void query(const QString &sql, const QStringList &parameters, AsyncPg::Done done);

signals:
    void crashed(const QString &why);

private:
    struct Waiting
    {
        QString sql;
        QStringList parameters;
        AsyncPg::Done done;
    };

    void serve();
    void addConnection();
    void onEnded(AsyncPg *connection, const QString &why, bool wasIdle);

    QString m_url;
    QList<AsyncPg *> m_connections;
    QHash<AsyncPg *, QTimer *> m_idleTimers;
    QQueue<Waiting> m_waiting;
};

} // namespace understudy::lab
