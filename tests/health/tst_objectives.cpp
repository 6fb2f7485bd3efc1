// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/objectives.h"

#include "core/base/manualclock.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

Plan planWith(const QStringList &services)
{
    Plan plan;
    plan.database = DatabasePlan{};
    plan.redis = RedisPlan{};
    plan.application = ApplicationPlan{};
    plan.recoveryTime = {{.name = QStringLiteral("Critical"), .services = services, .within = 1h},
                         {.name = QStringLiteral("Other"),
                          .services = {QStringLiteral("reporting")},
                          .within = 4h}};
    plan.recoveryPoint = {{.name = QStringLiteral("Transactions"),
                           .data = QStringLiteral("database"),
                           .within = 5min},
                          {.name = QStringLiteral("Assets"),
                           .data = QStringLiteral("objects"),
                           .within = 24h}};
    return plan;
}

} // namespace

class ObjectivesTest : public QObject
{
    Q_OBJECT
private:
    const ManualClock m_clock;

    Reading restorable(double seconds) const
    {
        return {.name = QStringLiteral("newest restorable"),
                .value = seconds,
                .unit = QStringLiteral("s"),
                .observedAt = m_clock.now(),
                .interval = 5s,
                .state = ReadingState::Fresh};
    }

private slots:
    void servicesMapToSystems_data()
    {
        QTest::addColumn<QStringList>("services");
        QTest::addColumn<QStringList>("systems");
        const QString db = QStringLiteral("database"), redis = QStringLiteral("redis"),
                      pools = QStringLiteral("pools"), api = QStringLiteral("api");
        QTest::newRow("the plan's own") << QStringList{api, QStringLiteral("auth"), db}
                                        << QStringList{pools, db, redis};
        QTest::newRow("redis named") << QStringList{redis} << QStringList{redis};
    }
    void servicesMapToSystems()
    {
        QFETCH(QStringList, services);
        QFETCH(QStringList, systems);
        const Plan plan = planWith(services);
        QCOMPARE(systemsOf(plan.recoveryTime.first(), plan), systems);
    }
    void laxerObjectiveIsNotBurdenedWithRedis()
    {
        const Plan plan = planWith({QStringLiteral("api")});
        QCOMPARE(systemsOf(plan.recoveryTime.last(), plan), QStringList{QStringLiteral("pools")});
    }
    void recoveryTime_data()
    {
        QTest::addColumn<int>("health");
        QTest::addColumn<qint64>("downForSeconds"); // -1: not down
        QTest::addColumn<QString>("state");
        QTest::addColumn<qint64>("nowSeconds"); // -1: unknown
        QTest::newRow("healthy") << int(Health::Healthy) << qint64(-1) << "met" << qint64(0);
        QTest::newRow("degraded still serves") << int(Health::Degraded) << qint64(-1) << "met" << qint64(0);
        QTest::newRow("unknown") << int(Health::Unknown) << qint64(-1) << "unknown" << qint64(-1);
        QTest::newRow("outage runs") << int(Health::Down) << qint64(60) << "at_risk" << qint64(60);
        QTest::newRow("out of sight") << int(Health::Unknown) << qint64(60) << "at_risk" << qint64(60);
        QTest::newRow("too long") << int(Health::Down) << qint64(3601) << "missed" << qint64(3601);
    }
    void recoveryTime()
    {
        QFETCH(int, health);
        QFETCH(qint64, downForSeconds);
        QFETCH(QString, state);
        QFETCH(qint64, nowSeconds);
        Plan plan = planWith({QStringLiteral("redis")});
        plan.recoveryTime.removeLast();
        Outage outage{.health = Health(health)};
        if (downForSeconds >= 0)
            outage.began = m_clock.now().addSecs(-downForSeconds);
        const ObjectiveState judged
            = judgeObjectives(plan, {{QStringLiteral("redis"), outage}}, nullptr, m_clock.now()).first();
        QCOMPARE(objectiveStateName(judged.state), state);
        QCOMPARE(judged.now ? judged.now->count() / 1000 : -1, nowSeconds);
    }
    void recoveryPoint_data()
    {
        QTest::addColumn<double>("age");
        QTest::addColumn<QString>("state");
        QTest::newRow("seconds") << 41.0 << "met";
        QTest::newRow("three quarters used") << 226.0 << "at_risk";
        QTest::newRow("beyond") << 301.0 << "missed";
    }
    void recoveryPoint()
    {
        QFETCH(double, age);
        QFETCH(QString, state);
        const Reading reading = restorable(age);
        const QList<ObjectiveState> judged
            = judgeObjectives(planWith({}), {}, &reading, m_clock.now());
        QCOMPARE(objectiveStateName(judged[2].state), state);
    }
    void restorableMomentGoesOnAgeingWithoutLooks()
    {
        const Reading reading = restorable(41);
        const QList<ObjectiveState> judged
            = judgeObjectives(planWith({}), {}, &reading, m_clock.now().addSecs(10));
        QCOMPARE(judged[2].now, std::optional<Milliseconds>(51s));
    }
    void recoveryPointIsUnknownWithoutAReading()
    {
        const QList<ObjectiveState> judged = judgeObjectives(planWith({}), {}, nullptr, m_clock.now());
        QCOMPARE(judged[2].state, ObjectiveState::State::Unknown);
    }
    void nobodyLooksAtObjects()
    {
        const QList<ObjectiveState> judged = judgeObjectives(planWith({}), {}, nullptr, m_clock.now());
        QCOMPARE(judged[3].state, ObjectiveState::State::Unknown);
        QVERIFY(judged[3].reason.contains(QLatin1String("objects")));
    }
};

QTEST_GUILESS_MAIN(ObjectivesTest)
#include "tst_objectives.moc"
