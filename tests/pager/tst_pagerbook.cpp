// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/pagerbook.h"
#include "core/base/manualclock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace understudy;
using namespace understudy::lab;

/// The lab's stand-in keeps to what PagerDuty has published.
class PagerBookTest : public QObject
{
    Q_OBJECT

    const QByteArray m_key = "0123456789abcdef0123456789abcdef";
    QTemporaryDir m_folder;
    ManualClock m_clock;
    std::unique_ptr<PagerBook> m_book;

    PagerBook::Settings settings(const QString &file = {}) const
    {
        return {.file = file, .token = Secret("token"), .routingKey = Secret(m_key), .user = "a@b.example", .service = QStringLiteral("PSVC")};
    }
    PagerAnswer event(const QByteArray &action, const QByteArray &dedupKey, const QByteArray &routingKey)
    {
        return m_book->answer({.method = "POST", .path = QStringLiteral("/v2/enqueue"),
                               .body = "{\"routing_key\":\"" + routingKey + "\",\"event_action\":\"" + action + "\",\"dedup_key\":\"" + dedupKey
                                       + "\",\"payload\":{\"summary\":\"lost\",\"source\":\"db\",\"severity\":\"critical\"}}"});
    }
    PagerAnswer event(const QByteArray &action, const QByteArray &dedupKey = "k") { return event(action, dedupKey, m_key); }
    PagerAnswer rest(const QByteArray &method, const QString &path, const QByteArray &body = {}, const QByteArray &from = "a@b.example")
    {
        return m_book->answer({.method = method, .path = path.section(QLatin1Char('?'), 0, 0), .query = QUrlQuery(path.section(QLatin1Char('?'), 1)),
                               .authorization = "Token token=token", .from = from, .body = body});
    }
    static QJsonObject json(const PagerAnswer &answer) { return QJsonDocument::fromJson(answer.body).object(); }
    QStringList states()
    {
        QStringList list;
        for (const QJsonValue &one : json(rest("GET", QStringLiteral("/incidents")))[QStringLiteral("incidents")].toArray())
            list.append(one[QStringLiteral("status")].toString());
        return list;
    }

private slots:
    void init() { m_book = std::make_unique<PagerBook>(settings(), m_clock); }

    void oneKeyIsOneAlertUntilItIsResolved()
    {
        QCOMPARE(event("trigger").status, 202);
        QCOMPARE(event("trigger").status, 202);
        QCOMPARE(states(), QStringList{QStringLiteral("triggered")});
        event("acknowledge");
        event("trigger");
        QCOMPARE(states(), QStringList{QStringLiteral("acknowledged")});
        event("resolve");
        event("trigger");
        QCOMPARE(states(), QStringList({QStringLiteral("resolved"), QStringLiteral("triggered")}));
    }

