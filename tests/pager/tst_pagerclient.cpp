// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pager/pagerevents.h"
#include "core/systems/pager/pagerservice.h"
#include "tests/http/scriptedserver.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QByteArray secretToken = "y_NbAkKc66ryYTWUXYEu";
const QByteArray secretKey = "R0123456789ABCDEF0123456789ABCDE";

PagerService serviceAt(const ScriptedServer &server)
{
    return PagerService({.from = QStringLiteral("oncall@example.org"), .service = QStringLiteral("PSVC"), .api = server.url("/"), .isSet = true},
                        Secret(secretToken));
}

QByteArray incident(const QByteArray &id, const QByteArray &status, const QByteArray &created = "2026-11-26T01:00:00Z")
{
    return "{\"id\":\"" + id + "\",\"incident_number\":7,\"title\":\"Redis\",\"status\":\"" + status + "\",\"created_at\":\"" + created
           + "\",\"acknowledgements\":[{\"at\":\"2026-11-26T01:02:00Z\",\"acknowledger\":{\"summary\":\"Noor\"}},"
             "{\"at\":\"2026-11-26T01:01:00Z\",\"acknowledger\":{\"summary\":\"Sam\"}}],"
             "\"assignments\":[{\"assignee\":{\"summary\":\"Sam\"}}]}";
}

QByteArray page(const QByteArray &incidents, bool more = false)
{
    return ScriptedServer::reply("{\"incidents\":[" + incidents + "],\"more\":" + (more ? "true" : "false") + '}');
}

const QByteArray restError = "{\"error\":{\"code\":1008,\"message\":\"Requester User Not Found\",\"errors\":[\"Token token=" + secretToken + "\"]}}";

} // namespace

/// Both clients against a server that answers whatever its script says.
class PagerClientTest : public QObject
{
    Q_OBJECT

    void addStatuses()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("code");
        const auto row = [](const char *status, ErrorCode code) { QTest::newRow(status) << QByteArray(status) << int(code); };
        row("400 Bad Request", ErrorCode::InvalidInput);
        row("401 Unauthorized", ErrorCode::AuthenticationFailed);
        row("402 Payment Required", ErrorCode::PermissionDenied);
        row("403 Forbidden", ErrorCode::PermissionDenied);
        row("404 Not Found", ErrorCode::NotFound);
        row("408 Request Timeout", ErrorCode::HttpStatus);
        row("413 Payload Too Large", ErrorCode::TooLarge);
        row("429 Too Many Requests", ErrorCode::Busy);
        row("500 Internal Server Error", ErrorCode::HttpStatus);
        row("503 Service Unavailable", ErrorCode::HttpStatus);
        row("302 Found", ErrorCode::HttpStatus);
    }

