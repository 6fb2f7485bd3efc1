// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisprobe.h"
#include "core/plan/planwriter.h"
#include "core/recovery/scenarios/redisaccess.h"

#include "tests/integration/programs.h"
#include "tests/recovery/redisrun.h"
#include "tests/redis/probelistener.h"
#include "tests/shell/sshfixture.h"

#include <QTest>

#include <csignal>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

RedisProbeSetup setupOf(const RedisFixture &redis, const SshFixture &server)
{
    RedisProbeSetup setup;
    setup.plan = redis.plan();
    setup.plan.via = server.host().name;
    setup.plan.every = 200ms;
    setup.password = redis.nodePassword();
    setup.sentinelPassword = redis.sentinelPassword();
    setup.via = server.host();
    return setup;
}

/// The plan names each Sentinel by an address that leads nowhere, and says what stands for it.
void nameElsewhere(RedisPlan &plan)
{
    for (Endpoint &sentinel : plan.sentinels) {
        const Endpoint announced{QStringLiteral("192.0.2.7"), sentinel.port};
        plan.addresses.insert(announced.text(), sentinel);
        sentinel = announced;
    }
}

} // namespace

/// A real Redis set behind a real sshd: all that is known of it came through one ssh, or nothing is
/// known.
class RedisViaTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;
    QTemporaryDir m_runtime;

