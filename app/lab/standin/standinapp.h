// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/appsettings.h"
#include "app/lab/standin/cacheredis.h"
#include "app/lab/standin/jobqueue.h"
#include "app/lab/standin/exposedmetrics.h"
#include "app/lab/standin/misbehaviour.h"
#include "app/lab/standin/pgpool.h"
#include "app/lab/standin/sentinelwatch.h"

#include <QElapsedTimer>

namespace understudy::lab {

struct AppRequest
{
    QByteArray method;
    QString path;   ///< without the query
    bool hasOrigin = false;
    QByteArray body;
};

struct AppReply
{
    int status = 200;
    QByteArray body;
    QByteArray type = "application/json; charset=utf-8";
};

/// One instance of the platform's stand-in: its answers, its work in the background, its weaknesses.
/// An answer that waits for a silent server waits for ever, as the platform's do.
class StandInApp : public QObject
{
    Q_OBJECT
public:
    explicit StandInApp(const AppSettings &settings, QObject *parent = nullptr);

    using Done = std::function<void(const AppReply &)>;
    void handle(const AppRequest &request, const Done &done);

    /// Where the use of Gemini is added up for all instances; dates are the server's, as the platform has it.
    static QByteArray dailyUsageKey();
    static QByteArray monthlyUsageKey();

signals:
    /// Nobody caught an error: the process must end.
    void crashed(const QString &why);

private:
    void route(const AppRequest &request, const QString &path, const Done &done);
    void health(const QString &path, const Done &done);
    void projects(const AppRequest &request, const Done &done);
    void addProject(const QString &title, const AsyncPg::Done &done);
    AppReply live() const;
    AppReply startup() const;
    AppReply costSummary(double daily, double monthly) const;
    bool failsNow();
    void work();
    void useGemini();
    qint64 uptimeMs() const;

    AppSettings m_settings;
    SystemClock m_clock;
    QDateTime m_startedAt;
    PgPool m_database;
    SentinelWatch m_watch;
    CacheRedis m_cache;
    JobQueue m_queue;
    MisbehaviourWatch m_misbehaviour;
    RequestBook m_book;
    GeminiUse m_gemini;
    QTimer m_work;
    QByteArray m_frozenMetrics;
    QElapsedTimer m_sinceWork;
    double m_lag = -1;
    double m_errorDebt = 0;
    int m_active = 0;
    bool m_writing = false;
};

} // namespace understudy::lab
