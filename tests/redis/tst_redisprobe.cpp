// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisprobe.h"
#include "core/systems/redis/redislink.h"
#include "core/systems/secrets/secretresolver.h"

#include "tests/redis/probelistener.h"
#include "tests/redis/redisfixture.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <algorithm>
#include <utility>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

RedisProbeSetup setupOf(const RedisFixture &redis)
{
    RedisProbeSetup setup;
    setup.plan = redis.plan();
    setup.password = redis.nodePassword();
    setup.sentinelPassword = redis.sentinelPassword();
    return setup;
}

/// Hears every Sentinel beside the probe, to time the probe by.
class Witness : public QObject
{
public:
    Witness(const RedisFixture &redis, const ProbeListener &clock) : m_clock(clock)
    {
        for (int i = 0; i < redis.sentinels(); ++i) {
            m_links.push_back(std::make_unique<RedisLink>(redis.sentinelTarget(i)));
            RedisLink *link = m_links.back().get();
            link->subscribeTo({"*"});
            connect(link, &RedisLink::pushed, this, [this](const QByteArray &channel, const QByteArray &text) {
                if (text.startsWith("master "))
                    note(channel);
            });
            link->start();
        }
    }
    bool hears() const
    {
        return std::all_of(m_links.begin(), m_links.end(), [](const std::unique_ptr<RedisLink> &one) { return one->isReady(); });
    }
    qint64 firstDown = -1, decided = -1; ///< first +sdown; +odown, or the +sdown that makes the majority

private:
    void note(const QByteArray &channel)
    {
        if (channel == "+sdown" && firstDown < 0)
            firstDown = m_clock.elapsed();
        if (channel == "+sdown")
            ++m_down;
        if (decided < 0 && (channel == "+odown" || 2 * m_down > int(m_links.size())))
            decided = m_clock.elapsed();
    }
    const ProbeListener &m_clock;
    std::vector<std::unique_ptr<RedisLink>> m_links;
    int m_down = 0;
};

} // namespace

class RedisProbeTest : public QObject
{
    Q_OBJECT
private slots:
    void seesAWholeSet_data();
    void seesAWholeSet();
    void saysDownInTime_data();
    void saysDownInTime();
    void followsTheFailover();
    void neverCallsAPlannedMoveDown();
    void saysWhySentinelGaveUp();
    void believesNoAddressWithoutQuorum();
    void wrongPasswordOfOneReplicaHurtsNothingElse();
    void wrongPasswordOfOneSentinelIsSaid();
    void missingSecretIsSaid();
    void findsItsSecretsItself();
    void lyingSentinelIsOutvoted();
    void translatesAddresses();
    void isUnknownWhenNothingAnswers();
    void isSilentOnceStopped();

private:
    SystemClock m_clock;
};

void RedisProbeTest::seesAWholeSet_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("no passwords") << QStringLiteral("plain");
    QTest::newRow("passwords") << QStringLiteral("passwords");
    QTest::newRow("user of an access list") << QStringLiteral("user");
    QTest::newRow("TLS") << QStringLiteral("tls");
    QTest::newRow("five Sentinels") << QStringLiteral("five");
}

void RedisProbeTest::seesAWholeSet()
{
    QFETCH(QString, kind);
    RedisFixtureOptions options;
    if (kind != QLatin1String("plain"))
        options.password = "node-secret";
    if (kind == QLatin1String("passwords") || kind == QLatin1String("five"))
        options.sentinelPassword = "sentinel-secret";
    if (kind == QLatin1String("user")) {
        options.user = "watcher";
        options.userPassword = "watcher-secret";
    }
    options.tls = kind == QLatin1String("tls");
    if (kind == QLatin1String("five")) {
        options.sentinels = 5;
        options.quorum = 3;
    }
    RedisFixture redis(options);
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY2(listener.health() == Health::Healthy, qPrintable(listener.reason()));
    const RedisTopology topology = *listener.last().redis;
    QCOMPARE(topology.master, std::optional<Endpoint>(redis.node(0)));
    QVERIFY(topology.masterProved);
    QCOMPARE(topology.nodes.size(), 3);
    QCOMPARE(topology.nodes.first().address, redis.node(0));
    QCOMPARE(topology.nodes.first().attachedReplicas, 2);
    QCOMPARE(topology.sentinels.size(), options.sentinels);
    QCOMPARE(listener.reading(QStringLiteral("master")).text(), redis.node(0).text());
    QCOMPARE(listener.reading(QStringLiteral("master role")).text(), QStringLiteral("master"));
    QCOMPARE(listener.reading(QStringLiteral("sentinels naming it")).number(), double(options.sentinels));
    QCOMPARE(listener.reading(QStringLiteral("quorum")).text(), QStringLiteral("reachable"));
    QTRY_VERIFY(listener.reading(QStringLiteral("sentinel %1 events").arg(redis.sentinel(0).text())).text() == QLatin1String("heard"));
    for (const Reading &reading : listener.last().readings) {
        QVERIFY2(reading.state == ReadingState::Fresh, qPrintable(reading.name + QStringLiteral(": ") + reading.reason));
        if (reading.name.endsWith(QLatin1String("clock skew")))
            QVERIFY2(qAbs(reading.number()) < 1, qPrintable(reading.text()));
    }
    QVERIFY(listener.last().contradictions.isEmpty());
}

