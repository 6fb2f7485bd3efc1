// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/respcommand.h"
#include "core/systems/redis/respreader.h"

#include <QTest>

#include <random>

using namespace understudy;

class RespReaderTest : public QObject
{
    Q_OBJECT
private slots:
    void readsEveryKind_data();
    void readsEveryKind();
    void waitsForTheRestOfAReply();
    void handsOutPipelinedRepliesInOrder();
    void refusesWhatIsOutOfBounds_data();
    void refusesWhatIsOutOfBounds();
    void acceptsWhatIsJustInBounds_data();
    void acceptsWhatIsJustInBounds();
    void staysFailed();
    void refusesAnEndlessLine();
    void survivesMutatedReplies();
    void findsAFieldOfAFlatMap();
    void writesCommandsWithAnyByte();
};

void RespReaderTest::readsEveryKind_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("number");
    using Kind = RespValue::Kind;
    QTest::newRow("status") << QByteArray("+OK\r\n") << int(Kind::Status) << QByteArray("OK") << qint64(0);
    QTest::newRow("error") << QByteArray("-NOGOODSLAVE No suitable replica\r\n") << int(Kind::Error)
                           << QByteArray("NOGOODSLAVE No suitable replica") << qint64(0);
    QTest::newRow("integer") << QByteArray(":-12\r\n") << int(Kind::Integer) << QByteArray() << qint64(-12);
    QTest::newRow("bulk") << QByteArray("$4\r\na\r\nb\r\n") << int(Kind::Bulk) << QByteArray("a\r\nb") << qint64(0);
    QTest::newRow("empty bulk") << QByteArray("$0\r\n\r\n") << int(Kind::Bulk) << QByteArray("") << qint64(0);
    QTest::newRow("null bulk") << QByteArray("$-1\r\n") << int(Kind::Null) << QByteArray() << qint64(0);
    QTest::newRow("null array") << QByteArray("*-1\r\n") << int(Kind::Null) << QByteArray() << qint64(0);
    QTest::newRow("empty array") << QByteArray("*0\r\n") << int(Kind::Array) << QByteArray() << qint64(0);
}

void RespReaderTest::readsEveryKind()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, kind);
    QFETCH(QByteArray, text);
    QFETCH(qint64, number);
    RespReader reader;
    reader.feed(bytes);
    const Result<std::optional<RespValue>> reply = reader.next();
    QVERIFY(reply && *reply);
    QCOMPARE(int((*reply)->kind), kind);
    QCOMPARE((*reply)->text, text);
    QCOMPARE((*reply)->integer, number);
}

void RespReaderTest::waitsForTheRestOfAReply()
{
    const QByteArray bytes("*3\r\n$5\r\nhello\r\n*2\r\n:1\r\n:2\r\n+x\r\n");
    RespReader reader;
    for (qsizetype i = 0; i < bytes.size() - 1; ++i) {
        reader.feed(bytes.mid(i, 1));
        const Result<std::optional<RespValue>> early = reader.next();
        QVERIFY(early && !*early);
    }
    reader.feed(bytes.right(1));
    const Result<std::optional<RespValue>> whole = reader.next();
    QVERIFY(whole && *whole);
    QCOMPARE((*whole)->items.size(), 3);
    QCOMPARE((*whole)->items[1].items[1].integer, 2);
    QCOMPARE((*whole)->items[2].text, QByteArray("x"));
}

void RespReaderTest::handsOutPipelinedRepliesInOrder()
{
    RespReader reader;
    reader.feed("+a\r\n+b\r\n+c");
    QCOMPARE((*reader.next())->text, QByteArray("a"));
    QCOMPARE((*reader.next())->text, QByteArray("b"));
    QVERIFY(!*reader.next());
    reader.feed("\r\n");
    QCOMPARE((*reader.next())->text, QByteArray("c"));
}

void RespReaderTest::refusesWhatIsOutOfBounds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const int large = int(ErrorCode::TooLarge), broken = int(ErrorCode::ProtocolViolation);
    QTest::newRow("array of 2^31-2") << QByteArray("*2147483646\r\n") << large;
    QTest::newRow("array of 100,001") << QByteArray("*100001\r\n") << large;
    QTest::newRow("many arrays") << QByteArray("*2\r\n*60000\r\n") + QByteArray(":1\r\n").repeated(60000) + "*60000\r\n" << large;
    QTest::newRow("bulk of 2 GB") << QByteArray("$2147483648\r\n") << large;
    QTest::newRow("bulk in an array") << QByteArray("*1\r\n$16000001\r\nabc") << large;
    QTest::newRow("9 levels") << QByteArray("*1\r\n").repeated(9) + ":1\r\n" << -large;
    QTest::newRow("web server") << QByteArray("HTTP/1.1 400 Bad Request\r\n") << broken;
    QTest::newRow("map of version 3") << QByteArray("%1\r\n+a\r\n+b\r\n") << broken;
    QTest::newRow("double of version 3") << QByteArray(",1.5\r\n") << broken;
    QTest::newRow("boolean of version 3") << QByteArray("#t\r\n") << broken;
}

