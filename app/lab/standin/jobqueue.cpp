// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/jobqueue.h"

#include "core/base/clock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace understudy::lab {
namespace {

const QList<QByteArray> &queueNames()
{
    static const QList<QByteArray> names{"ai-analysis", "document-processing"};
    return names;
}

QByteArray statsBody(const RespValue &reply)
{
    QJsonArray stats;
    for (qsizetype i = 0; i < queueNames().size() && i * 2 + 1 < reply.items.size(); ++i) {
        const qint64 waiting = reply.items[i * 2].integer;
        const qint64 completed = reply.items[i * 2 + 1].text.toLongLong();
        stats.append(QJsonObject{{QStringLiteral("name"), QString::fromLatin1(queueNames()[i])},
                                 {QStringLiteral("waiting"), waiting}, {QStringLiteral("active"), 0},
                                 {QStringLiteral("completed"), completed}, {QStringLiteral("failed"), 0},
                                 {QStringLiteral("delayed"), 0}, {QStringLiteral("total"), waiting + completed}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("success"), true}, {QStringLiteral("stats"), stats},
                                     {QStringLiteral("timestamp"), toRfc3339(QDateTime::currentDateTimeUtc())}})
        .toJson(QJsonDocument::Compact);
}

} // namespace

JobQueue::JobQueue(const Secret &password, const QByteArray &clientName, QObject *parent)
    : QObject(parent), m_link(password, clientName)
{
    m_work.setInterval(500);
    connect(&m_work, &QTimer::timeout, this, &JobQueue::work);
    connect(&m_link, &AsyncRedis::ready, this, [this] {
        m_tries = 0;
        m_work.start();
    });
    connect(&m_link, &AsyncRedis::lost, this, &JobQueue::onLost);
}

void JobQueue::start(quint16 master)
{
    if (m_master != 0 || m_dead)
        return;
    m_master = master;
    m_link.open(master);
}

void JobQueue::die()
{
    m_dead = true;
    m_work.stop();
    m_link.close();
}

void JobQueue::onLost()
{
    m_work.stop();
    if (m_dead)
        return;
    if (++m_tries > 5) {
        die();
        return;
    }
    QTimer::singleShot(m_tries * 50, this, [this] {
        if (!m_dead)
            m_link.open(m_master);
    });
}

void JobQueue::work()
{
    const QByteArray &queue = queueNames().first();
    m_link.call({"INCR", "bull:" + queue + ":completed"}, [this](const Result<RespValue> &reply) {
        if (reply && reply->text.startsWith("READONLY"))
            die();
    });
}

void JobQueue::stats(const Stats &done)
{
    if (m_dead || !m_link.isReady()) {
        done(fail(ErrorCode::ConnectionLost, QStringLiteral("Connection is closed.")));
        return;
    }
    // A transaction, so that one reply holds all counters.
    const AsyncRedis::Done ignored = [](const Result<RespValue> &) {};
    m_link.call({"MULTI"}, ignored);
    for (const QByteArray &queue : queueNames()) {
        m_link.call({"LLEN", "bull:" + queue + ":wait"}, ignored);
        m_link.call({"GET", "bull:" + queue + ":completed"}, ignored);
    }
    m_link.call({"EXEC"}, [done](const Result<RespValue> &reply) {
        if (!reply)
            done(fail(reply.error()));
        else if (reply->isError())
            done(fail(ErrorCode::RedisError, reply->string()));
        else
            done(statsBody(*reply));
    });
}

} // namespace understudy::lab