    void whatFitsNoAlertIsAcceptedAndDropped_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<QByteArray>("dedupKey");
        QTest::addColumn<QByteArray>("routingKey");
        QTest::newRow("unknown key") << QByteArray("acknowledge") << QByteArray("other") << m_key;
        QTest::newRow("another service") << QByteArray("resolve") << QByteArray("k") << QByteArray(32, 'x');
    }
    void whatFitsNoAlertIsAcceptedAndDropped()
    {
        QFETCH(QByteArray, action);
        QFETCH(QByteArray, dedupKey);
        QFETCH(QByteArray, routingKey);
        event("trigger");
        QCOMPARE(event(action, dedupKey, routingKey).status, 202);
        QCOMPARE(states(), QStringList{QStringLiteral("triggered")});
    }

    void mistakesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        const QByteArray me = "a@b.example", ack = R"({"incident":{"type":"incident_reference","status":"acknowledged"}})";
        QTest::newRow("no requester") << QByteArray("PUT") << QStringLiteral("/incidents/PLAB0001") << ack << QByteArray() << 400 << 1008;
        QTest::newRow("unknown requester") << QByteArray("PUT") << QStringLiteral("/incidents/PLAB0001") << ack << QByteArray("x@y") << 400 << 1008;
        QTest::newRow("no such incident") << QByteArray("PUT") << QStringLiteral("/incidents/P9") << ack << me << 404 << 2100;
        QTest::newRow("no such status") << QByteArray("PUT") << QStringLiteral("/incidents/PLAB0001") << QByteArray(R"({"incident":{"type":"x","status":"gone"}})") << me << 400 << 1003;
        QTest::newRow("empty note") << QByteArray("POST") << QStringLiteral("/incidents/PLAB0001/notes") << QByteArray("{}") << me << 400 << 2001;
        QTest::newRow("page too large") << QByteArray("GET") << QStringLiteral("/incidents?limit=101") << QByteArray() << me << 400 << 2001;
        QTest::newRow("beyond 10000") << QByteArray("GET") << QStringLiteral("/incidents?limit=100&offset=9901") << QByteArray() << me << 400 << 2001;
        QTest::newRow("no such path") << QByteArray("GET") << QStringLiteral("/users") << QByteArray() << me << 404 << 2100;
    }
    void mistakesAreRefused()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, from);
        QFETCH(int, status);
        QFETCH(int, code);
        event("trigger");
        const PagerAnswer answer = rest(method, path, body, from);
        QCOMPARE(answer.status, status);
        QCOMPARE(json(answer)[QStringLiteral("error")][QStringLiteral("code")].toInt(), code);
    }

    void badEventsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("no JSON") << QByteArray("routing_key=x");
        QTest::newRow("short routing key") << QByteArray(R"({"routing_key":"x","event_action":"trigger"})");
        QTest::newRow("no payload") << QByteArray("{\"routing_key\":\"" + m_key + "\",\"event_action\":\"trigger\"}");
        QTest::newRow("no key to resolve") << QByteArray("{\"routing_key\":\"" + m_key + "\",\"event_action\":\"resolve\"}");
    }
    void badEventsAreRefused()
    {
        QFETCH(QByteArray, body);
        const PagerAnswer answer = m_book->answer({.method = "POST", .path = QStringLiteral("/v2/enqueue"), .body = body});
        QCOMPARE(answer.status, 400);
        QVERIFY(!json(answer)[QStringLiteral("errors")].toArray().isEmpty());
    }

    void bearerIsNoToken()
    {
        const PagerAnswer answer = m_book->answer({.method = "GET", .path = QStringLiteral("/incidents"), .authorization = "Bearer token"});
        QCOMPARE(answer.status, 401);
        QCOMPARE(json(answer)[QStringLiteral("error")][QStringLiteral("code")].toInt(), 2006);
    }

    void pagesAndFilters()
    {
        for (int i = 0; i < 30; ++i)
            event("trigger", QByteArray::number(i));
        event("resolve", "0");
        const QJsonObject first = json(rest("GET", QStringLiteral("/incidents?statuses[]=triggered&statuses[]=acknowledged&service_ids[]=PSVC")));
        QCOMPARE(first[QStringLiteral("incidents")].toArray().size(), 25);
        QVERIFY(first[QStringLiteral("more")].toBool());
        const QJsonObject second = json(rest("GET", QStringLiteral("/incidents?statuses[]=triggered&offset=25")));
        QCOMPARE(second[QStringLiteral("incidents")].toArray().size(), 4);
        QVERIFY(!second[QStringLiteral("more")].toBool());
        QVERIFY(json(rest("GET", QStringLiteral("/incidents?service_ids[]=OTHER")))[QStringLiteral("incidents")].toArray().isEmpty());
    }

    void tooManyCallsAreRefusedForAMinute()
    {
        for (int i = 0; i < 960; ++i)
            QCOMPARE(rest("GET", QStringLiteral("/incidents")).status, 200);
        const PagerAnswer answer = rest("GET", QStringLiteral("/incidents"));
        QCOMPARE(answer.status, 429);
        QCOMPARE(json(answer)[QStringLiteral("error")][QStringLiteral("code")].toInt(), 2020);
        QVERIFY(answer.headers.contains(QPair<QByteArray, QByteArray>("ratelimit-remaining", "0")));
        m_clock.advance(std::chrono::minutes(1));
        QCOMPARE(rest("GET", QStringLiteral("/incidents")).status, 200);
    }

    void whatItWasToldOutlivesIt()
    {
        const QString file = m_folder.filePath(QStringLiteral("pager.json"));
        m_book = std::make_unique<PagerBook>(settings(file), m_clock);
        event("trigger");
        QCOMPARE(rest("PUT", QStringLiteral("/incidents/PLAB0001"), R"({"incident":{"type":"incident_reference","status":"acknowledged"}})").status, 200);
        QCOMPARE(rest("POST", QStringLiteral("/incidents/PLAB0001/notes"), R"({"note":{"content":"here"}})").status, 200);
        const PagerAnswer before = rest("GET", QStringLiteral("/incidents/PLAB0001")), notes = rest("GET", QStringLiteral("/incidents/PLAB0001/notes"));
        m_book = std::make_unique<PagerBook>(settings(file), m_clock);
        QCOMPARE(json(rest("GET", QStringLiteral("/incidents/PLAB0001"))), json(before));
        QCOMPARE(json(rest("GET", QStringLiteral("/incidents/PLAB0001/notes"))), json(notes));
        QCOMPARE(json(notes)[QStringLiteral("notes")].toArray().size(), 1);
    }
};

QTEST_GUILESS_MAIN(PagerBookTest)
#include "tst_pagerbook.moc"
