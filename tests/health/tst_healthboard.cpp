// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/healthboard.h"

#include "core/base/manualclock.h"

#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QString redis = QStringLiteral("redis");
const QString database = QStringLiteral("database");

Plan planOfBoth()
{
    Plan plan;
    plan.database = DatabasePlan{};
    plan.redis = RedisPlan{};
    plan.recoveryTime = {{.name = QStringLiteral("Critical"),
                          .services = {database},
                          .within = 1h}};
    return plan;
}

} // namespace

class HealthBoardTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;

    SystemObservation look(const QString &system, Health health, const QString &reason = {},
                           bool complete = true)
    {
        return {.system = system,
                .health = health,
                .reason = reason,
                .lookedAt = m_clock.now(),
                .complete = complete};
    }

private slots:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void systemsStandInTheContractsOrder()
    {
        const HealthBoard board(planOfBoth(), {redis, database}, m_clock);
        QCOMPARE(board.snapshot().systems.size(), 2);
        QCOMPARE(board.snapshot().systems.first().name, database);
    }
    void systemIsUnknownBeforeItsFirstLook()
    {
        const HealthBoard board(planOfBoth(), {redis}, m_clock);
        QCOMPARE(board.snapshot().overall, Health::Unknown);
        QCOMPARE(board.snapshot().systems.first().reason, QStringLiteral("not looked at yet"));
    }
    void overallIsTheWorst_data()
    {
        QTest::addColumn<int>("one");
        QTest::addColumn<int>("other");
        QTest::addColumn<int>("overall");
        const auto row = [](const char *name, Health one, Health other, Health overall) {
            QTest::newRow(name) << int(one) << int(other) << int(overall);
        };
        row("both well", Health::Healthy, Health::Healthy, Health::Healthy);
        row("degraded beats healthy", Health::Degraded, Health::Healthy, Health::Degraded);
        row("unknown beats degraded", Health::Degraded, Health::Unknown, Health::Unknown);
        row("down beats unknown", Health::Down, Health::Unknown, Health::Down);
    }
    void overallIsTheWorst()
    {
        QFETCH(int, one);
        QFETCH(int, other);
        QFETCH(int, overall);
        HealthBoard board(planOfBoth(), {redis, database}, m_clock);
        board.observe(look(redis, Health(one)));
        board.observe(look(database, Health(other)));
        QCOMPARE(board.snapshot().overall, Health(overall));
    }
    void sinceIsNullAfterOneLook()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Down));
        QVERIFY(!board.snapshot().systems.first().since.isValid());
    }
    void firstLookMayComeInParts()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Unknown, {}, false));
        board.observe(look(redis, Health::Healthy));
        QVERIFY(!board.snapshot().systems.first().since.isValid());
    }
    void sinceIsTheLookThatChangedTheHealth()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Healthy));
        m_clock.advance(5s);
        const QDateTime change = m_clock.now();
        board.observe(look(redis, Health::Down));
        m_clock.advance(5s);
        board.observe(look(redis, Health::Down));
        QCOMPARE(board.snapshot().systems.first().since, change);
    }
    void silentSystemTurnsUnknownByItself()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Healthy, QStringLiteral("all well")));
        m_clock.advance(3s);
        board.age();
        QCOMPARE(board.snapshot().overall, Health::Healthy);
        m_clock.advance(1ms);
        board.age();
        QCOMPARE(board.snapshot().overall, Health::Unknown);
        QVERIFY(board.snapshot().systems.first().reason.contains(QLatin1String("all well")));
    }
    void silentSystemIsNotPaintedByTheTimeOfItsNeighbours()
    {
        HealthBoard board(planOfBoth(), {redis, database}, m_clock);
        board.observe(look(redis, Health::Healthy));
        board.observe(look(database, Health::Healthy));
        m_clock.advance(4s);
        board.observe(look(database, Health::Healthy));
        board.age();
        QCOMPARE(board.snapshot().system(redis)->health, Health::Unknown);
        QCOMPARE(board.snapshot().system(database)->health, Health::Healthy);
    }
    void agedSystemComesBackWithItsNextLook()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Healthy));
        m_clock.advance(60s);
        board.age();
        board.observe(look(redis, Health::Healthy));
        QCOMPARE(board.snapshot().overall, Health::Healthy);
    }
    void unknownEndsNoOutage()
    {
        HealthBoard board(planOfBoth(), {database}, m_clock);
        board.observe(look(database, Health::Healthy));
        m_clock.advance(1s);
        board.observe(look(database, Health::Down));
        m_clock.advance(60s);
        board.age();
        const ObjectiveState objective = board.snapshot().objectives.first();
        QCOMPARE(board.snapshot().overall, Health::Unknown);
        QCOMPARE(objective.now, std::optional<Milliseconds>(60s));
        QVERIFY(!objective.atLeast);
    }
    void healthChangeIsSentAtOnce()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        QSignalSpy sent(&board, &HealthBoard::snapshotReady);
        board.observe(look(redis, Health::Healthy));
        board.observe(look(redis, Health::Degraded));
        board.observe(look(redis, Health::Down));
        QCOMPARE(sent.size(), 3);
        QCOMPARE(sent.last().first().value<HealthSnapshot>().overall, Health::Down);
    }
    void everythingElseIsSentAtMostOnceIn100Milliseconds()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Healthy));
        QSignalSpy sent(&board, &HealthBoard::snapshotReady);
        QElapsedTimer elapsed;
        elapsed.start();
        for (int i = 0; i < 200; ++i)
            board.observe(look(redis, Health::Healthy, QString::number(i)));
        QCOMPARE(sent.size(), 0);
        QTRY_COMPARE(sent.size(), 1);
        QVERIFY(elapsed.elapsed() >= 95);
        QCOMPARE(sent.last().first().value<HealthSnapshot>().systems.first().reason,
                 QStringLiteral("199"));
    }
    void eventsComeInOrderBeforeTheirSnapshot()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(redis, Health::Healthy));
        QStringList log;
        connect(&board, &HealthBoard::eventsHappened, this, [&](const QList<Event> &events) {
            for (const Event &event : events)
                log += event.name;
        });
        connect(&board, &HealthBoard::snapshotReady, this, [&] { log += QStringLiteral("snapshot"); });
        board.record({{.name = QStringLiteral("+sdown")}});
        board.record({{.name = QStringLiteral("+odown")}});
        board.observe(look(redis, Health::Down));
        QCOMPARE(log.join(QLatin1Char(' ')), QStringLiteral("+sdown +odown snapshot"));
    }
    void contradictionKeepsItsBeginning()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        SystemObservation odd = look(redis, Health::Degraded);
        odd.contradictions = {{.about = QStringLiteral("redis master")}};
        const QDateTime began = m_clock.now();
        board.observe(odd);
        m_clock.advance(2s);
        board.observe(odd);
        QCOMPARE(board.snapshot().contradictions.first().since, began);
    }
    void contradictionEndsWithItsLook()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        SystemObservation odd = look(redis, Health::Degraded);
        odd.contradictions = {{.about = QStringLiteral("redis master")}};
        board.observe(odd);
        board.observe(look(redis, Health::Degraded));
        QVERIFY(board.snapshot().contradictions.isEmpty());
    }
    void clocksFarApartContradict()
    {
        HealthBoard board(planOfBoth(), {redis, database}, m_clock);
        SystemObservation one = look(database, Health::Healthy);
        one.readings = {{.name = QStringLiteral("clock skew"),
                         .value = -31.0,
                         .unit = QStringLiteral("s"),
                         .source = QStringLiteral("postgresql 10.0.0.5:5432")}};
        board.observe(one);
        const QList<Contradiction> found = board.snapshot().contradictions;
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.first().says.first().value, QStringLiteral("31 s behind this console"));
    }
    void saysOnceThatEverySystemWasLookedAt()
    {
        HealthBoard board(planOfBoth(), {redis, database}, m_clock);
        QSignalSpy said(&board, &HealthBoard::everySystemLookedAt);
        board.observe(look(redis, Health::Healthy));
        board.observe(look(database, Health::Unknown, {}, false));
        QCOMPARE(said.size(), 0);
        board.observe(look(database, Health::Down));
        board.observe(look(database, Health::Down));
        QCOMPARE(said.size(), 1);
    }
    void observationOfAnUnnamedSystemIsIgnored()
    {
        HealthBoard board(planOfBoth(), {redis}, m_clock);
        board.observe(look(database, Health::Down));
        QCOMPARE(board.snapshot().systems.size(), 1);
    }
};

QTEST_GUILESS_MAIN(HealthBoardTest)
#include "tst_healthboard.moc"
