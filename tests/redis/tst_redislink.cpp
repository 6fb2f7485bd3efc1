// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redislink.h"

#include "tests/redis/redisfixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class RedisLinkTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void answersInOrder();
    void waitsWithCallsUntilConnected();
    void refusedCallsSayWhy();
    void comesBackAfterARestart();
    void comesBackAtOnceAfterItsConnectionWasKilled();
    void noticesAHangingServerByItsDeadline();
    void noticesAHangingSubscription();
    void hearsMessages();
    void saysThatThePasswordIsWrong();
    void isSilentOnceStopped();
    void answersNothingOnceDestroyed();
    void checksTheServersName_data();
    void checksTheServersName();

private:
    std::unique_ptr<RedisFixture> m_redis;
};

void RedisLinkTest::initTestCase()
{
    RedisFixtureOptions options;
    options.replicas = 1;
    options.sentinels = 1;
    options.quorum = 1;
    options.downAfterMs = 60'000;
    options.user = "watcher";
    options.userPassword = "watcher-secret";
    options.tls = true;
    m_redis = std::make_unique<RedisFixture>(options);
    QCOMPARE(m_redis->start(), QString());
}

void RedisLinkTest::answersInOrder()
{
    RedisLink link(m_redis->nodeTarget(0));
    link.start();
    QTRY_VERIFY(link.isReady());
    QList<QByteArray> answers;
    for (int i = 0; i < 50; ++i) {
        link.call({"ECHO", QByteArray::number(i)}, 2s, [&](const Result<RespValue> &reply) {
            answers.append(reply ? reply->text : QByteArray("?"));
        });
    }
    QTRY_COMPARE(answers.size(), 50);
    for (int i = 0; i < 50; ++i)
        QCOMPARE(answers[i], QByteArray::number(i));
}

void RedisLinkTest::waitsWithCallsUntilConnected()
{
    RedisLink link(m_redis->nodeTarget(0));
    link.start();
    QByteArray answer;
    link.call({"PING"}, 2s, [&](const Result<RespValue> &reply) { answer = reply ? reply->text : "?"; });
    QTRY_COMPARE(answer, QByteArray("PONG"));
}

void RedisLinkTest::refusedCallsSayWhy()
{
    RedisTarget target;
    target.address = {QStringLiteral("127.0.0.1"), 1};
    RedisLinkTiming timing;
    timing.firstRetry = timing.lastRetry = 60s;
    RedisLink link(target, timing);
    link.start();
    QTRY_VERIFY(link.fault());
    QCOMPARE(link.fault()->code, ErrorCode::ConnectionRefused);
    std::optional<Error> error;
    link.call({"PING"}, 2s, [&](const Result<RespValue> &reply) { error = reply.error(); });
    QVERIFY(error);
    QCOMPARE(error->code, ErrorCode::ConnectionRefused);
}

void RedisLinkTest::comesBackAfterARestart()
{
    RedisLink link(m_redis->nodeTarget(1));
    QSignalSpy ready(&link, &RedisLink::ready);
    link.start();
    QTRY_COMPARE(ready.size(), 1);
    m_redis->killNode(1);
    QTRY_VERIFY(!link.isReady());
    QCOMPARE(m_redis->restartNode(1), QString());
    QTRY_COMPARE(ready.size(), 2);
}

void RedisLinkTest::comesBackAtOnceAfterItsConnectionWasKilled()
{
    RedisLinkTiming timing;
    timing.firstRetry = timing.lastRetry = 60s;
    RedisLink link(m_redis->nodeTarget(0), timing);
    QSignalSpy ready(&link, &RedisLink::ready);
    link.start();
    QTRY_COMPARE(ready.size(), 1);
    QVERIFY(m_redis->ask(m_redis->nodeTarget(0), {"CLIENT", "KILL", "TYPE", "normal"}));
    QTRY_COMPARE(ready.size(), 2);
}

void RedisLinkTest::noticesAHangingServerByItsDeadline()
{
    RedisLink link(m_redis->nodeTarget(1));
    link.start();
    QTRY_VERIFY(link.isReady());
    m_redis->hangNode(1);
    std::optional<Error> error;
    link.call({"PING"}, 200ms, [&](const Result<RespValue> &reply) { error = reply.error(); });
    QTRY_VERIFY(error);
    m_redis->resumeNode(1);
    QCOMPARE(error->code, ErrorCode::TimedOut);
}

