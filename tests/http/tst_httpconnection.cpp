// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpconnection.h"
#include "core/systems/http/httpget.h"
#include "tests/http/scriptedserver.h"

#include <QElapsedTimer>
#include <QSslKey>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

HttpRequest ask(const QString &url, Milliseconds deadline = 5s)
{
    return HttpRequest{.url = QUrl(url), .deadline = deadline};
}

/// A port on which nothing listens.
quint16 closedPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

} // namespace

class HttpConnectionTest : public QObject
{
    Q_OBJECT

    std::optional<Result<HttpReply>> m_last;

    Result<HttpReply> outcome(HttpConnection &connection, const HttpRequest &request)
    {
        m_last.reset();
        connection.get(request, [this](const Result<HttpReply> &reply) { m_last = reply; });
        if (!QTest::qWaitFor([this] { return m_last.has_value(); }, 10'000))
            return fail(ErrorCode::InvalidInput, QStringLiteral("no outcome at all"));
        return *m_last;
    }

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void outcomesAreKeptApart_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("close");
        QTest::addColumn<int>("code"); // 0: a reply
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &bytes, bool close, int code,
                            int status = 0) {
            QTest::newRow(name) << bytes << close << code << status;
        };
        row("ok", ScriptedServer::reply("x"), false, 0, 200);
        row("unavailable", ScriptedServer::reply("x", "503 Service Unavailable"), false, 0, 503);
        row("silence", "", false, int(ErrorCode::TimedOut));
        row("half a head for ever", "HTTP/1.1 200 OK\r\nContent-", false, int(ErrorCode::TimedOut));
        row("half a body for ever", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false,
            int(ErrorCode::TimedOut));
        row("closed without a reply", "", true, int(ErrorCode::ConnectionLost));
        row("closed in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true,
            int(ErrorCode::ConnectionLost));
        row("garbage", "$$$ not http at all", false, int(ErrorCode::ProtocolViolation));
    }
    void outcomesAreKeptApart()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, close);
        QFETCH(int, code);
        QFETCH(int, status);
        ScriptedServer server([&](const ScriptedServer::Request &request) {
            request.socket.write(bytes);
            if (close)
                request.socket.disconnectFromHost();
        });
        HttpConnection connection;
        const Result<HttpReply> reply = outcome(connection, ask(server.url("/x"), 300ms));
        QCOMPARE(reply ? 0 : int(reply.error().code), code);
        if (reply)
            QCOMPARE(reply->status, status);
    }

    void refusedIsTold()
    {
        HttpConnection connection;
        const Result<HttpReply> reply =
            outcome(connection, ask(QStringLiteral("http://127.0.0.1:%1/").arg(closedPort())));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::ConnectionRefused);
    }

    void unaskableIsAnErrorToo()
    {
        HttpConnection connection;
        QCOMPARE(outcome(connection, ask(QStringLiteral("ftp://127.0.0.1/"))).error().code,
                 ErrorCode::InvalidInput);
    }

    void passwordInTheAddressIsNotTold()
    {
        HttpConnection connection;
        const Result<HttpReply> reply = outcome(
            connection,
            ask(QStringLiteral("http://u:hunter2@127.0.0.1:%1/?token=hunter3").arg(closedPort())));
        QVERIFY(!reply.error().text().contains(QLatin1String("hunter")));
    }

    void dripsEndAtTheDeadline()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            request.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            QTimer *drip = new QTimer(&request.socket);
            QObject::connect(drip, &QTimer::timeout, &request.socket,
                             [socket = &request.socket] { socket->write("x"); });
            drip->start(20);
        });
        HttpConnection connection;
        QElapsedTimer since;
        since.start();
        QCOMPARE(outcome(connection, ask(server.url(), 300ms)).error().code, ErrorCode::TimedOut);
        QVERIFY(since.elapsed() < 2000);
    }

    void hugeBodyIsRefusedWhileItComes()
    {
        // 50 MB without a length: refused after the limit, whatever more is sent.
        ScriptedServer server([](const ScriptedServer::Request &request) {
            request.socket.write("HTTP/1.1 200 OK\r\n\r\n");
            for (int i = 0; i < 50; ++i)
                request.socket.write(QByteArray(1'000'000, 'x'));
        });
        HttpConnection connection;
        QCOMPARE(outcome(connection, ask(server.url())).error().code, ErrorCode::TooLarge);
    }

    void connectionIsKept()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("x")));
        HttpConnection connection;
        const quint64 first = outcome(connection, ask(server.url())).value().connection;
        QCOMPARE(outcome(connection, ask(server.url())).value().connection, first);
        QCOMPARE(server.connections(), 1);
    }

    void freshConnectionIsNotShared()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("x")));
        HttpConnection connection;
        HttpRequest request = ask(server.url());
        request.freshConnection = true;
        for (int i = 0; i < 3; ++i)
            QVERIFY(outcome(connection, request));
        QCOMPARE(server.connections(), 3);
    }

    void keptConnectionThatTheServerGaveUpIsRenewed()
    {
        // Closes just when the second request arrives on a kept connection.
        ScriptedServer server([](const ScriptedServer::Request &request) {
            if (request.nthOnConnection == 0)
                request.socket.write(ScriptedServer::reply("x"));
            else
                request.socket.abort();
        });
        HttpConnection connection;
        QVERIFY(outcome(connection, ask(server.url())));
        const Result<HttpReply> second = outcome(connection, ask(server.url()));
        QVERIFY2(second.has_value(), second ? "" : qPrintable(second.error().text()));
        QCOMPARE(server.connections(), 2);
    }

    void unaskedBytesEndTheConnection()
    {
        ScriptedServer server(
            ScriptedServer::always(ScriptedServer::reply("x") + "HTTP/1.1 200 OK\r\n"));
        HttpConnection connection;
        QVERIFY(outcome(connection, ask(server.url())));
        QVERIFY(outcome(connection, ask(server.url())));
        QCOMPARE(server.connections(), 2);
    }

    void requestsQueueInOrder()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            request.socket.write(ScriptedServer::reply(request.path));
        });
        HttpConnection connection;
        QByteArrayList bodies;
        for (const char *path : {"/a", "/b", "/c"})
            connection.get(ask(server.url(path)),
                           [&](const Result<HttpReply> &reply) { bodies << reply.value().body; });
        QTRY_COMPARE(bodies, (QByteArrayList{"/a", "/b", "/c"}));
    }

    void requestIsPlain()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("x")));
        HttpConnection connection;
        QVERIFY(outcome(connection, ask(server.url("/health/live?a=b%20c"))));
        const QByteArray head = server.lastHead();
        QVERIFY2(head.startsWith("GET /health/live?a=b%20c HTTP/1.1\r\n"), head.constData());
        QVERIFY(head.contains("User-Agent: understudy/"));
        for (const char *unwanted : {"Origin:", "Accept-Encoding:", "Cookie:", "Referer:"})
            QVERIFY(!head.contains(unwanted));
    }

    void nothingIsCalledAfterAbort()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        bool called = false;
        HttpConnection connection;
        connection.get(ask(server.url()), [&](const Result<HttpReply> &) { called = true; });
        QTRY_COMPARE(server.requests(), 1);
        connection.abort();
        QVERIFY(!connection.isBusy());
        QVERIFY(outcome(connection, ask(QStringLiteral("http://127.0.0.1:%1/").arg(closedPort())))
                    .error()
                    .code == ErrorCode::ConnectionRefused);
        QVERIFY(!called);
    }

    void nothingIsCalledAfterDestruction()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("x")));
        bool called = false;
        {
            HttpConnection connection;
            connection.get(ask(server.url()), [&](const Result<HttpReply> &) { called = true; });
        }
        HttpConnection other;
        QVERIFY(outcome(other, ask(server.url())));
        QVERIFY(!called);
    }

    void connectionMayBeDeletedByItsAnswer()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("x")));
        QPointer<HttpConnection> connection = new HttpConnection;
        connection->get(ask(server.url()),
                        [&](const Result<HttpReply> &) { delete connection.data(); });
        QTRY_VERIFY(connection.isNull());
    }

    void blockingGetAnswers()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("hello")));
        const Result<HttpReply> reply = httpGetBlocking(QUrl(server.url()), {{"X-A", "b"}}, 5s);
        QVERIFY(reply);
        QCOMPARE(reply->body, QByteArray("hello"));
        QVERIFY(server.lastHead().contains("X-A: b"));
    }

    void blockingGetEndsOnCancel()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        CancelToken cancel;
        std::unique_ptr<QThread> other(QThread::create([&] {
            while (server.requests() == 0)
                QThread::msleep(1);
            cancel.cancel();
        }));
        other->start();
        const Result<HttpReply> reply = httpGetBlocking(QUrl(server.url()), {}, 60s, cancel);
        other->wait();
        QCOMPARE(reply.error().code, ErrorCode::Cancelled);
    }

    void blockingGetEndsAtItsDeadline()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        QCOMPARE(httpGetBlocking(QUrl(server.url()), {}, 200ms).error().code, ErrorCode::TimedOut);
    }
};

QTEST_GUILESS_MAIN(HttpConnectionTest)
#include "tst_httpconnection.moc"
