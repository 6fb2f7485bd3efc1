// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/databasereadings.h"

#include "core/base/manualclock.h"
#include "core/health/databaseevents.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class DatabaseReadingsTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;

    DatabaseLook good() const
    {
        DatabaseLook out;
        out.began = out.ended = out.clock = m_clock.now();
        out.server = QStringLiteral("127.0.0.1:5432");
        out.latencyMs = 2;
        out.version = QStringLiteral("15.18");
        out.connections = 12;
        out.connectionsMax = 100;
        out.commits = 1000;
        out.startedAt = m_clock.now().addDays(-1);
        out.seesOthers = true;
        out.archiveMode = QStringLiteral("on");
        out.archiveCommandSet = true;
        out.lastArchivedAt = m_clock.now().addSecs(-20);
        out.lastArchivedWal = QStringLiteral("000000010000000000000001");
        out.segmentSize = 16'777'216;
        out.position = 50'000'000;
        return out;
    }
    LiveCheck check(ConditionAnswer::State state) const
    {
        return {.name = QStringLiteral("projects"), .answer = {state, QStringLiteral("told")}, .at = m_clock.now()};
    }
    DatabaseLook failed(ErrorCode code) const
    {
        DatabaseLook out;
        out.ended = m_clock.now();
        out.failure = Error{code, QStringLiteral("it went wrong")};
        return out;
    }
    static Reading find(const SystemObservation &observation, const char *name)
    {
        for (const Reading &one : observation.readings) {
            if (one.name == QLatin1String(name))
                return one;
        }
        return {.name = QStringLiteral("no such reading")};
    }
    Reading tell(const DatabaseLook &look, const char *name) const
    {
        return find(DatabaseReadings({.recoveryPoint = 5min}).observe(look), name);
    }
    static QStringList names(const QList<Event> &events)
    {
        QStringList out;
        for (const Event &one : events)
            out += one.name;
        return out;
    }