void RedisLinkTest::noticesAHangingSubscription()
{
    RedisLinkTiming timing;
    timing.pingEvery = 50ms;
    timing.pingDeadline = 200ms;
    RedisLink link(m_redis->sentinelTarget(0), timing);
    link.subscribeTo({"*"});
    QSignalSpy lost(&link, &RedisLink::lost);
    link.start();
    QTRY_VERIFY(link.isReady());
    m_redis->hangSentinel(0);
    QTRY_VERIFY(!lost.isEmpty());
    m_redis->resumeSentinel(0);
    QCOMPARE(lost.first().first().value<Error>().code, ErrorCode::TimedOut);
}

void RedisLinkTest::hearsMessages()
{
    RedisLink link(m_redis->nodeTarget(0));
    link.subscribeTo({"new*"});
    QSignalSpy pushed(&link, &RedisLink::pushed);
    link.start();
    QTRY_VERIFY(link.isReady());
    QVERIFY(m_redis->ask(m_redis->nodeTarget(0), {"PUBLISH", "news", "hello"}));
    QTRY_COMPARE(pushed.size(), 1);
    QCOMPARE(pushed.first(), (QVariantList{QByteArray("news"), QByteArray("hello")}));
}

void RedisLinkTest::saysThatThePasswordIsWrong()
{
    RedisTarget target = m_redis->nodeTarget(0);
    target.password = Secret("not-it");
    RedisLink link(target);
    link.start();
    QTRY_VERIFY(link.fault());
    QCOMPARE(link.fault()->code, ErrorCode::AuthenticationFailed);
    QVERIFY(!link.fault()->text().contains(QStringLiteral("not-it")));
}

void RedisLinkTest::isSilentOnceStopped()
{
    RedisLink link(m_redis->nodeTarget(0));
    link.start();
    QTRY_VERIFY(link.isReady());
    bool answered = false;
    link.call({"PING"}, 100ms, [&](const Result<RespValue> &) { answered = true; });
    link.stop();
    QSignalSpy lost(&link, &RedisLink::lost);
    RedisLink other(m_redis->nodeTarget(0));
    other.start();
    QTRY_VERIFY(other.isReady());
    QVERIFY(!answered);
    QVERIFY(lost.isEmpty());
    link.start();
    QTRY_VERIFY(link.isReady());
}

void RedisLinkTest::answersNothingOnceDestroyed()
{
    bool answered = false;
    {
        RedisLink link(m_redis->nodeTarget(0));
        link.start();
        QTRY_VERIFY(link.isReady());
        link.call({"PING"}, 100ms, [&](const Result<RespValue> &) { answered = true; });
    }
    RedisLink other(m_redis->nodeTarget(0));
    other.start();
    QTRY_VERIFY(other.isReady());
    QVERIFY(!answered);
}

void RedisLinkTest::checksTheServersName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("ours");
    QTest::addColumn<bool>("letIn");
    QTest::newRow("its address") << QString() << true << true;
    QTest::newRow("its name") << QStringLiteral("redis.test") << true << true;
    QTest::newRow("another name") << QStringLiteral("other.test") << true << false;
    QTest::newRow("unknown authority") << QString() << false << false;
}

void RedisLinkTest::checksTheServersName()
{
    QFETCH(QString, name);
    QFETCH(bool, ours);
    QFETCH(bool, letIn);
    RedisTarget target = m_redis->nodeTarget(0);
    target.tlsServerName = name;
    if (!ours)
        target.tlsCa.clear();
    RedisLink link(target);
    link.start();
    QTRY_VERIFY(link.isReady() || link.fault());
    QCOMPARE(link.isReady(), letIn);
    const Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(target, 3s);
    QCOMPARE(session.has_value(), letIn);
    if (!letIn) {
        QVERIFY2(link.fault()->code == ErrorCode::TlsFailed, qPrintable(link.fault()->text()));
        QVERIFY2(session.error().code == ErrorCode::TlsFailed, qPrintable(session.error().text()));
    }
}

QTEST_GUILESS_MAIN(RedisLinkTest)
#include "tst_redislink.moc"
