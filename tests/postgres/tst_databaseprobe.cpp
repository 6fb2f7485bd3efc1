// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databaseprobe.h"

#include "core/systems/secrets/secretresolver.h"
#include "tests/postgres/pgfixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// A probe and what it last said.
struct Looker
{
    explicit Looker(const Secret &url, Milliseconds every = 200ms, const QList<IntegrityCheck> &checks = {})
    {
        plan.database = DatabasePlan{
            .url = {.kind = SecretReference::Kind::Plain, .name = QString::fromUtf8(url.reveal())},
            .integrity = checks,
            .every = every};
        plan.recoveryPoint = {{.name = QStringLiteral("Transactions"),
                               .data = QStringLiteral("database"),
                               .within = 5min}};
        secrets = SecretResolver::forPlan(plan);
        probe = std::make_unique<DatabaseProbe>(plan, *secrets, clock);
        QObject::connect(probe.get(), &Probe::observed, probe.get(), [this](const SystemObservation &one) {
            last = one;
            ++looks;
        });
        QObject::connect(probe.get(), &Probe::eventsHappened, probe.get(), [this](const QList<Event> &some) {
            for (const Event &one : some)
                events += one.name;
        });
        probe->start();
    }
    Reading reading(const char *name) const
    {
        for (const Reading &one : last.readings) {
            if (one.name == QLatin1String(name))
                return one;
        }
        return {.name = QStringLiteral("no such reading")};
    }
    QString text(const char *name) const { return reading(name).text(); }

    Plan plan;
    SystemClock clock;
    std::unique_ptr<SecretResolver> secrets;
    SystemObservation last;
    QStringList events;
    int looks = 0;
    std::unique_ptr<DatabaseProbe> probe; ///< last: its end waits for the worker
};

} // namespace

class DatabaseProbeTest : public QObject
{
    Q_OBJECT
private:
    PgFixture m_server;

    QString run(const QString &sql) { return m_server.execute(sql); }
    void setArchiveCommand(const QString &command)
    {
        QCOMPARE(run(QStringLiteral("alter system set archive_command = '%1'").arg(command)), QString());
        QCOMPARE(run(QStringLiteral("select pg_reload_conf()")), QString());
    }
    void writeAndSwitch()
    {
        QCOMPARE(run(QStringLiteral("create table if not exists t (id int)")), QString());
        QCOMPARE(run(QStringLiteral("insert into t values (1)")), QString());
        QCOMPARE(run(QStringLiteral("select pg_switch_wal()")), QString());
    }
    static QString copyAway() { return QStringLiteral("cp %p /dev/null"); }

private slots:
    void initTestCase()
    {
        const QString problem = m_server.start({QStringLiteral("archive_mode = on"),
                                                QStringLiteral("archive_command = '%1'").arg(copyAway())});
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QCOMPARE(run(QStringLiteral("create role dr_min login password '%1'").arg(QLatin1String(PgFixture::password()))),
                 QString());
    }

    void troubleOfTheApplicationIsLookedIntoAtOnce()
    {
        Looker looker(m_server.url(), 60s);
        QTRY_COMPARE(looker.looks, 1);
        const auto happened = [](const char *system, Event::Weight weight) { return QList<Event>{{.system = QLatin1String(system), .name = QStringLiteral("live"), .weight = weight}}; };
        looker.probe->hear(happened("redis", Event::Weight::Critical));
        looker.probe->hear(happened("pools", Event::Weight::Plain));
        QVERIFY(!QTest::qWaitFor([&looker] { return looker.looks > 1; }, 300));
        looker.probe->hear(happened("pools", Event::Weight::Warning));
        QTRY_COMPARE(looker.looks, 2);
        looker.probe->hear(happened("pools", Event::Weight::Warning)); // four instances fall within a second
        QVERIFY(!QTest::qWaitFor([&looker] { return looker.looks > 2; }, 300));
    }