void RespReaderTest::refusesWhatIsOutOfBounds()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    RespReader reader;
    reader.feed(bytes);
    const Result<std::optional<RespValue>> reply = reader.next();
    QVERIFY(!reply);
    // hiredis 0.14 has no room for a ninth level and says so itself, as a violation of the protocol.
    if (code < 0)
        QVERIFY(reply.error().code == ErrorCode::TooLarge || reply.error().code == ErrorCode::ProtocolViolation);
    else
        QCOMPARE(int(reply.error().code), code);
}

void RespReaderTest::acceptsWhatIsJustInBounds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("100,000 elements") << QByteArray("*100000\r\n") + QByteArray(":1\r\n").repeated(100000);
    QTest::newRow("8 levels") << QByteArray("*1\r\n").repeated(7) + "*0\r\n";
    QTest::newRow("16 MB") << QByteArray("$15999000\r\n") + QByteArray(15999000, 'x') + "\r\n";
}

void RespReaderTest::acceptsWhatIsJustInBounds()
{
    QFETCH(QByteArray, bytes);
    RespReader reader;
    reader.feed(bytes);
    const Result<std::optional<RespValue>> reply = reader.next();
    QVERIFY2(reply, reply ? "" : qPrintable(reply.error().text()));
    QVERIFY(*reply);
}

void RespReaderTest::staysFailed()
{
    RespReader reader;
    reader.feed("?\r\n");
    QVERIFY(!reader.next());
    reader.feed("+OK\r\n");
    QVERIFY(!reader.next());
}

void RespReaderTest::refusesAnEndlessLine()
{
    RespReader reader;
    const QByteArray part(1'000'000, 'x');
    reader.feed("+");
    bool refused = false;
    for (int i = 0; i < 20 && !refused; ++i) {
        reader.feed(part);
        refused = !reader.next();
    }
    QVERIFY(refused);
}

/// No crash, no hang, and never more values than the bytes could hold.
void RespReaderTest::survivesMutatedReplies()
{
    const QList<QByteArray> seeds{
        "*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\n+sdown\r\n$31\r\nmaster mymaster 127.0.0.1 16380\r\n",
        "*2\r\n*2\r\n$4\r\nname\r\n$8\r\nmymaster\r\n*2\r\n:1\r\n$-1\r\n",
        "-NOQUORUM 1 usable Sentinels\r\n:12345\r\n*-1\r\n"};
    std::mt19937 random(20261123);
    const QByteArray alphabet("*$:+-\r\n0123456789abc%,#_\0", 25);
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes = seeds[int(random() % 3)];
        for (unsigned change = 1 + random() % 4; change > 0; --change) {
            const qsizetype at = qsizetype(random() % unsigned(bytes.size()));
            if (random() % 3 == 0)
                bytes.insert(at, alphabet[int(random() % unsigned(alphabet.size()))]);
            else if (random() % 2 == 0 && bytes.size() > 2)
                bytes.remove(at, 1);
            else
                bytes[at] = alphabet[int(random() % unsigned(alphabet.size()))];
        }
        RespReader reader;
        const qsizetype split = qsizetype(random() % unsigned(bytes.size()));
        reader.feed(bytes.left(split));
        Result<std::optional<RespValue>> reply = reader.next();
        reader.feed(bytes.mid(split));
        for (int guard = 0; reply && guard < 100; ++guard) {
            if (*reply)
                QVERIFY((*reply)->items.size() <= bytes.size());
            reply = reader.next();
            if (reply && !*reply)
                break;
        }
    }
}

void RespReaderTest::findsAFieldOfAFlatMap()
{
    RespReader reader;
    reader.feed("*4\r\n$4\r\nname\r\n$2\r\nip\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n");
    const RespValue map = **reader.next();
    QCOMPARE(map.field("ip"), QByteArray("127.0.0.1"));
    QCOMPARE(map.field("port"), QByteArray());
}

void RespReaderTest::writesCommandsWithAnyByte()
{
    QCOMPARE(respCommand({"SET", QByteArray("a\0b", 3), ""}),
             QByteArray("*3\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$0\r\n\r\n", 28));
}

QTEST_GUILESS_MAIN(RespReaderTest)
#include "tst_respreader.moc"