private slots:
    void everyStatusHasItsError_data() { addStatuses(); }
    void everyStatusHasItsError()
    {
        QFETCH(QByteArray, status);
        QFETCH(int, code);
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply(restError, status, "Retry-After: 9\r\n")));
        const PagerService service = serviceAt(server);
        const Result<PagerIncidents> looked = service.openIncidents(2s);
        const Result<Unit> written = service.acknowledge({QStringLiteral("P1")}, 2s);
        QVERIFY(!looked && !written);
        QCOMPARE(int(looked.error().code), code);
        QCOMPARE(int(written.error().code), code);
        QVERIFY2(looked.error().text().contains(QStringLiteral("Requester User Not Found")), qPrintable(looked.error().text()));
        QVERIFY2(!looked.error().text().contains(QString::fromLatin1(secretToken)), qPrintable(looked.error().text()));
    }

    void everyStatusOfAnEventHasItsError_data() { addStatuses(); }
    void everyStatusOfAnEventHasItsError()
    {
        QFETCH(QByteArray, status);
        QFETCH(int, code);
        ScriptedServer server(ScriptedServer::always(
            ScriptedServer::reply("{\"status\":\"x\",\"message\":\"no\",\"errors\":[\"why\"]}", status, "Retry-After: 9\r\n")));
        const Result<QString> sent = PagerEvents(server.url(), Secret(secretKey))
                                         .send({.dedupKey = QStringLiteral("k"), .summary = QStringLiteral("s"), .source = QStringLiteral("s")}, 2s);
        QVERIFY(!sent);
        QCOMPARE(int(sent.error().code), code);
        QVERIFY2(sent.error().text().contains(QStringLiteral("no, why")), qPrintable(sent.error().text()));
    }

    void whatIsNoAnswerIsToldApart_data()
    {
        QTest::addColumn<QByteArray>("bytes"); // empty: silence
        QTest::addColumn<int>("code");
        QTest::newRow("silence") << QByteArray() << int(ErrorCode::TimedOut);
        QTest::newRow("half a reply") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"inc") << int(ErrorCode::TimedOut);
        QTest::newRow("a huge reply") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n") << int(ErrorCode::TooLarge);
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("no JSON") << ScriptedServer::reply("<html>") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("an array") << ScriptedServer::reply("[]") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("no list") << ScriptedServer::reply("{}") << int(ErrorCode::ProtocolViolation);
        QTest::newRow("an id for another path") << page(incident("../users", "triggered")) << int(ErrorCode::ProtocolViolation);
        QTest::newRow("an unknown status") << page(incident("P1", "on fire")) << int(ErrorCode::ProtocolViolation);
    }
    void whatIsNoAnswerIsToldApart()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        ScriptedServer server(ScriptedServer::always(bytes));
        QElapsedTimer since;
        since.start();
        const Result<PagerIncidents> looked = serviceAt(server).openIncidents(400ms);
        QVERIFY(!looked);
        QCOMPARE(int(looked.error().code), code);
        QVERIFY2(since.elapsed() < 2000, qPrintable(QString::number(since.elapsed())));
    }

    void openIncidentsAreAskedForByTheContract()
    {
        QByteArray head;
        ScriptedServer server([&head](const ScriptedServer::Request &request) {
            head = request.head;
            request.socket.write(page(incident("P2", "acknowledged") + ',' + incident("P1", "triggered", "2026-11-26T02:00:00+02:00")));
        });
        const Result<PagerIncidents> looked = serviceAt(server).openIncidents(2s);
        QVERIFY2(looked, looked ? "" : qPrintable(looked.error().text()));
        for (const char *part : {"statuses[]=triggered", "statuses[]=acknowledged", "service_ids[]=PSVC", "date_range=all"})
            QVERIFY2(QByteArray::fromPercentEncoding(head.split('\r').first()).contains(part), head);
        QVERIFY2(head.contains(QByteArray("\r\nAuthorization: Token token=" + secretToken)), head);
        QVERIFY2(head.contains("\r\nAccept: application/vnd.pagerduty+json;version=2"), head);
        QCOMPARE(looked->list.size(), 2);
        const PagerIncident first = looked->list.first(); // 00:00 UTC: the oldest
        QCOMPARE(first.id, QStringLiteral("P1"));
        QCOMPARE(toRfc3339(first.createdAt), QStringLiteral("2026-11-26T00:00:00.000Z"));
        QCOMPARE(first.acknowledgedBy, QStringLiteral("Noor"));
        QCOMPARE(first.assignedTo, QStringLiteral("Sam"));
    }

    void pagesAreBounded()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            QByteArrayList all;
            for (int i = 0; i < 100; ++i)
                all.append(incident("P" + QByteArray::number(request.nth * 100 + i), "triggered"));
            request.socket.write(page(all.join(','), true));
        });
        const Result<PagerIncidents> looked = serviceAt(server).openIncidents(5s);
        QVERIFY(looked);
        QCOMPARE(looked->list.size(), qsizetype(PagerService::mostIncidents));
        QVERIFY(looked->more);
        QCOMPARE(server.requests(), 3);
    }

    void endlessEmptyPagesEnd()
    {
        ScriptedServer server(ScriptedServer::always(page({}, true)));
        const Result<PagerIncidents> looked = serviceAt(server).openIncidents(5s);
        QVERIFY(looked);
        QCOMPARE(server.requests(), 1);
    }

    void writesSayWhoActs_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("one") << 0 << QByteArray("PUT /incidents/P1 ") << QByteArray(R"({"incident":{"status":"acknowledged","type":"incident_reference"}})");
        QTest::newRow("several") << 1 << QByteArray("PUT /incidents ")
                                 << QByteArray(R"({"incidents":[{"id":"P1","status":"acknowledged","type":"incident_reference"},{"id":"P2","status":"acknowledged","type":"incident_reference"}]})");
        QTest::newRow("resolve") << 2 << QByteArray("PUT /incidents/P1 ") << QByteArray(R"({"incident":{"status":"resolved","type":"incident_reference"}})");
        QTest::newRow("note") << 3 << QByteArray("POST /incidents/P1/notes ") << QByteArray(R"({"note":{"content":"done"}})");
    }
    void writesSayWhoActs()
    {
        QFETCH(int, which);
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, body);
        QByteArray head, sent;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            head = request.head;
            sent = request.body;
            request.socket.write(ScriptedServer::reply("{}"));
        });
        const PagerService service = serviceAt(server);
        const QString id = QStringLiteral("P1");
        const Result<Unit> done = which == 0   ? service.acknowledge({id}, 2s)
                                  : which == 1 ? service.acknowledge({id, QStringLiteral("P2")}, 2s)
                                  : which == 2 ? service.resolve(id, 2s)
                                               : service.addNote(id, QStringLiteral("done"), 2s);
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QVERIFY2(head.startsWith(line), head);
        QVERIFY2(head.contains("\r\nFrom: oncall@example.org"), head);
        QVERIFY2(head.contains("\r\nContent-Type: application/json"), head);
        QCOMPARE(sent, body);
    }

    void noteIsNeverWrittenTwice()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) { request.socket.close(); });
        QVERIFY(!serviceAt(server).addNote(QStringLiteral("P1"), QStringLiteral("done"), 2s));
        QCOMPARE(server.requests(), 1);
    }

    void acceptedEventTellsItsKey()
    {
        QByteArray head, body;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            head = request.head;
            body = request.body;
            request.socket.write(ScriptedServer::reply(R"({"status":"success","message":"Event processed","dedup_key":"made-there"})", "202 Accepted"));
        });
        const Result<QString> key = PagerEvents(server.url("/"), Secret(secretKey))
                                        .send({.summary = QString(2000, QLatin1Char('x')), .source = QStringLiteral("db")}, 2s);
        QVERIFY2(key, key ? "" : qPrintable(key.error().text()));
        QCOMPARE(*key, QStringLiteral("made-there"));
        QVERIFY2(head.startsWith("POST /v2/enqueue ") && !head.contains("Authorization"), head);
        const QJsonObject event = QJsonDocument::fromJson(body).object();
        QCOMPARE(event[QStringLiteral("routing_key")].toString().toLatin1(), secretKey);
        QCOMPARE(event[QStringLiteral("event_action")].toString(), QStringLiteral("trigger"));
        QCOMPARE(event[QStringLiteral("payload")][QStringLiteral("summary")].toString().size(), 1024);
        QCOMPARE(event[QStringLiteral("payload")][QStringLiteral("severity")].toString(), QStringLiteral("critical"));
    }

    void eventOnlyRepeatsWithAKey_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("sent");
        QTest::newRow("with a key it folds into the first") << QStringLiteral("k") << 2;
        QTest::newRow("without, it could open a second alert") << QString() << 1;
    }
    void eventOnlyRepeatsWithAKey()
    {
        QFETCH(QString, key);
        QFETCH(int, sent);
        ScriptedServer server([](const ScriptedServer::Request &request) {
            if (request.nth == 0)
                request.socket.close();
            else
                request.socket.write(ScriptedServer::reply("{}", "202 Accepted"));
        });
        const Result<QString> told = PagerEvents(server.url(), Secret(secretKey))
                                         .send({.dedupKey = key, .summary = QStringLiteral("s"), .source = QStringLiteral("s")}, 3s);
        QCOMPARE(told.has_value(), sent == 2);
        QCOMPARE(server.requests(), sent);
    }

    void eventThatCannotBeSentIsRefusedUnsent_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("summary");
        QTest::addColumn<int>("details");
        QTest::addColumn<int>("code");
        const QString some = QStringLiteral("s");
        QTest::newRow("key too long") << QString(256, QLatin1Char('k')) << some << 0 << int(ErrorCode::InvalidInput);
        QTest::newRow("no summary") << some << QString() << 0 << int(ErrorCode::InvalidInput);
        QTest::newRow("above 512 KB") << some << some << 600'000 << int(ErrorCode::TooLarge);
    }
    void eventThatCannotBeSentIsRefusedUnsent()
    {
        QFETCH(QString, key);
        QFETCH(QString, summary);
        QFETCH(int, details);
        QFETCH(int, code);
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("{}", "202 Accepted")));
        const Result<QString> sent = PagerEvents(server.url(), Secret(secretKey))
                                         .send({.dedupKey = key, .summary = summary, .source = QStringLiteral("s"),
                                                .details = {{QStringLiteral("log"), QString(details, QLatin1Char('x'))}}}, 2s);
        QVERIFY(!sent);
        QCOMPARE(int(sent.error().code), code);
        QCOMPARE(server.connections(), 0);
    }

    void unknownResolveWithoutKeyIsRefused()
    {
        const Result<QString> sent = PagerEvents(QStringLiteral("http://127.0.0.1:1"), Secret(secretKey)).send({.action = PagerEvent::Action::Resolve}, 1s);
        QVERIFY(!sent);
        QCOMPARE(sent.error().code, ErrorCode::InvalidInput);
    }

    void nobodyThereIsToldSo()
    {
        const PagerService service({.from = QStringLiteral("a@b"), .service = QStringLiteral("P"), .api = QStringLiteral("http://127.0.0.1:1"), .isSet = true},
                                   Secret(secretToken));
        QCOMPARE(service.openIncidents(2s).error().code, ErrorCode::ConnectionRefused);
    }
};

QTEST_GUILESS_MAIN(PagerClientTest)
#include "tst_pagerclient.moc"