private slots:
    void failuresDecideTheHealth_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("health");
        const auto row = [](const char *name, ErrorCode code, const char *health) {
            QTest::newRow(name) << int(code) << QString::fromLatin1(health);
        };
        row("refused", ErrorCode::ConnectionRefused, "down");
        row("silent", ErrorCode::TimedOut, "down");
        row("cut", ErrorCode::ConnectionLost, "down");
        row("starting up", ErrorCode::Busy, "down");
        row("database gone", ErrorCode::NotFound, "down");
        row("wrong password", ErrorCode::AuthenticationFailed, "unknown");
        row("secret missing", ErrorCode::SecretMissing, "unknown");
        row("name does not resolve", ErrorCode::NameNotFound, "unknown");
        row("certificate", ErrorCode::TlsFailed, "unknown");
        row("our own network", ErrorCode::Unreachable, "unknown");
        row("no PostgreSQL", ErrorCode::ProtocolViolation, "unknown");
    }
    void failuresDecideTheHealth()
    {
        QFETCH(int, code);
        QFETCH(QString, health);
        const SystemObservation told = DatabaseReadings({}).observe(failed(ErrorCode(code)));
        QCOMPARE(healthName(told.health), health);
        for (const Reading &reading : told.readings) {
            if (reading.name != QLatin1String("reachable"))
                QCOMPARE(reading.stateAt(m_clock.now()), ReadingState::Unknown);
            QVERIFY(reading.reason.contains(QLatin1String("it went wrong")));
        }
    }
    void checksThatFailDegradeTheDatabase_data()
    {
        using State = ConditionAnswer::State;
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("health");
        QTest::addColumn<QString>("reading");
        QTest::newRow("holds") << int(State::Holds) << "healthy" << "0";
        QTest::newRow("fails") << int(State::Fails) << "degraded" << "1";
        QTest::newRow("lacks") << int(State::Lacks) << "degraded" << "1";
        QTest::newRow("unknown") << int(State::Unknown) << "healthy" << "unknown";
    }
    void checksThatFailDegradeTheDatabase()
    {
        QFETCH(int, state);
        DatabaseLook look = good();
        look.checks = {check(ConditionAnswer::State(state))};
        const SystemObservation told = DatabaseReadings({}).observe(look);
        QTEST(healthName(told.health), "health");
        QTEST(find(told, "checks that fail").text(), "reading");
        // What is wrong with the data may still be being written by what was deployed: no deployment is excused by it.
        QVERIFY(!told.refusesWrites);
        QVERIFY(find(told, "checks that fail").state != ReadingState::Fresh || find(told, "checks that fail").hasNumber());
    }
    void checksThatWereNotAskedYetAreNotCalledHolding()
    {
        DatabaseLook look = good();
        look.checks = {check(ConditionAnswer::State::Holds), {.name = QStringLiteral("scenes")}};
        const Reading told = tell(look, "checks that fail");
        QCOMPARE(told.text(), QStringLiteral("unknown"));
        QCOMPARE(told.reason, QStringLiteral("\"scenes\" was not asked yet"));
    }
    void checksAreAnEventOnceWhenTheyBreakAndOnceWhenTheyHold()
    {
        DatabaseLook holds = good(), lacks = good();
        holds.checks = {check(ConditionAnswer::State::Holds)};
        lacks.checks = {check(ConditionAnswer::State::Lacks)};
        QCOMPARE(names(databaseEvents(holds, holds, lacks)), QStringList{QStringLiteral("check-fails")});
        QCOMPARE(names(databaseEvents(lacks, lacks, lacks)), QStringList());
        QCOMPARE(names(databaseEvents(lacks, lacks, holds)), QStringList{QStringLiteral("check-holds")});
    }
    void rolesDecideTheHealth()
    {
        DatabaseReadings readings({});
        DatabaseLook look = good();
        QCOMPARE(readings.observe(look).health, Health::Healthy);
        look.readOnly = true;
        QCOMPARE(readings.observe(look).health, Health::Degraded);
        look.readOnly = false;
        look.standby = true;
        QCOMPARE(readings.observe(look).health, Health::Degraded);
    }
    void unknownSecondaryReadingsLeaveTheHealthAlone()
    {
        DatabaseLook look = good();
        look.countersFailure = Error{ErrorCode::TimedOut, QStringLiteral("too slow")};
        const SystemObservation told = DatabaseReadings({}).observe(look);
        QCOMPARE(told.health, Health::Healthy);
        QCOMPARE(find(told, "connections").state, ReadingState::Unknown);
        QCOMPARE(find(told, "role").state, ReadingState::Fresh);
    }
    void whatPrivilegesHideIsUnknown()
    {
        DatabaseLook look = good();
        look.seesOthers = false;
        const Reading oldest = tell(look, "oldest transaction");
        QCOMPARE(oldest.state, ReadingState::Unknown);
        QCOMPARE(oldest.reason, QStringLiteral("needs pg_monitor"));
    }
    void checksumsThatAreOffAreAbsent()
    {
        QCOMPARE(tell(good(), "checksum failures").state, ReadingState::Absent);
    }
    void connectionsNearTheLimitAreAbnormal()
    {
        DatabaseLook look = good();
        QVERIFY(!tell(look, "connections").isAbnormal());
        look.connections = 81;
        QVERIFY(tell(look, "connections").isAbnormal());
    }
    void commitsNeedTwoLooks()
    {
        DatabaseReadings readings({});
        DatabaseLook look = good();
        QCOMPARE(find(readings.observe(look), "commits").state, ReadingState::Unknown);
        look.clock = look.clock.addSecs(5);
        look.commits += 100;
        QCOMPARE(find(readings.observe(look), "commits").number(), 20.0);
    }
    void countersThatBeganAgainGiveNoRate()
    {
        DatabaseReadings readings({});
        DatabaseLook look = good();
        readings.observe(look);
        look.clock = look.clock.addSecs(5);
        look.startedAt = look.startedAt.addSecs(3600);
        QCOMPARE(find(readings.observe(look), "commits").state, ReadingState::Unknown);
    }
    void archiveFailuresCountSinceTheLastSuccess()
    {
        DatabaseReadings readings({});
        DatabaseLook look = good();
        look.archiveFailures = 40;
        QCOMPARE(find(readings.observe(look), "archive failures").number(), 0.0);
        look.lastFailedAt = m_clock.now();
        look.archiveFailures = 43;
        const SystemObservation told = readings.observe(look);
        QCOMPARE(find(told, "archive failures").number(), 3.0);
        QVERIFY(find(told, "archive failures").isAbnormal());
        QCOMPARE(find(told, "archiver").text(), QStringLiteral("failing"));
    }
    void noArchiveMeansNoRestorableMoment_data()
    {
        QTest::addColumn<bool>("neon");
        QTest::addColumn<QString>("mode");
        QTest::addColumn<QString>("why");
        QTest::newRow("archiving off") << false << "off" << "not archived";
        QTest::newRow("Neon") << true << "off" << "Neon";
    }
    void noArchiveMeansNoRestorableMoment()
    {
        QFETCH(bool, neon);
        QFETCH(QString, mode);
        QFETCH(QString, why);
        DatabaseLook look = good();
        look.archiveMode = mode;
        const Reading newest = find(DatabaseReadings({.neon = neon}).observe(look), "newest restorable");
        QCOMPARE(newest.state, ReadingState::Unknown);
        QVERIFY2(newest.reason.contains(why), qPrintable(newest.reason));
    }
    void restorableMomentSurvivesTheServer()
    {
        DatabaseReadings readings({.recoveryPoint = 5min});
        const Reading before = find(readings.observe(good()), "newest restorable");
        m_clock.advance(5s);
        const Reading after = find(readings.observe(failed(ErrorCode::ConnectionRefused)), "newest restorable");
        QVERIFY(before.hasNumber());
        QCOMPARE(after, before);
    }
    void recoveryPointIsTheNormalRange()
    {
        DatabaseLook look = good();
        look.lastArchivedAt = m_clock.now().addSecs(-301);
        QVERIFY(tell(look, "newest restorable").isAbnormal());
    }
    void eventsTellWhatHappened_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("nothing") << "" << QStringList();
        QTest::newRow("down") << "down" << QStringList{QStringLiteral("down")};
        QTest::newRow("wrong password") << "password" << QStringList{QStringLiteral("unknown")};
        QTest::newRow("role") << "role" << QStringList{QStringLiteral("role")};
        QTest::newRow("restart") << "restart" << QStringList{QStringLiteral("restarted")};
        QTest::newRow("another server") << "server" << QStringList{QStringLiteral("server")};
        QTest::newRow("deadlock") << "deadlock" << QStringList{QStringLiteral("deadlock")};
        QTest::newRow("archiver") << "archiver" << QStringList{QStringLiteral("archiver-failing")};
        QTest::newRow("idle cut") << "cut" << QStringList{QStringLiteral("reconnected")};
    }
    void eventsTellWhatHappened()
    {
        QFETCH(QString, change);
        QFETCH(QStringList, expected);
        DatabaseLook look = good();
        if (change == QLatin1String("down"))
            look = failed(ErrorCode::ConnectionRefused);
        if (change == QLatin1String("password"))
            look = failed(ErrorCode::AuthenticationFailed);
        look.standby = change == QLatin1String("role");
        look.newConnection = change == QLatin1String("cut");
        look.deadlocks += change == QLatin1String("deadlock");
        if (change == QLatin1String("server")) {
            look.server = QStringLiteral("127.0.0.1:5440");
            look.startedAt = look.startedAt.addSecs(60);
        }
        if (change == QLatin1String("restart"))
            look.startedAt = look.startedAt.addSecs(60);
        if (change == QLatin1String("archiver"))
            look.lastFailedAt = m_clock.now();
        QCOMPARE(names(databaseEvents(good(), good(), look)), expected);
    }
    void outageIsToldOnce()
    {
        const DatabaseLook down = failed(ErrorCode::ConnectionRefused);
        QVERIFY(databaseEvents(down, good(), down).isEmpty());
        QCOMPARE(names(databaseEvents(down, good(), good())), QStringList{QStringLiteral("up")});
    }
    void outageThatChangesItsReasonIsNoSecondOutage()
    {
        QCOMPARE(names(databaseEvents(failed(ErrorCode::ConnectionRefused), good(), failed(ErrorCode::Busy))),
                 QStringList{QStringLiteral("reason")});
    }
};

QTEST_GUILESS_MAIN(DatabaseReadingsTest)
#include "tst_databasereadings.moc"