    void tableThatIsGoneIsSeenByThePlansCheck()
    {
        QCOMPARE(run(QStringLiteral("create table scenes as select 1 as id")), QString());
        Looker looker(m_server.url(), 60s, {{QStringLiteral("scenes are there"), QStringLiteral("select count(*) > 0 from scenes")}});
        QTRY_COMPARE(looker.text("checks that fail"), QStringLiteral("0"));
        QCOMPARE(looker.last.health, Health::Healthy);
        QCOMPARE(run(QStringLiteral("drop table scenes")), QString());
        // A check is asked again at once only when the last time was five seconds ago.
        QTRY_VERIFY_WITH_TIMEOUT((looker.probe->lookNow(), looker.reading("checks that fail").isAbnormal()), 15'000);
        QCOMPARE(looker.last.health, Health::Degraded);
        QVERIFY(looker.reading("checks that fail").reason.contains(QLatin1String("relation \"scenes\" does not exist")));
        QVERIFY(looker.events.contains(QLatin1String("check-fails")));
    }
    void checkThatTakesTooLongIsUnknownAndLeavesTheHealthAlone()
    {
        const Looker looker(m_server.url(), 60s, {{QStringLiteral("slow"), QStringLiteral("select pg_sleep(20) is not null")}});
        QTRY_VERIFY_WITH_TIMEOUT(looker.looks > 0, 10'000);
        QCOMPARE(looker.text("checks that fail"), QStringLiteral("unknown"));
        QCOMPARE(looker.last.health, Health::Healthy);
        QVERIFY(looker.reading("latency").hasNumber());
    }

    void healthyPrimaryTellsEverything()
    {
        writeAndSwitch();
        const Looker looker(m_server.url());
        QTRY_VERIFY(looker.looks >= 3);
        QCOMPARE(looker.last.health, Health::Healthy);
        QCOMPARE(looker.text("reachable"), QStringLiteral("yes"));
        QCOMPARE(looker.text("role"), QStringLiteral("primary"));
        QVERIFY(looker.text("version").startsWith(QLatin1String("15.")));
        for (const char *name : {"latency", "connections", "oldest transaction", "deadlocks", "commits", "size",
                                 "replicas", "archive failures", "clock skew"})
            QVERIFY2(looker.reading(name).hasNumber(), name);
        QVERIFY(looker.reading("connections").number() >= 1);
        QVERIFY(looker.reading("size").number() > 1'000'000);
        QVERIFY(qAbs(looker.reading("clock skew").number()) < 0.5);
    }
    void bareLoginRoleIsEnough()
    {
        const Looker looker(m_server.url(QStringLiteral("dr_min")));
        QTRY_VERIFY(looker.looks >= 2);
        QCOMPARE(looker.last.health, Health::Healthy);
        QCOMPARE(looker.reading("oldest transaction").reason, QStringLiteral("needs pg_monitor"));
        for (const char *name : {"connections", "deadlocks", "size", "last archived", "newest restorable"})
            QVERIFY2(looker.reading(name).hasNumber(), name);
    }
    void archiverThatFailsIsSeen()
    {
        const Looker looker(m_server.url());
        setArchiveCommand(QStringLiteral("/bin/false"));
        writeAndSwitch();
        QTRY_COMPARE_WITH_TIMEOUT(looker.text("archiver"), QStringLiteral("failing"), 20'000);
        QVERIFY(looker.reading("archive failures").isAbnormal());
        QVERIFY(looker.events.contains(QLatin1String("archiver-failing")));
        QCOMPARE(looker.last.health, Health::Healthy);
        setArchiveCommand(copyAway());
        QTRY_COMPARE_WITH_TIMEOUT(looker.text("archiver"), QStringLiteral("archiving"), 20'000);
        QVERIFY(looker.events.contains(QLatin1String("archiver-works")));
    }
    void restorableMomentFollowsTheArchive()
    {
        const Looker looker(m_server.url());
        QTRY_VERIFY(looker.looks >= 1);
        writeAndSwitch();
        QTRY_VERIFY_WITH_TIMEOUT(looker.reading("newest restorable").hasNumber()
                                     && looker.reading("newest restorable").number() < 5,
                                 20'000);
        QVERIFY(looker.reading("newest restorable").reason.contains(QLatin1String("archived up to")));
    }
    void standbyTakesNoWrites()
    {
        PgFixture standby;
        const QString problem = standby.startStandby(m_server);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const Looker looker(standby.url());
        const Looker primary(m_server.url());
        QTRY_COMPARE(looker.last.health, Health::Degraded);
        QCOMPARE(looker.text("role"), QStringLiteral("standby"));
        QVERIFY(looker.last.reason.contains(QLatin1String("standby")));
        QTRY_COMPARE(primary.reading("replicas").number(), 1.0);
        QTRY_VERIFY(primary.reading("replication lag").hasNumber());
    }
    void readOnlyServerIsDegraded()
    {
        const Looker looker(m_server.url());
        QCOMPARE(run(QStringLiteral("alter system set default_transaction_read_only = on")), QString());
        QCOMPARE(run(QStringLiteral("select pg_reload_conf()")), QString());
        QTRY_COMPARE(looker.last.health, Health::Degraded);
        QCOMPARE(run(QStringLiteral("alter system reset default_transaction_read_only")), QString());
        QCOMPARE(run(QStringLiteral("select pg_reload_conf()")), QString());
        QTRY_COMPARE(looker.last.health, Health::Healthy);
    }
    void idleConnectionThatWasCutIsNoOutage()
    {
        const Looker looker(m_server.url());
        QTRY_COMPARE(looker.last.health, Health::Healthy);
        run(QStringLiteral("select pg_terminate_backend(pid) from pg_stat_activity "
                           "where application_name = 'understudy' and pid <> pg_backend_pid()"));
        QTRY_VERIFY(looker.events.contains(QLatin1String("reconnected")));
        QVERIFY(!looker.events.contains(QLatin1String("down")));
    }
    void restartedServerComesBack()
    {
        const Looker looker(m_server.url());
        QTRY_COMPARE(looker.last.health, Health::Healthy);
        m_server.stop();
        QTRY_COMPARE(looker.last.health, Health::Down);
        QVERIFY2(looker.last.reason.contains(QLatin1String("refuses connections")), qPrintable(looker.last.reason));
        QCOMPARE(looker.reading("latency").state, ReadingState::Unknown);
        QCOMPARE(m_server.restart(), QString());
        QTRY_COMPARE(looker.last.health, Health::Healthy);
        QTRY_VERIFY(looker.events.contains(QLatin1String("restarted")));
    }
    void hungServerIsDownAndDelaysNoOther()
    {
        PgFixture other;
        QCOMPARE(other.start(), QString());
        const Looker well(other.url());
        const Looker looker(m_server.url());
        QTRY_COMPARE(looker.last.health, Health::Healthy);
        m_server.hang();
        QElapsedTimer elapsed;
        elapsed.start();
        const int looksBefore = well.looks;
        QTRY_COMPARE_WITH_TIMEOUT(looker.last.health, Health::Down, 8000);
        const qint64 took = elapsed.elapsed();
        const int looksMeanwhile = well.looks - looksBefore;
        m_server.resume();
        QVERIFY2(took < 6000, qPrintable(QString::number(took)));
        QVERIFY(looker.last.reason.contains(QLatin1String("does not answer")));
        QVERIFY2(looksMeanwhile >= 8, qPrintable(QString::number(looksMeanwhile)));
        QTRY_COMPARE_WITH_TIMEOUT(looker.last.health, Health::Healthy, 8000);
    }
    void serverThatAcceptsAndNeverAnswersIsDown()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        const Looker looker(Secret("postgresql://u:pw@127.0.0.1:" + QByteArray::number(silent.serverPort()) + "/d"));
        QTRY_COMPARE_WITH_TIMEOUT(looker.last.health, Health::Down, 6000);
        QVERIFY(looker.last.reason.contains(QLatin1String("does not answer")));
    }
    void troubleOfOurOwnIsUnknown_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QString>("reason");
        QTest::newRow("wrong password")
            << m_server.url(QStringLiteral("postgres"), QStringLiteral("postgres"), "wr0ng-word").reveal()
            << "refuses the password";
        QTest::newRow("no secret") << QByteArray() << "empty";
        QTest::newRow("malformed") << QByteArray("postgresql://[::1") << "malformed";
    }
    void troubleOfOurOwnIsUnknown()
    {
        QFETCH(QByteArray, url);
        QFETCH(QString, reason);
        const Looker looker{Secret(url)};
        QTRY_VERIFY(looker.looks > 0);
        QCOMPARE(looker.last.health, Health::Unknown);
        QVERIFY2(looker.last.reason.contains(reason), qPrintable(looker.last.reason));
        QVERIFY(!looker.last.reason.contains(QLatin1String("wr0ng-word")));
    }
    void databaseThatIsGoneIsDown()
    {
        const Looker looker(m_server.url(QStringLiteral("postgres"), QStringLiteral("gone")));
        QTRY_COMPARE(looker.last.health, Health::Down);
        QVERIFY(looker.last.reason.contains(QLatin1String("does not have the database")));
    }
    void stoppedProbeSaysNothingMore()
    {
        Looker looker(m_server.url());
        QTRY_VERIFY(looker.looks > 0);
        looker.probe->lookNow();
        looker.probe->stop();
        const int before = looker.looks;
        looker.probe.reset();
        QCOMPARE(looker.looks, before);
    }
    void probeEndsSoonThoughItsServerHangs()
    {
        std::unique_ptr<Looker> looker = std::make_unique<Looker>(m_server.url());
        QTRY_VERIFY(looker->looks > 0);
        m_server.hang();
        looker->probe->lookNow();
        QElapsedTimer elapsed;
        elapsed.start();
        looker.reset();
        const qint64 took = elapsed.elapsed();
        m_server.resume();
        QVERIFY2(took < 2500, qPrintable(QString::number(took)));
    }
};

QTEST_GUILESS_MAIN(DatabaseProbeTest)
#include "tst_databaseprobe.moc"