private slots:
    void initTestCase() { qputenv("XDG_RUNTIME_DIR", m_runtime.path().toUtf8()); }

    void cleanup()
    {
        QCOMPARE(SshFixture::clients(), QList<qint64>());
        QCOMPARE(QDir(m_runtime.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
                 QStringList());
    }

    void seesAWholeSet_data()
    {
        QTest::addColumn<bool>("passwords");
        QTest::addColumn<bool>("tls");
        QTest::addColumn<bool>("elsewhere");
        QTest::newRow("plain") << false << false << false;
        QTest::newRow("passwords") << true << false << false;
        QTest::newRow("TLS") << true << true << false;
        QTest::newRow("translated addresses") << false << false << true;
        QTest::newRow("translated addresses, TLS") << true << true << true;
    }
    void seesAWholeSet()
    {
        QFETCH(bool, passwords);
        QFETCH(bool, tls);
        QFETCH(bool, elsewhere);
        RedisFixtureOptions options;
        if (passwords) {
            options.password = "node-secret";
            options.sentinelPassword = "sentinel-secret";
        }
        options.tls = tls;
        RedisFixture redis(options);
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbeSetup setup = setupOf(redis, server);
        if (elsewhere) {
            nameElsewhere(setup.plan);
            setup.plan.tlsServerName =
                QStringLiteral("redis.test"); // 192.0.2.7 is not in the certificate
        }
        RedisProbe probe(setup, m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY2_WITH_TIMEOUT(listener.health() == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        // Each went through the far side, none beside it, and all of them over one login.
        for (int i = 0; i < redis.sentinels(); ++i)
            QVERIFY(server.wasAskedFor(redis.sentinel(i)));
        for (int i = 0; i < redis.nodes(); ++i)
            QVERIFY(server.wasAskedFor(redis.node(i)));
        QCOMPARE(server.logins(), 1);
        // Before the first look ended, nothing was said to be complete.
        for (const ProbeListener::Heard &one : std::as_const(listener.heard))
            QVERIFY(!one.observation.complete || !one.observation.readings.isEmpty());
    }

    void checksTheNameInTheCertificate()
    {
        RedisFixtureOptions options;
        options.tls = true;
        RedisFixture redis(options);
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbeSetup setup = setupOf(redis, server);
        setup.plan.tlsServerName = QStringLiteral("another.test");
        RedisProbe probe(setup, m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY(listener.isComplete());
        QCOMPARE(listener.health(), Health::Unknown);
        QVERIFY2(listener.reason().contains(QLatin1String("TLS")), qPrintable(listener.reason()));
    }

    void seesAMasterDieAndBeReplaced()
    {
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbe probe(setupOf(redis, server), m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY2_WITH_TIMEOUT(listener.health() == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        redis.killNode(0);
        QTRY_VERIFY_WITH_TIMEOUT(listener.health() == Health::Down, 10'000);
        // The reason is the server's, not the tunnel's.
        const QString silence =
            listener.reading(QStringLiteral("node %1 role").arg(redis.node(0).text())).reason;
        QVERIFY2(silence.contains(QLatin1String("refuses the connection from far")),
                 qPrintable(silence));
        QTRY_VERIFY2_WITH_TIMEOUT(listener.last().redis->masterProved,
                                  qPrintable(listener.reason()), 15'000);
        QVERIFY(listener.last().redis->master != redis.node(0));
        QCOMPARE(server.logins(), 1);
    }

    void isUnknownForAReasonInWords_data()
    {
        QTest::addColumn<QByteArray>("configuration");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QString>("reason");
        QTest::newRow("host key changed")
            << QByteArray("UserKnownHostsFile FOLDER/other_known_hosts") << QByteArray("user_key")
            << QStringLiteral("the host key of far is not the one that your ssh knows");
        QTest::newRow("wrong key") << QByteArray() << QByteArray("other_user_key")
                                   << QStringLiteral("far does not let your ssh in");
    }
    void isUnknownForAReasonInWords()
    {
        QFETCH(QByteArray, configuration);
        QFETCH(QByteArray, key);
        QFETCH(QString, reason);
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        server.configure(configuration, key);
        RedisProbe probe(setupOf(redis, server), m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY(listener.isComplete());
        QCOMPARE(listener.health(), Health::Unknown);
        QVERIFY2(listener.reason().startsWith(reason), qPrintable(listener.reason()));
        // What its own sentence is for is told with what to do.
        QVERIFY2(listener.reason().contains(QLatin1String("It is tried again every 3 min")),
                 qPrintable(listener.reason()));
        QCOMPARE(server.logins(), 0);
        QVERIFY(!server.wasAskedFor(redis.sentinel(0)));
    }

    void comesBackAfterSshDied()
    {
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbe probe(setupOf(redis, server), m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY2_WITH_TIMEOUT(listener.health() == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        listener.heard.clear();
        const QList<qint64> clients = SshFixture::clients();
        QCOMPARE(clients.size(), 1);
        ::kill(pid_t(clients.first()), SIGKILL);
        QTRY_VERIFY(!listener.heard.isEmpty() && listener.last().health == Health::Unknown);
        QVERIFY2(listener.reason().contains(QLatin1String("ssh to far")),
                 qPrintable(listener.reason()));
        QTRY_VERIFY2_WITH_TIMEOUT(listener.last().health == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        // Nothing but the way there was ever in doubt.
        for (const ProbeListener::Heard &one : std::as_const(listener.heard))
            QVERIFY2(one.observation.health != Health::Down &&
                         one.observation.health != Health::Degraded,
                     qPrintable(one.observation.reason));
        QCOMPARE(server.logins(), 2);
    }

    void isUnknownWhileTheServerIsGoneAndComesBack()
    {
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbe probe(setupOf(redis, server), m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY2_WITH_TIMEOUT(listener.health() == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        server.stop();
        // Redis runs on, and could be reached without the tunnel: it is not.
        QTRY_VERIFY2(listener.reason().startsWith(QLatin1String("far refuses ssh")),
                     qPrintable(listener.reason()));
        QCOMPARE(listener.last().health, Health::Unknown);
        QVERIFY(listener.reading(QStringLiteral("sentinels answering")).value ==
                decltype(Reading::value)(0.0));
        QCOMPARE(server.restart(), QString());
        QTRY_VERIFY2_WITH_TIMEOUT(listener.last().health == Health::Healthy,
                                  qPrintable(listener.reason()), 20'000);
    }

    void leavesNothingBehindWhenStopped()
    {
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        RedisProbe probe(setupOf(redis, server), m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY2_WITH_TIMEOUT(listener.health() == Health::Healthy,
                                  qPrintable(listener.reason()), 15'000);
        probe.stop();
        QCOMPARE(SshFixture::clients(), QList<qint64>());
        probe.start();
        QTRY_VERIFY_WITH_TIMEOUT(server.logins() == 2, 10'000);
    }

    void refusesToGoAroundAHostThatIsNotThere()
    {
        RedisFixture redis;
        QCOMPARE(redis.start(), QString());
        RedisPlan plan = redis.plan();
        plan.via = QStringLiteral("far");
        const Result<RedisAccess> access = RedisAccess::forPlan(plan, FixedSecrets());
        QVERIFY(!access);
        QCOMPARE(int(access.error().code), int(ErrorCode::PlanInvalid));
        RedisProbe probe({.plan = plan}, m_clock);
        ProbeListener listener(probe);
        probe.start();
        QTRY_VERIFY(listener.isComplete());
        QCOMPARE(listener.health(), Health::Unknown);
    }

    void recoversOverOneSsh_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::newRow("plain") << false;
        QTest::newRow("TLS") << true;
    }
    void recoversOverOneSsh()
    {
        QFETCH(bool, tls);
        RedisFixtureOptions options;
        options.tls = tls;
        RedisRun run(options);
        QCOMPARE(run.start(), QString());
        SshFixture server;
        QCOMPARE(server.start(), QString());
        run.plan.hosts = {server.host()};
        run.plan.redis->via = server.host().name;
        // Addresses that hold nowhere but in the plan, for nodes as for Sentinels.
        nameElsewhere(*run.plan.redis);
        if (tls)
            run.plan.redis->tlsServerName = QStringLiteral("redis.test");
        const RunResult result =
            run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase());
        QVERIFY2(result.outcome == QLatin1String("recovered"),
                 qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QVERIFY(run.redis.masterNode() > 0);
        QCOMPARE(server.logins(), 1);
        QVERIFY(server.wasAskedFor(run.redis.node(0)));
    }

    void outlineOfARunStartsNoSsh()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        Plan plan{.name = QStringLiteral("test"), .hosts = {server.host()}};
        plan.redis = RedisPlan{.master = QStringLiteral("m"),
                               .sentinels = {{QStringLiteral("127.0.0.1"), 1}},
                               .via = server.host().name};
        const FixedSecrets secrets;
        QVERIFY(makeRecipe(plan, {.scenario = QStringLiteral("redis")}, secrets).has_value());
        QCOMPARE(server.logins(), 0);
    }

    void commandLineLooksOnceAndLeavesNothing();
    void killedProgramLeavesNoSsh();

private:
    QString writePlan(const RedisFixture &redis, const SshFixture &server) const;
};

QString RedisViaTest::writePlan(const RedisFixture &redis, const SshFixture &server) const
{
    Plan plan{.name = QStringLiteral("test"), .mode = Mode::Lab, .hosts = {server.host()}};
    plan.redis = redis.plan();
    plan.redis->via = server.host().name;
    QFile file(server.file(QStringLiteral("plan.yaml")));
    return file.open(QIODevice::WriteOnly) && file.write(planToYaml(plan).toUtf8()) > 0
               ? file.fileName()
               : QString();
}

void RedisViaTest::commandLineLooksOnceAndLeavesNothing()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    SshFixture server;
    QCOMPARE(server.start(), QString());
    const QString plan = writePlan(redis, server);
    const test::Ended status = test::run(QStringLiteral("understudyctl"),
                                         {QStringLiteral("--plan"), plan, QStringLiteral("status")},
                                         QProcessEnvironment::systemEnvironment());
    QVERIFY2(status.code == 0, status.said());
    QCOMPARE(server.logins(), 1);
    QVERIFY(server.wasAskedFor(redis.node(0)));
    const test::Ended dry = test::run(QStringLiteral("understudyctl"),
                                      {QStringLiteral("--plan"), plan, QStringLiteral("recover"),
                                       QStringLiteral("redis"), QStringLiteral("--planned"),
                                       QStringLiteral("--dry-run"), QStringLiteral("--json")},
                                      QProcessEnvironment::systemEnvironment());
    QVERIFY2(dry.code == 0 && dry.out.contains("SENTINEL FAILOVER"), dry.said());
    // What can be typed instead goes the same way.
    QVERIFY2(dry.out.contains("far.alias redis-cli -h 127.0.0.1"), dry.said());
    QCOMPARE(server.logins(), 2);
    server.stop();
    const test::Ended gone = test::run(QStringLiteral("understudyctl"),
                                       {QStringLiteral("--plan"), plan, QStringLiteral("status")},
                                       QProcessEnvironment::systemEnvironment());
    QVERIFY2(gone.code == 3 && gone.out.contains("far refuses ssh"), gone.said());
}

void RedisViaTest::killedProgramLeavesNoSsh()
{
    RedisFixture redis;
    QCOMPARE(redis.start(), QString());
    SshFixture server;
    QCOMPARE(server.start(), QString());
    QTemporaryDir runtime; // a killed program leaves its socket's empty folder
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), runtime.path());
    QProcess watch;
    watch.setProcessEnvironment(environment);
    watch.start(test::program(QStringLiteral("understudyctl")),
                {QStringLiteral("--plan"), writePlan(redis, server), QStringLiteral("status"),
                 QStringLiteral("--watch")});
    QVERIFY(watch.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(server.wasAskedFor(redis.node(0)), 15'000);
    const QList<qint64> clients = SshFixture::clients(watch.processId());
    QCOMPARE(clients.size(), 1);
    watch.kill();
    QVERIFY(watch.waitForFinished());
    QTRY_VERIFY(::kill(pid_t(clients.first()), 0) != 0);
}

QTEST_GUILESS_MAIN(RedisViaTest)
#include "tst_redisvia.moc"
