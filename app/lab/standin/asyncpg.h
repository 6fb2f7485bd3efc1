// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/pgcall.h"

#include <QSocketNotifier>
#include <QTimer>

#include <functional>
#include <memory>

struct pg_conn;

namespace understudy::lab {

/// One connection to PostgreSQL that never blocks the event loop.
/// Signals: `opened` once, or `ended` alone; after `ended` nothing more comes.
class AsyncPg : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(const Result<PgRows> &)>;

    explicit AsyncPg(const QByteArray &url, QObject *parent = nullptr);
    ~AsyncPg() override;

    void open();
    bool isIdle() const { return m_opened && !m_ended && !m_done; }
    bool isOpening() const { return !m_opened && !m_ended; }
    bool wasOpened() const { return m_opened; }
    /// Only when idle. `done` is called exactly once unless the object is destroyed before.
    void run(const QString &sql, const QStringList &parameters, Done done);

signals:
    void opened();
    void idle();
    /// `wasIdle`: the server ended a connection on which nobody was waiting.
    void ended(const QString &why, bool wasIdle);

private:
    void advanceOpening();
    void onReadable();
    void end();
    void watch(bool reading, bool writing);

    QByteArray m_url;
    pg_conn *m_connection = nullptr;
    std::unique_ptr<QSocketNotifier> m_read;
    std::unique_ptr<QSocketNotifier> m_write;
    QTimer m_openDeadline;
    Done m_done;
    PgRows m_rows;
    QString m_error;
    bool m_opened = false;
    bool m_ended = false;
};

} // namespace understudy::lab