void RedisProbeTest::saysDownInTime_data()
{
    QTest::addColumn<bool>("hangs");
    QTest::newRow("killed") << false;
    QTest::newRow("hung") << true;
}

void RedisProbeTest::saysDownInTime()
{
    QFETCH(bool, hangs);
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    Witness witness(redis, listener);
    probe.start();
    QTRY_VERIFY(listener.health() == Health::Healthy && witness.hears());
    const qint64 broken = listener.elapsed();
    if (hangs)
        redis.hangNode(0);
    else
        redis.killNode(0);
    QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Down && witness.decided >= 0, 20'000);
    const qint64 degraded = listener.firstAtLeast(Health::Degraded, broken);
    const qint64 down = listener.firstAtLeast(Health::Down, broken);
    QVERIFY2(degraded - witness.firstDown < 250, qPrintable(QString::number(degraded - witness.firstDown)));
    QVERIFY2(down - witness.decided < 250, qPrintable(QString::number(down - witness.decided)));
    qInfo("first +sdown at %lld: degraded at %lld; decided at %lld: down at %lld", witness.firstDown - broken, degraded - broken,
          witness.decided - broken, down - broken);
    QVERIFY2(listener.reason().contains(QStringLiteral("master %1 silent on").arg(redis.node(0).text())), qPrintable(listener.reason()));
}

void RedisProbeTest::followsTheFailover()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Healthy);
    redis.killNode(0);
    QTRY_COMPARE_WITH_TIMEOUT(listener.health(), Health::Down, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Degraded && listener.last().redis->masterProved
                                 && listener.last().redis->master != redis.node(0), 20'000);
    QVERIFY2(listener.reason().contains(redis.node(0).text()) || listener.reason().contains(QStringLiteral("failover")), qPrintable(listener.reason()));
    const auto switches = [&] {
        QStringList sources;
        for (const Event &event : listener.events) {
            if (event.name == QLatin1String("+switch-master"))
                sources.append(event.source);
        }
        sources.removeDuplicates();
        return sources.size();
    };
    QTRY_COMPARE_WITH_TIMEOUT(switches(), 3, 10'000);
    QCOMPARE(redis.restartNode(0), QString());
    QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Healthy, 40'000);
    QVERIFY(listener.last().contradictions.isEmpty());
}

void RedisProbeTest::neverCallsAPlannedMoveDown()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Healthy);
    const qint64 asked = listener.elapsed();
    QCOMPARE(redis.ask(redis.sentinelTarget(0), {"SENTINEL", "FAILOVER", "mymaster"})->text, QByteArray("OK"));
    QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Healthy && listener.last().redis->master != redis.node(0), 40'000);
    bool sawTwoMasters = false;
    for (const ProbeListener::Heard &heard : std::as_const(listener.heard)) {
        QVERIFY2(heard.at < asked || heard.observation.health <= Health::Degraded, qPrintable(heard.observation.reason));
        sawTwoMasters = sawTwoMasters || heard.observation.reason.contains(QStringLiteral("also says that it is master"));
    }
    // Unfenced, the old master goes on accepting writes for some ten seconds.
    QVERIFY(sawTwoMasters);
    QVERIFY(listener.last().contradictions.isEmpty());
}

