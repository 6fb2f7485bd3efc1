// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/standin/pagerserver.h"
#include "core/plan/plan.h"
#include "core/systems/pager/pagerevents.h"
#include "core/systems/pager/pagerservice.h"
#include "core/systems/secrets/secretresolver.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QThread>

#include <functional>
#include <memory>

namespace understudy {

/// Gives out the stand-in's token, for whatever is referred to by that name.
class PagerSecrets : public SecretResolver
{
public:
    Result<Secret> resolve(const SecretReference &reference) const override
    {
        if (reference.isSet() && reference.name != QLatin1String("token"))
            return fail(ErrorCode::SecretMissing, QStringLiteral("no %1").arg(reference.describe()));
        return Secret(reference.isSet() ? QByteArray("t0ken-of-the-test") : QByteArray());
    }
    void provide(const SecretReference &, const Secret &) override {}
};

/// The lab's stand-in for PagerDuty over real HTTP, on a thread of its own.
class PagerStand
{
public:
    PagerStand()
    {
        m_holder.moveToThread(&m_thread);
        m_thread.start();
        start();
    }
    ~PagerStand()
    {
        stop();
        m_thread.quit();
        m_thread.wait();
    }

    void start()
    {
        run([this] {
            m_book = std::make_unique<lab::PagerBook>(
                lab::PagerBook::Settings{.token = token(), .routingKey = key(), .user = "lab@understudy.example", .service = QStringLiteral("PLABSVC")}, m_clock);
            m_server = std::make_unique<lab::PagerServer>(*m_book, misbehaviourFile());
            m_port = m_server->listen(m_port).value_or(0);
        });
    }
    void stop()
    {
        run([this] {
            m_server.reset();
            m_book.reset();
        });
    }
    /// Seen by the server within 100 ms.
    void misbehave(const lab::Misbehaviour &behaviour)
    {
        QFile file(misbehaviourFile());
        if (file.open(QIODevice::WriteOnly))
            file.write(behaviour.toJson());
    }

    QString address() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_port); }
    static Secret token() { return Secret("t0ken-of-the-test"); }
    static Secret key() { return Secret("0123456789abcdef0123456789abcdef"); }
    PagingPlan plan() const
    {
        return {.apiToken = {.kind = SecretReference::Kind::Environment, .name = QStringLiteral("token")},
                .from = QStringLiteral("lab@understudy.example"), .service = QStringLiteral("PLABSVC"), .api = address(),
                .events = address(), .isSet = true};
    }
    PagerService service() const { return PagerService(plan(), token()); }
    Result<QString> tell(PagerEvent::Action action, const QString &dedupKey) const
    {
        return PagerEvents(address(), key()).send({.action = action, .dedupKey = dedupKey, .summary = QStringLiteral("Redis master lost"),
                                                   .source = QStringLiteral("test")}, std::chrono::seconds(3));
    }
    bool trigger(const QString &dedupKey = QStringLiteral("redis")) const { return tell(PagerEvent::Action::Trigger, dedupKey).has_value(); }
    /// What the stand-in itself holds.
    QJsonArray record(const QString &path) { return ask(path)[path.endsWith(QLatin1String("notes")) ? QStringLiteral("notes") : QStringLiteral("incidents")].toArray(); }

private:
    QJsonObject ask(const QString &path)
    {
        lab::PagerAnswer answer;
        run([&] { answer = m_book->answer({.method = "GET", .path = path, .authorization = "Token token=" + token().reveal()}); });
        return QJsonDocument::fromJson(answer.body).object();
    }
    void run(const std::function<void()> &what) { QMetaObject::invokeMethod(&m_holder, what, Qt::BlockingQueuedConnection); }
    QString misbehaviourFile() const { return m_folder.filePath(QStringLiteral("pager.faults")); }

    QTemporaryDir m_folder;
    SystemClock m_clock;
    QThread m_thread;
    QObject m_holder;
    std::unique_ptr<lab::PagerBook> m_book;
    std::unique_ptr<lab::PagerServer> m_server;
    quint16 m_port = 0;
};

} // namespace understudy
