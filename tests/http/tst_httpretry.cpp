// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpretry.h"
#include "tests/http/scriptedserver.h"

#include <QElapsedTimer>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class HttpRetryTest : public QObject
{
    Q_OBJECT

    static HttpRequest post(const ScriptedServer &server)
    {
        return {.url = QUrl(server.url("/x")), .headers = {{"Content-Type", "application/json"}}, .deadline = 3s,
                .method = "POST", .body = "{\"a\":1}"};
    }

private slots:
    void methodHeadersAndBodyAreSent_data()
    {
        QTest::addColumn<QByteArray>("method");
        for (const char *method : {"POST", "PUT", "PATCH", "DELETE"})
            QTest::newRow(method) << QByteArray(method);
    }
    void methodHeadersAndBodyAreSent()
    {
        QFETCH(QByteArray, method);
        QByteArray head, body;
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            head = request.head;
            body = request.body;
            request.socket.write(ScriptedServer::reply("{}", "201 Created"));
        });
        HttpRequest request = post(server);
        request.method = method;
        request.headers.append(HttpHeader{"Accept", "application/vnd.x+json"});
        const Result<HttpReply> reply = httpCall(request);
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().text()));
        QCOMPARE(reply->status, 201);
        QVERIFY2(head.startsWith(QByteArray(method + " /x HTTP/1.1\r\n")), head);
        QVERIFY2(head.contains("\r\nContent-Length: 7"), head);
        QVERIFY2(head.contains("\r\nAccept: application/vnd.x+json") && !head.contains("*/*"), head);
        QCOMPARE(body, QByteArray("{\"a\":1}"));
    }

    void whatCannotBeAskedIsRefusedUnsent_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("unknown method") << QByteArray("BREW") << QByteArray("x");
        QTest::newRow("a get with a body") << QByteArray("GET") << QByteArray("x");
        QTest::newRow("line break in a header") << QByteArray("POST") << QByteArray("x\r\nEvil: 1");
    }
    void whatCannotBeAskedIsRefusedUnsent()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, header);
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("{}")));
        HttpRequest request = post(server);
        request.method = method;
        request.headers.append(HttpHeader{"From", header});
        const Result<HttpReply> reply = httpCall(request);
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::InvalidInput);
        QCOMPARE(server.connections(), 0);
    }

    void onlyWhatIsSafeIsSentAgain_data()
    {
        QTest::addColumn<QByteArray>("first"); // empty: the connection is closed without an answer
        QTest::addColumn<bool>("repeatable");
        QTest::addColumn<int>("sent");
        const auto status = [](const char *words) { return ScriptedServer::reply("{}", words); };
        QTest::newRow("429 says not done") << status("429 Too Many Requests") << false << 2;
        QTest::newRow("503 says not done") << status("503 Service Unavailable") << false << 2;
        QTest::newRow("500 may have been done") << status("500 Internal Server Error") << false << 1;
        QTest::newRow("500, twice is as good") << status("500 Internal Server Error") << true << 2;
        QTest::newRow("501 does not pass") << status("501 Not Implemented") << true << 1;
        QTest::newRow("400 is an answer") << status("400 Bad Request") << true << 1;
        QTest::newRow("lost answer") << QByteArray() << false << 1;
        QTest::newRow("lost answer, twice is as good") << QByteArray() << true << 2;
    }
    void onlyWhatIsSafeIsSentAgain()
    {
        QFETCH(QByteArray, first);
        QFETCH(bool, repeatable);
        QFETCH(int, sent);
        ScriptedServer server([first](const ScriptedServer::Request &request) {
            if (request.nth > 0)
                request.socket.write(ScriptedServer::reply("{}"));
            else if (first.isEmpty())
                request.socket.close();
            else
                request.socket.write(first);
        });
        const Result<HttpReply> reply = httpCall(post(server), {.repeatable = repeatable, .pause = 10ms});
        QCOMPARE(server.requests(), sent);
        QCOMPARE(reply && reply->status == 200, sent == 2);
    }

    void retryAfterIsObeyedWithinTheDeadline_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("sent");
        QTest::addColumn<int>("least");
        QTest::newRow("seconds") << QByteArray("Retry-After: 1\r\n") << 2 << 1000;
        QTest::newRow("the service's own header") << QByteArray("ratelimit-reset: 1\r\n") << 2 << 1000;
        QTest::newRow("a date by the server's clock")
            << QByteArray("Date: Mon, 23 Nov 2026 01:07:46 GMT\r\nRetry-After: Mon, 23 Nov 2026 01:07:47 GMT\r\n") << 2 << 1000;
        QTest::newRow("longer than one waits") << QByteArray("Retry-After: 60\r\n") << 1 << 0;
        QTest::newRow("nonsense") << QByteArray("Retry-After: soon\r\n") << 2 << 0;
    }
    void retryAfterIsObeyedWithinTheDeadline()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, sent);
        QFETCH(int, least);
        ScriptedServer server([header](const ScriptedServer::Request &request) {
            request.socket.write(request.nth > 0 ? ScriptedServer::reply("{}")
                                                 : ScriptedServer::reply("{}", "429 Too Many Requests", header));
        });
        QElapsedTimer since;
        since.start();
        const Result<HttpReply> reply = httpCall(post(server), {.pause = 10ms});
        QVERIFY(reply);
        QCOMPARE(server.requests(), sent);
        QCOMPARE(reply->status, sent == 2 ? 200 : 429);
        QVERIFY2(since.elapsed() >= least && since.elapsed() < 3500, qPrintable(QString::number(since.elapsed())));
    }

    void oneDeadlineBoundsAllAttempts()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("{}", "503 Service Unavailable")));
        HttpRequest request = post(server);
        request.deadline = 500ms;
        QElapsedTimer since;
        since.start();
        const Result<HttpReply> reply = httpCall(request, {.attempts = 1000, .pause = 50ms});
        QVERIFY(reply);
        QCOMPARE(reply->status, 503);
        QVERIFY2(since.elapsed() < 1500, qPrintable(QString::number(since.elapsed())));
    }

    void hangingServerEndsAtTheDeadline()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        HttpRequest request = post(server);
        request.deadline = 300ms;
        const Result<HttpReply> reply = httpCall(request, {.repeatable = true});
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::TimedOut);
        QCOMPARE(server.requests(), 1);
    }

    void cancelEndsTheWaitAtOnce_data()
    {
        QTest::addColumn<bool>("answers");
        QTest::newRow("while it is silent") << false;
        QTest::newRow("while it is left alone") << true;
    }
    void cancelEndsTheWaitAtOnce()
    {
        QFETCH(bool, answers);
        const CancelToken cancel;
        ScriptedServer server([answers, cancel](const ScriptedServer::Request &request) {
            if (answers)
                request.socket.write(ScriptedServer::reply("{}", "429 Too Many Requests", "Retry-After: 2\r\n"));
            QTimer::singleShot(200, request.socket.parent(), [cancel] { cancel.cancel(); });
        });
        QElapsedTimer since;
        since.start();
        const Result<HttpReply> reply = httpCall(post(server), {}, cancel);
        QVERIFY2(since.elapsed() < 1000, qPrintable(QString::number(since.elapsed())));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(HttpRetryTest)
#include "tst_httpretry.moc"
