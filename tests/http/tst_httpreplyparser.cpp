// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpreplyparser.h"

#include <QTest>

using namespace understudy;

namespace {
constexpr qint64 limit = 1000;

HttpReplyParser fed(const QByteArray &bytes, qsizetype pieces, bool close)
{
    HttpReplyParser parser;
    parser.start(limit);
    for (qsizetype at = 0; at < bytes.size() && !parser.hasFailed(); at += pieces)
        parser.feed(QByteArrayView(bytes).sliced(at, qMin(pieces, bytes.size() - at)));
    if (close)
        parser.connectionClosed();
    return parser;
}
} // namespace

class HttpReplyParserTest : public QObject
{
    Q_OBJECT
private slots:
    void goodRepliesAreRead_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("close");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("keeps");
        const auto row = [](const char *name, const QByteArray &bytes, bool close, int status,
                            const char *body, bool keeps) {
            QTest::newRow(name) << bytes << close << status << QByteArray(body) << keeps;
        };
        row("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, 200, "hello",
            true);
        row("no reason", "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", false, 503, "", true);
        row("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, 200, "ok", true);
        row("until close", "HTTP/1.1 200 OK\r\n\r\nuntil the end", true, 200, "until the end",
            false);
        row("old version", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok",
            false);
        row("old version that keeps",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", false, 200,
            "ok", true);
        row("closes", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false,
            200, "ok", false);
        row("chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, "
            "chunked!\r\n0\r\n\r\n",
            false, 200, "hello, chunked!", true);
        row("trailer",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n",
            false, 200, "x", true);
        row("interim",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false,
            200, "ok", true);
        row("nothing", "HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", true);
        row("same length twice",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok",
            true);
    }
    void goodRepliesAreRead()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, close);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, keeps);
        for (const qsizetype pieces : {qsizetype(1), qsizetype(3), bytes.size()}) {
            HttpReplyParser parser = fed(bytes, pieces, close);
            QVERIFY2(parser.isComplete(), qPrintable(parser.error().text()));
            QCOMPARE(parser.keepsConnection(), keeps);
            const HttpReply reply = parser.takeReply();
            QCOMPARE(reply.status, status);
            QCOMPARE(reply.body, body);
        }
    }

    void badRepliesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QByteArray &bytes, ErrorCode code) {
            QTest::newRow(name) << bytes << int(code);
        };
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        const QByteArray chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
        row("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", ErrorCode::ProtocolViolation);
        row("binary", QByteArray("\x15\x03\x01\x00\x02", 5), ErrorCode::ProtocolViolation);
        row("status letters", "HTTP/1.1 2x0 OK\r\n\r\n", ErrorCode::ProtocolViolation);
        row("status range", "HTTP/1.1 900 OK\r\n\r\n", ErrorCode::ProtocolViolation);
        row("folded header", ok + "A: b\r\n c\r\n\r\n", ErrorCode::ProtocolViolation);
        row("header without a name", ok + ": b\r\n\r\n", ErrorCode::ProtocolViolation);
        row("blank before the colon", ok + "A : b\r\n\r\n", ErrorCode::ProtocolViolation);
        row("two lengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            ErrorCode::ProtocolViolation);
        row("negative length", ok + "Content-Length: -1\r\n\r\n", ErrorCode::ProtocolViolation);
        row("length and chunks", ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            ErrorCode::ProtocolViolation);
        row("compressed", ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
            ErrorCode::ProtocolViolation);
        row("gzip coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            ErrorCode::ProtocolViolation);
        row("length above the limit", ok + "Content-Length: 1001\r\n\r\n", ErrorCode::TooLarge);
        row("absurd length", ok + "Content-Length: 99999999999999999999\r\n\r\n",
            ErrorCode::ProtocolViolation);
        row("chunk above the limit", chunked + "ffffffffffffffff\r\n", ErrorCode::TooLarge);
        row("chunks above the limit", chunked + "3e8\r\n" + QByteArray(1000, 'x') + "\r\n1\r\n",
            ErrorCode::TooLarge);
        row("chunk size letters", chunked + "xyz\r\n", ErrorCode::ProtocolViolation);
        row("no chunk size", chunked + "\r\n", ErrorCode::ProtocolViolation);
        row("chunk longer than it says", chunked + "1\r\nab\r\n0\r\n\r\n",
            ErrorCode::ProtocolViolation);
        row("endless chunk extension", chunked + "1;" + QByteArray(5000, 'x'), ErrorCode::TooLarge);
        row("endless body", ok + "\r\n" + QByteArray(1001, 'x'), ErrorCode::TooLarge);
        row("endless head", ok + "A: " + QByteArray(70'000, 'x'), ErrorCode::TooLarge);
        row("endless headers", ok + QByteArray("A: b\r\n").repeated(12'000), ErrorCode::TooLarge);
        row("endless interim replies", QByteArray("HTTP/1.1 100 Continue\r\n\r\n").repeated(3'000),
            ErrorCode::TooLarge);
        row("endless trailers", chunked + "0\r\n" + QByteArray("A: b\r\n").repeated(12'000),
            ErrorCode::TooLarge);
        row("cut in the head", "HTTP/1.1 20", ErrorCode::ConnectionLost);
        row("cut in the body", ok + "Content-Length: 5\r\n\r\nhel", ErrorCode::ConnectionLost);
        row("cut in a chunk", chunked + "5\r\nhel", ErrorCode::ConnectionLost);
        row("nothing at all", "", ErrorCode::ConnectionLost);
    }
    void badRepliesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        for (const qsizetype pieces :
             {qsizetype(1), qsizetype(7), qMax(qsizetype(1), bytes.size())}) {
            const HttpReplyParser parser = fed(bytes, pieces, true);
            QVERIFY(parser.hasFailed());
            QCOMPARE(int(parser.error().code), code);
        }
    }

    void bytesAfterTheEndAreNotTaken()
    {
        HttpReplyParser parser;
        parser.start(limit);
        QCOMPARE(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1"),
                 qsizetype(40));
        QVERIFY(parser.isComplete());
    }

    void dateIsReadFromTheHeader()
    {
        HttpReply reply;
        QVERIFY(!reply.date());
        reply.headers = {{"date", "Mon, 23 Nov 2026 01:07:46 GMT"}};
        QCOMPARE(*reply.date(), QDateTime(QDate(2026, 11, 23), QTime(1, 7, 46), Qt::UTC));
        reply.headers = {{"Date", "Mon, 23 Nov 2026 01:07:46 CET"}};
        QVERIFY(!reply.date());
    }
};

QTEST_GUILESS_MAIN(HttpReplyParserTest)
#include "tst_httpreplyparser.moc"