void RedisProbeTest::saysWhySentinelGaveUp()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Healthy);
    redis.killNode(1);
    redis.killNode(2);
    redis.killNode(0);
    QTRY_VERIFY_WITH_TIMEOUT(listener.reason().contains(QStringLiteral("failover gave up: no good replica")), 30'000);
    QCOMPARE(listener.health(), Health::Down);
    QVERIFY2(listener.last().redis->failover.contains(QStringLiteral("next try not before")), qPrintable(listener.last().redis->failover));
}

void RedisProbeTest::believesNoAddressWithoutQuorum()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Healthy);
    redis.killSentinel(1);
    redis.killSentinel(2);
    QTRY_VERIFY_WITH_TIMEOUT(listener.reading(QStringLiteral("quorum")).text() == QLatin1String("not reachable"), 20'000);
    QCOMPARE(listener.health(), Health::Degraded);
    redis.killNode(0);
    QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Down, 20'000);
    QVERIFY(!listener.last().redis->master);
    QCOMPARE(listener.reading(QStringLiteral("master")).state, ReadingState::Unknown);
    QVERIFY(listener.reading(QStringLiteral("master")).reason.contains(QStringLiteral("no quorum")));
    QCOMPARE(listener.last().redis->sentinels[0].master, redis.node(0));
    QVERIFY2(listener.reason().contains(QStringLiteral("silent on 1 of 1 Sentinels that answer, 2 more do not")), qPrintable(listener.reason()));
}

void RedisProbeTest::wrongPasswordOfOneReplicaHurtsNothingElse()
{
    RedisFixtureOptions options;
    options.password = "node-secret";
    options.downAfterMs = 30'000;
    RedisFixture redis(options);
    QCOMPARE(redis.start(), QString());
    QVERIFY(redis.ask(redis.nodeTarget(2), {"CONFIG", "SET", "requirepass", "other-secret"}));
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY2(listener.health() == Health::Healthy, qPrintable(listener.reason()));
    const Reading role = listener.reading(QStringLiteral("node %1 role").arg(redis.node(2).text()));
    QCOMPARE(role.state, ReadingState::Unknown);
    QVERIFY2(role.reason.contains(QStringLiteral("refuses the password")), qPrintable(role.reason));
    for (const Reading &reading : listener.last().readings) {
        QVERIFY2(!reading.reason.contains(QStringLiteral("-secret")), qPrintable(reading.reason));
        if (!reading.name.contains(redis.node(2).text()))
            QVERIFY2(reading.state == ReadingState::Fresh, qPrintable(reading.name + QStringLiteral(": ") + reading.reason));
    }
}

void RedisProbeTest::wrongPasswordOfOneSentinelIsSaid()
{
    RedisFixtureOptions options;
    options.sentinelPassword = "sentinel-secret";
    RedisFixture redis(options);
    QCOMPARE(redis.start(), QString());
    const Result<RespValue> changed = redis.ask(redis.sentinelTarget(2), {"ACL", "SETUSER", "default", "resetpass", ">other-secret"});
    QVERIFY(changed && !changed->isError());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Degraded);
    QVERIFY2(listener.reason().contains(redis.sentinel(2).text()) && listener.reason().contains(QStringLiteral("refuses the password")),
             qPrintable(listener.reason()));
    QVERIFY(listener.last().redis->masterProved);
    QVERIFY(!listener.last().redis->sentinels[2].answers);
}

void RedisProbeTest::missingSecretIsSaid()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbeSetup setup = setupOf(redis);
    setup.passwordFault = Error{ErrorCode::SecretMissing, QStringLiteral("environment variable REDIS_PASSWORD is not set")};
    RedisProbe probe(setup, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY(listener.isComplete() && listener.last().redis->nodes.size() == 3);
    QCOMPARE(listener.health(), Health::Unknown);
    QVERIFY2(listener.reason().contains(QStringLiteral("REDIS_PASSWORD is not set")), qPrintable(listener.reason()));
    QCOMPARE(listener.reading(QStringLiteral("master")).text(), redis.node(0).text());
}

