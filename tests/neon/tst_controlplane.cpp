// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "core/health/controlplanewatch.h"
#include "core/health/databaseprobe.h"
#include "core/systems/secrets/secretresolver.h"
#include "tests/neon/neonstand.h"

#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QString fine = QStringLiteral("connects, primary");

/// Gives the stand-in's key, and no address of a database.
class NeonSecrets : public SecretResolver
{
public:
    Result<Secret> resolve(const SecretReference &reference) const override
    {
        if (reference.name == QLatin1String("NEON_API_KEY"))
            return Secret(NeonStand::key());
        return Secret("postgresql://app:pw@127.0.0.1:1/thecopy");
    }
    void provide(const SecretReference &, const Secret &) override {}
};

Reading readingNamed(const SystemObservation &observation, const char *name)
{
    for (const Reading &one : observation.readings) {
        if (one.name == QLatin1String(name))
            return one;
    }
    return {.name = QStringLiteral("no such reading")};
}

} // namespace

class ControlPlaneTest : public QObject
{
    Q_OBJECT

    ManualClock m_clock;

    ControlPlaneLook good(Milliseconds kept = 24h) const
    {
        ControlPlaneLook look{.at = m_clock.now()};
        look.window = RestoreWindow{.earliest = m_clock.now().addMSecs(-kept.count()), .latest = m_clock.now(), .kept = kept,
                                    .earliestBy = QStringLiteral("history"), .latestBy = QStringLiteral("the API's clock")};
        return look;
    }
    ControlPlaneLook failed(ErrorCode code) const
    {
        ControlPlaneLook look{.at = m_clock.now()};
        look.failure = Error{code, QStringLiteral("it went wrong")};
        return look;
    }
    SystemObservation database(Health health = Health::Healthy) const
    {
        Reading newest{.name = QStringLiteral("newest restorable"), .unit = QStringLiteral("s")};
        newest.reason = QStringLiteral("only Neon's own interface knows it");
        return {.system = QStringLiteral("database"), .health = health, .reason = fine, .readings = {newest}, .lookedAt = m_clock.now(), .complete = true};
    }
    static ControlPlaneExpectations wanted(Milliseconds window = 24h)
    {
        return {.source = QStringLiteral("neon test"), .restoreWindow = window, .recoveryPoint = 5min};
    }

private slots:
    void databaseIsNotLookedAtWholeBeforeTheControlPlaneWas()
    {
        ControlPlaneReadings readings(wanted());
        const SystemObservation before = readings.added(database());
        QVERIFY(!before.complete);
        QCOMPARE(readingNamed(before, "control plane").state, ReadingState::Unknown);
        readings.learn(failed(ErrorCode::ControlPlaneDown));
        QVERIFY(readings.added(database()).complete);
    }
    void windowAndNewestPointAreTold()
    {
        ControlPlaneReadings readings(wanted());
        readings.learn(good());
        const SystemObservation told = readings.added(database());
        QCOMPARE(told.health, Health::Healthy);
        QCOMPARE(told.reason, fine);
        QCOMPARE(readingNamed(told, "control plane").text(), QStringLiteral("answers"));
        QCOMPARE(readingNamed(told, "restore window").number(), 86'400.0);
        QVERIFY(!readingNamed(told, "restore window").isAbnormal());
        const Reading newest = readingNamed(told, "newest restorable");
        QCOMPARE(newest.number(), 0.0);
        QCOMPARE(newest.normal->most, std::optional<double>(300));
        QVERIFY(newest.reason.contains(QLatin1String("the API's clock")));
        QCOMPARE(std::count_if(told.readings.begin(), told.readings.end(), [](const Reading &one) { return one.name == QLatin1String("newest restorable"); }), 1);
    }
    void copiesBesideTheDatabaseAreCountedAndNamed()
    {
        ControlPlaneReadings readings(wanted());
        ControlPlaneLook look = good();
        look.copies = {{.name = QStringLiteral("understudy-1"), .moment = QDateTime(QDate(2026, 11, 26), QTime(10, 0), Qt::UTC), .ready = true},
                       {.name = QStringLiteral("preview"), .ready = false}};
        readings.learn(look);
        const Reading copies = readingNamed(readings.added(database()), "copies");
        QCOMPARE(copies.number(), 2.0);
        QCOMPARE(copies.reason, QStringLiteral("understudy-1 of 2026-11-26T10:00:00.000Z; preview (not ready)"));
    }
    void windowShorterThanThePlansDegrades()
    {
        ControlPlaneReadings readings(wanted(7 * 24h));
        readings.learn(good());
        const SystemObservation told = readings.added(database());
        QCOMPARE(told.health, Health::Degraded);
        QVERIFY2(told.reason.contains(QLatin1String("window kept 1 d, the plan says 7 d")), qPrintable(told.reason));
        QVERIFY(readingNamed(told, "restore window").isAbnormal());
    }

    void failuresDegradeAndNeverMore_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("reason"); // empty: the database stays healthy
        QTest::newRow("down") << int(ErrorCode::ControlPlaneDown) << "down" << "control plane down: a restore from it is not possible now";
        QTest::newRow("wrong key") << int(ErrorCode::AuthenticationFailed) << "refuses" << "a restore is not possible now: it went wrong";
        QTest::newRow("no key") << int(ErrorCode::SecretMissing) << "refuses" << "a restore is not possible now: it went wrong";
        QTest::newRow("puts off") << int(ErrorCode::Busy) << "busy" << "";
    }
    void failuresDegradeAndNeverMore()
    {
        QFETCH(int, code);
        QFETCH(QString, value);
        QFETCH(QString, reason);
        ControlPlaneReadings readings(wanted());
        readings.learn(failed(ErrorCode(code)));
        const SystemObservation told = readings.added(database());
        QCOMPARE(told.health, reason.isEmpty() ? Health::Healthy : Health::Degraded);
        QCOMPARE(told.reason, reason.isEmpty() ? fine : fine + QStringLiteral("; ") + reason);
        QCOMPARE(readingNamed(told, "control plane").text(), value);
        QCOMPARE(readingNamed(told, "newest restorable").state, ReadingState::Unknown);
        for (const Health worse : {Health::Unknown, Health::Down})
            QCOMPARE(readings.added(database(worse)).health, worse);
    }
    void lastSightOfTheWindowStaysAndAges()
    {
        ControlPlaneReadings readings(wanted());
        readings.learn(good());
        m_clock.advance(4min);
        readings.learn(failed(ErrorCode::ControlPlaneDown));
        const SystemObservation told = readings.added(database());
        QCOMPARE(readingNamed(told, "newest restorable").stateAt(m_clock.now()), ReadingState::Stale);
        QCOMPARE(readingNamed(told, "newest restorable").age(m_clock.now()), Milliseconds(4min));
        QCOMPARE(readingNamed(told, "restore window").number(), 86'400.0);
    }
    void silenceAndItsEndAreToldOnce()
    {
        ControlPlaneReadings readings(wanted());
        QVERIFY(readings.learn(good()).isEmpty());
        const QList<Event> silent = readings.learn(failed(ErrorCode::ControlPlaneDown));
        QCOMPARE(silent.size(), 1);
        QCOMPARE(silent.first().name, QStringLiteral("control-plane-down"));
        QVERIFY(readings.learn(failed(ErrorCode::ControlPlaneDown)).isEmpty());
        QCOMPARE(readings.learn(good()).value(0).name, QStringLiteral("control-plane-up"));
        QVERIFY(readings.learn(failed(ErrorCode::Busy)).isEmpty());
        QVERIFY(readings.learn(good()).isEmpty());
    }

    void watchAsksOneAtATimeAndGently()
    {
        SystemClock clock;
        QAtomicInt asked, inside, most;
        ControlPlaneWatch watch(
            [&](Milliseconds, const CancelToken &cancel) -> Result<RestoreWindow> {
                asked.ref();
                most.storeRelaxed(std::max(most.loadRelaxed(), inside.fetchAndAddOrdered(1) + 1));
                while (!cancel.isCancelled() && asked.loadAcquire() == 0)
                    QThread::msleep(5);
                inside.deref();
                return RestoreWindow{};
            },
            clock);
        QSignalSpy looked(&watch, &ControlPlaneWatch::looked);
        watch.start();
        for (int i = 0; i < 50; ++i)
            watch.lookNow();
        QVERIFY(looked.wait(3000));
        QVERIFY(!looked.wait(500)); // the next one only after its pause
        QCOMPARE(asked.loadAcquire(), 1);
        QCOMPARE(most.loadAcquire(), 1);
    }
    void watchThatIsStoppedEndsAtOnce()
    {
        SystemClock clock;
        QElapsedTimer since;
        {
            ControlPlaneWatch watch(
                [](Milliseconds, const CancelToken &cancel) -> Result<RestoreWindow> {
                    while (!cancel.isCancelled())
                        QThread::msleep(5);
                    return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
                },
                clock);
            QSignalSpy looked(&watch, &ControlPlaneWatch::looked);
            watch.start();
            QVERIFY(!looked.wait(100));
            since.start();
            watch.stop();
            QVERIFY(!looked.wait(100));
        }
        QVERIFY2(since.elapsed() < 400, qPrintable(QString::number(since.elapsed())));
    }

    void probeTellsOfAControlPlaneWhileTheDatabaseIsDown()
    {
        NeonStand stand;
        NeonSecrets secrets;
        SystemClock clock;
        Plan plan;
        plan.database = DatabasePlan{.url = {.kind = SecretReference::Kind::Environment, .name = QStringLiteral("DATABASE_URL")},
                                     .neon = stand.plan(), .restoreWindow = 7 * 24h, .every = 200ms};
        DatabaseProbe probe(plan, secrets, clock);
        SystemObservation last;
        connect(&probe, &Probe::observed, this, [&last](const SystemObservation &one) { last = one; });
        probe.start();
        QTRY_COMPARE_WITH_TIMEOUT(readingNamed(last, "control plane").text(), QStringLiteral("answers"), 10'000);
        QCOMPARE(last.health, Health::Down);
        QVERIFY(last.complete);
        QVERIFY2(last.reason.contains(QLatin1String("window kept 1 d, the plan says 7 d")), qPrintable(last.reason));
        QVERIFY(readingNamed(last, "newest restorable").hasNumber());
        // However often the database is looked at, the control plane is asked four times: who serves the application, project, branches, and what stands beside.
        int looks = 0;
        connect(&probe, &Probe::observed, this, [&looks] { ++looks; });
        QTRY_VERIFY(looks >= 4);
        QCOMPARE(stand.asked().size(), 4);
        probe.stop();
    }
};

QTEST_GUILESS_MAIN(ControlPlaneTest)
#include "tst_controlplane.moc"
