// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redissession.h"

#include "tests/redis/redisfixture.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace understudy;
using namespace std::chrono_literals;

class RedisSessionTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void answersACall();
    void sendsATransactionInOneWrite();
    void keepsErrorRepliesAsValues();
    void receivesPushedMessages();
    void refusesTheWrongPassword();
    void refusesNoPasswordWhereOneIsAsked();
    void givesUpOnAHungServer();
    void endsSoonAfterACancel();
    void saysThatNobodyListens();
    void saysThatANameIsUnknown();

private:
    std::unique_ptr<RedisFixture> m_redis;
};

void RedisSessionTest::initTestCase()
{
    RedisFixtureOptions options;
    options.password = "node-secret-1";
    m_redis = std::make_unique<RedisFixture>(options);
    QCOMPARE(m_redis->start(), QString());
}

void RedisSessionTest::answersACall()
{
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(m_redis->nodeTarget(0), 2s);
    QVERIFY2(session, session ? "" : qPrintable(session.error().text()));
    QCOMPARE((*session)->call({"SET", "a", "1"}, 2s)->text, QByteArray("OK"));
    QCOMPARE((*session)->call({"GET", "a"}, 2s)->text, QByteArray("1"));
}

void RedisSessionTest::sendsATransactionInOneWrite()
{
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(m_redis->nodeTarget(0), 2s);
    QVERIFY(session);
    const Result<QList<RespValue>> replies = (*session)->pipeline({{"MULTI"}, {"INCR", "n"}, {"INCR", "n"}, {"EXEC"}}, 2s);
    QVERIFY(replies);
    QCOMPARE(replies->size(), 4);
    QCOMPARE(replies->last().items.size(), 2);
    QCOMPARE(replies->last().items.last().integer, 2);
}

void RedisSessionTest::keepsErrorRepliesAsValues()
{
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(m_redis->sentinelTarget(0), 2s);
    QVERIFY(session);
    const Result<RespValue> reply = (*session)->call({"SENTINEL", "CKQUORUM", "nope"}, 2s);
    QVERIFY(reply && reply->isError());
    QVERIFY(reply->text.startsWith("ERR No such master"));
}

void RedisSessionTest::receivesPushedMessages()
{
    Result<std::unique_ptr<RedisSession>> listener = RedisSession::connect(m_redis->nodeTarget(0), 2s);
    QVERIFY(listener);
    QCOMPARE((*listener)->call({"SUBSCRIBE", "news"}, 2s)->items.first().text, QByteArray("subscribe"));
    QCOMPARE((*listener)->receive(50ms).error().code, ErrorCode::TimedOut);
    QVERIFY(m_redis->ask(m_redis->nodeTarget(0), {"PUBLISH", "news", "hello"}));
    const Result<RespValue> message = (*listener)->receive(2s);
    QVERIFY(message);
    QCOMPARE(message->items.last().text, QByteArray("hello"));
}

void RedisSessionTest::refusesTheWrongPassword()
{
    RedisTarget target = m_redis->nodeTarget(0);
    target.password = Secret("not it");
    const Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(target, 2s);
    QCOMPARE(session.error().code, ErrorCode::AuthenticationFailed);
    QVERIFY(!session.error().text().contains(QStringLiteral("not it")));
}

void RedisSessionTest::refusesNoPasswordWhereOneIsAsked()
{
    RedisTarget target = m_redis->nodeTarget(0);
    target.password = Secret();
    QCOMPARE(RedisSession::connect(target, 2s).error().code, ErrorCode::AuthenticationFailed);
}

void RedisSessionTest::givesUpOnAHungServer()
{
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(m_redis->nodeTarget(1), 2s);
    QVERIFY(session);
    m_redis->hangNode(1);
    const Result<RespValue> call = (*session)->call({"PING"}, 200ms);
    const Result<RespValue> next = (*session)->call({"PING"}, 200ms);
    const Result<std::unique_ptr<RedisSession>> second = RedisSession::connect(m_redis->nodeTarget(1), 200ms);
    m_redis->resumeNode(1);
    QCOMPARE(call.error().code, ErrorCode::TimedOut);
    QCOMPARE(next.error().code, ErrorCode::ConnectionLost);
    QCOMPARE(second.error().code, ErrorCode::TimedOut);
}

void RedisSessionTest::endsSoonAfterACancel()
{
    CancelToken cancel;
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(m_redis->nodeTarget(0), 2s, cancel);
    QVERIFY(session);
    QElapsedTimer watch;
    std::thread canceller([cancel] {
        std::this_thread::sleep_for(100ms);
        cancel.cancel();
    });
    watch.start();
    const Result<RespValue> reply = (*session)->call({"BLPOP", "nothing", "0"}, 20s);
    canceller.join();
    QCOMPARE(reply.error().code, ErrorCode::Cancelled);
    QVERIFY2(watch.elapsed() < 400, qPrintable(QString::number(watch.elapsed())));
}

void RedisSessionTest::saysThatNobodyListens()
{
    RedisTarget target;
    target.address = {QStringLiteral("127.0.0.1"), 1};
    QCOMPARE(RedisSession::connect(target, 2s).error().code, ErrorCode::ConnectionRefused);
}

void RedisSessionTest::saysThatANameIsUnknown()
{
    RedisTarget target;
    target.address = {QStringLiteral("no-such-host.invalid"), 6379};
    const ErrorCode code = RedisSession::connect(target, 3s).error().code;
    // A name service that cannot be reached at all ends in TimedOut.
    QVERIFY(code == ErrorCode::NameNotFound || code == ErrorCode::TimedOut);
}

QTEST_GUILESS_MAIN(RedisSessionTest)
#include "tst_redissession.moc"