void RedisProbeTest::findsItsSecretsItself()
{
    RedisFixtureOptions options;
    options.password = "node-secret";
    RedisFixture redis(options);
    QCOMPARE(redis.start(), QString());
    Plan plan;
    plan.redis = redis.plan();
    plan.redis->password = {.kind = SecretReference::Kind::Environment, .name = QStringLiteral("TST_REDISPROBE_SECRET")};
    qputenv("TST_REDISPROBE_SECRET", "node-secret");
    const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
    RedisProbe probe(*plan.redis, std::nullopt, *secrets, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY2(listener.health() == Health::Healthy, qPrintable(listener.reason()));
}

void RedisProbeTest::lyingSentinelIsOutvoted()
{
    RedisFixtureOptions options;
    options.password = "node-secret";
    RedisFixture redis(options);
    QCOMPARE(redis.start(), QString());
    QTcpServer trap;
    QVERIFY(trap.listen(QHostAddress::LocalHost));
    const RedisTarget liar = redis.sentinelTarget(2);
    QVERIFY(redis.ask(liar, {"SENTINEL", "REMOVE", "mymaster"}));
    QVERIFY(redis.ask(liar, {"SENTINEL", "MONITOR", "mymaster", "127.0.0.1", QByteArray::number(trap.serverPort()), "2"}));
    QByteArray caught;
    connect(&trap, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *socket = trap.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, this, [&caught, socket] { caught += socket->readAll(); });
    });
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY(listener.isComplete() && !listener.last().contradictions.isEmpty());
    QCOMPARE(listener.last().redis->master, std::optional<Endpoint>(redis.node(0)));
    QVERIFY(listener.last().redis->masterProved);
    QCOMPARE(listener.health(), Health::Degraded);
    QCOMPARE(listener.last().redis->sentinels[2].master.port, trap.serverPort());
    const qsizetype looks = listener.heard.size();
    QTRY_VERIFY(listener.heard.size() > looks + 3);
    QVERIFY2(!caught.contains("node-secret"), "the password went where a lying Sentinel pointed");
}

void RedisProbeTest::translatesAddresses()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbeSetup setup = setupOf(redis);
    setup.plan.addresses.insert(redis.node(2).text(), {QStringLiteral("127.0.0.1"), 1});
    setup.plan.addresses.insert(redis.node(1).text(), {QStringLiteral("localhost"), redis.node(1).port});
    RedisProbe probe(setup, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY(listener.isComplete() && listener.last().redis->nodes.size() == 3);
    QTRY_COMPARE(listener.reading(QStringLiteral("node %1 role").arg(redis.node(1).text())).text(), QStringLiteral("replica"));
    const Reading moved = listener.reading(QStringLiteral("node %1 role").arg(redis.node(2).text()));
    QVERIFY2(moved.reason.contains(QStringLiteral("127.0.0.1:1 refuses")), qPrintable(moved.reason));
}

void RedisProbeTest::isUnknownWhenNothingAnswers()
{
    RedisProbeSetup setup;
    setup.plan.master = QStringLiteral("mymaster");
    setup.plan.sentinels = {{QStringLiteral("127.0.0.1"), 1}, {QStringLiteral("127.0.0.1"), 2}};
    RedisProbe probe(setup, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY(listener.isComplete());
    QCOMPARE(listener.health(), Health::Unknown);
    QVERIFY2(listener.reason().contains(QStringLiteral("none of 2 Sentinels answers")), qPrintable(listener.reason()));
    for (const Reading &reading : listener.last().readings)
        QVERIFY2(reading.state != ReadingState::Fresh || reading.name == QLatin1String("sentinels answering"), qPrintable(reading.name));
}

void RedisProbeTest::isSilentOnceStopped()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    RedisProbe probe(setupOf(redis), m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_COMPARE(listener.health(), Health::Healthy);
    probe.lookNow();
    probe.stop();
    const qsizetype looks = listener.heard.size(), events = listener.events.size();
    redis.killNode(0);
    RedisProbe other(setupOf(redis), m_clock);
    ProbeListener control(other);
    other.start();
    QTRY_COMPARE_WITH_TIMEOUT(control.health(), Health::Down, 20'000);
    QCOMPARE(listener.heard.size(), looks);
    QCOMPARE(listener.events.size(), events);
    probe.start();
    QTRY_VERIFY_WITH_TIMEOUT(listener.heard.size() > looks, 5'000);
}

QTEST_GUILESS_MAIN(RedisProbeTest)
#include "tst_redisprobe.moc"
