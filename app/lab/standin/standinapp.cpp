// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/standinapp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <malloc.h>

namespace understudy::lab {
namespace {

QByteArray now()
{
    return toRfc3339(QDateTime::currentDateTimeUtc()).toUtf8();
}

QByteArray jsonQuoted(const QString &text)
{
    // A JSON array of one text, without its brackets.
    const QByteArray json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return json.mid(1, json.size() - 2);
}

QByteArray healthy(qint64 milliseconds)
{
    return "{\"status\":\"healthy\",\"responseTime\":" + QByteArray::number(milliseconds) + '}';
}

QByteArray unhealthy(const QString &error)
{
    return "{\"status\":\"unhealthy\",\"error\":" + jsonQuoted(error) + '}';
}

AppReply refusal(int status, const QString &error)
{
    return {status, "{\"success\":false,\"error\":" + jsonQuoted(error) + '}'};
}

/// The real platform's processes have never been seen to start in the same millisecond; the lab starts four
/// at once, and two of one start time look like one process. So each has a place of its own in every 4 ms.
QDateTime startOf(const QString &name)
{
    const qint64 place = (name.startsWith(QLatin1String("green")) ? 2 : 0) + (name.endsWith(QLatin1Char('2')) ? 1 : 0);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    return QDateTime::fromMSecsSinceEpoch(now - now % 4 - 4 + place, Qt::UTC);
}

} // namespace

StandInApp::StandInApp(const AppSettings &settings, QObject *parent)
    : QObject(parent), m_settings(settings), m_startedAt(startOf(settings.name)), m_database(settings.databaseUrl),
      m_watch(settings.sentinels, settings.redisMaster, settings.sentinelPassword),
      m_cache(settings.redisPassword, "app-" + settings.name.toUtf8()),
      m_queue(settings.redisPassword, "queue-" + settings.name.toUtf8()), m_misbehaviour(settings.misbehaviourFile), m_book(m_clock)
{
    connect(&m_database, &PgPool::crashed, this, &StandInApp::crashed);
    connect(&m_watch, &SentinelWatch::masterNamed, &m_cache, &CacheRedis::followMaster);
    connect(&m_watch, &SentinelWatch::masterNamed, &m_queue, &JobQueue::start);
    connect(&m_misbehaviour, &MisbehaviourWatch::changed, this, [this] {
        const QDateTime die = m_misbehaviour.now().queuesDieAt;
        if (die.isValid() && die > m_startedAt)
            m_queue.die();
        m_frozenMetrics.clear();
    });
    m_work.setInterval(1000);
    connect(&m_work, &QTimer::timeout, this, &StandInApp::work);
    m_work.start();
    m_sinceWork.start();
}

qint64 StandInApp::uptimeMs() const
{
    return m_startedAt.msecsTo(QDateTime::currentDateTimeUtc());
}

bool StandInApp::failsNow()
{
    // Spread evenly instead of by chance, so that a rate of a quarter is one in four, always.
    m_errorDebt += m_misbehaviour.now().errorRate;
    if (m_errorDebt < 1)
        return false;
    m_errorDebt -= 1;
    return true;
}

void StandInApp::handle(const AppRequest &request, const Done &done)
{
    QString path = request.path.toLower();
    while (path.size() > 1 && path.endsWith(QLatin1Char('/')))
        path.chop(1);
    ++m_active;
    QElapsedTimer elapsed;
    elapsed.start();
    // Refused before the second of the two counters is reached.
    const int bookings = request.hasOrigin ? 1 : 2;
    const Done finish = [this, method = request.method, path, elapsed, bookings, done](const AppReply &reply) {
        const int delay = m_misbehaviour.now().slowMs;
        const auto answer = [this, method, path, elapsed, bookings, done, reply] {
            --m_active;
            m_book.book(method, path.toUtf8(), reply.status, double(elapsed.elapsed()), bookings);
            done(reply);
        };
        if (delay > 0)
            QTimer::singleShot(delay, this, answer);
        else
            answer();
    };
    if (request.hasOrigin)
        finish(refusal(500, QStringLiteral("Not allowed by CORS")));
    else
        route(request, path, finish);
}

void StandInApp::route(const AppRequest &request, const QString &path, const Done &done)
{
    if (request.method == "OPTIONS")
        done({204, {}});
    else if (path == QLatin1String("/health/live"))
        done(live());
    else if (path == QLatin1String("/health/startup"))
        done(startup());
    else if (path == QLatin1String("/health") || path == QLatin1String("/api/health") || path == QLatin1String("/health/ready")
             || path == QLatin1String("/health/detailed"))
        health(path, done);
    else if (path == QLatin1String("/metrics")) {
        const bool frozen = m_misbehaviour.now().metricsFrozen;
        QByteArray page = m_frozenMetrics;
        if (!frozen || page.isEmpty())
            page = metricsPage(m_book, m_gemini, {m_startedAt, m_active, m_lag});
        m_frozenMetrics = frozen ? page : QByteArray();
        done({200, page, "text/plain; version=0.0.4; charset=utf-8"});
    } else if (path == QLatin1String("/version"))
        done({200, "{\"commit\":" + jsonQuoted(m_settings.build) + '}'});
    else if (path.startsWith(QLatin1String("/api/")) && failsNow())
        done(refusal(500, QStringLiteral("Internal server error")));
    else if (path == QLatin1String("/api/projects"))
        projects(request, done);
    else if (path == QLatin1String("/api/queue/stats"))
        m_queue.stats([done](const Result<QByteArray> &body) {
            done(body ? AppReply{200, *body} : refusal(500, body.error().message));
        });
    else if (path == QLatin1String("/api/gemini/cost-summary"))
        m_cache.call({"MGET", dailyUsageKey(), monthlyUsageKey()}, [this, done](const Result<RespValue> &reply) {
            const bool known = reply && reply->items.size() == 2;
            done(known ? costSummary(reply->items[0].text.toDouble(), reply->items[1].text.toDouble())
                       : costSummary(m_gemini.dailyUsd, m_gemini.monthlyUsd));
        });
    else
        done(refusal(404, QStringLiteral("المسار غير موجود")));
}

AppReply StandInApp::live() const
{
    return {200, "{\"status\":\"alive\",\"timestamp\":\"" + now() + "\",\"uptime\":" + QByteArray::number(uptimeMs()) + '}'};
}

AppReply StandInApp::startup() const
{
    const bool started = uptimeMs() >= m_settings.warmUp.count();
    return {started ? 200 : 503, QByteArray("{\"status\":\"") + (started ? "started" : "starting") + "\",\"timestamp\":\"" + now()
                                     + "\",\"uptime\":" + QByteArray::number(uptimeMs()) + ",\"startTime\":\""
                                     + toRfc3339(m_startedAt).toUtf8() + "\"}"};
}

void StandInApp::health(const QString &path, const Done &done)
{
    QElapsedTimer first;
    first.start();
    m_database.query(QStringLiteral("SELECT 1"), {}, [this, path, done, first](const Result<PgRows> &rows) {
        const QByteArray database = rows ? healthy(first.elapsed()) : unhealthy(QStringLiteral("Failed query: SELECT 1\nparams: "));
        const bool databaseIs = rows.has_value();
        QElapsedTimer second;
        second.start();
        m_cache.call({"PING"}, [this, path, done, database, databaseIs, second](const Result<RespValue> &pong) {
            const QByteArray redis = pong && !pong->isError() ? healthy(second.elapsed())
                                     : unhealthy(pong ? pong->string() : pong.error().message);
            const bool all = databaseIs && pong && !pong->isError();
            const QByteArray both = "\"checks\":{\"database\":" + database + ",\"redis\":" + redis;
            if (path == QLatin1String("/health/ready")) {
                done({all ? 200 : 503, QByteArray("{\"status\":\"") + (all ? "ready" : "not_ready") + "\",\"timestamp\":\"" + now()
                                           + "\"," + both + ",\"external_services\":" + healthy(100) + "}}"});
                return;
            }
            const bool detailed = path == QLatin1String("/health/detailed");
            const QByteArray memory = ",\"memory\":" + healthy(qint64(::mallinfo2().uordblks / 1'000'000));
            const QByteArray more = ",\"disk\":" + healthy(75) + ",\"external_services\":" + healthy(100)
                                    + ",\"environment\":" + healthy(0);
            done({all ? 200 : 503, QByteArray("{\"status\":\"") + (all ? "healthy" : "unhealthy") + "\",\"timestamp\":\"" + now()
                                       + "\",\"version\":\"1.0.0\",\"uptime\":" + QByteArray::number(uptimeMs())
                                       + (detailed ? ",\"environment\":\"production\"," : ",") + both + memory
                                       + (detailed ? more : QByteArray()) + "}}"});
        });
    });
}

void StandInApp::addProject(const QString &title, const AsyncPg::Done &done)
{
    m_database.query(QStringLiteral("with made as (insert into projects (user_id, title) values (1 + floor(random() * 500)::bigint, $1)"
                                    " returning id) insert into scenes (project_id, position, heading)"
                                    " select id, 1, 'INT. STAGE' from made returning project_id"),
                     {title}, done);
}

void StandInApp::projects(const AppRequest &request, const Done &done)
{
    if (request.method == "POST") {
        const QJsonDocument body = QJsonDocument::fromJson(request.body);
        if (!body.isObject()) {
            done(refusal(500, QStringLiteral("Unexpected token in JSON")));
            return;
        }
        const QString title = body.object()[QStringLiteral("title")].toString(QStringLiteral("Untitled"));
        addProject(title, [this, done](const Result<PgRows> &rows) {
            if (!rows) {
                done(refusal(500, QStringLiteral("Failed query: insert into projects")));
                return;
            }
            const QByteArray id = rows->value(0).value(0).toUtf8();
            m_cache.call({"DEL", "projects:list"}, [done, id](const Result<RespValue> &) {
                done({201, "{\"success\":true,\"data\":{\"id\":" + id + "}}"});
            });
        });
        return;
    }
    m_cache.call({"GET", "projects:list"}, [this, done](const Result<RespValue> &cached) {
        if (cached && cached->kind == RespValue::Kind::Bulk) {
            done({200, cached->text});
            return;
        }
        m_database.query(QStringLiteral("select coalesce(json_agg(p), '[]') from (select id, user_id, title, status from projects"
                                        " order by id desc limit 20) p"),
                         {}, [this, done](const Result<PgRows> &rows) {
                             if (!rows) {
                                 done(refusal(500, QStringLiteral("Failed query: select from projects")));
                                 return;
                             }
                             const QByteArray body = "{\"success\":true,\"data\":" + rows->value(0).value(0).toUtf8() + '}';
                             m_cache.call({"SET", "projects:list", body, "EX", "30"}, [done, body](const Result<RespValue> &) { done({200, body}); });
                         });
    });
}

} // namespace understudy::lab
