// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/triage.h"

#include "core/base/manualclock.h"

#include <QTest>

using namespace understudy;

namespace {

const QString database = QStringLiteral("database");
const QString redis = QStringLiteral("redis");
const QString blue = QStringLiteral("blue");
const QString green = QStringLiteral("green");

Plan planOfAll()
{
    Plan plan;
    plan.application = ApplicationPlan{};
    plan.monitoring = MonitoringPlan{};
    plan.monitoring->rollbackAboveErrorRate = 0.05;
    return plan;
}

PoolsView poolsWith(double blueErrors, int greenWarm)
{
    PoolView one{.colour = blue, .instances = {{}, {}}, .up = 2, .warm = 2, .build = QStringLiteral("v412")};
    one.errorRate = blueErrors;
    // As when ten polls have found that rate; the alarm itself has tests of its own.
    one.alarm = {.raised = blueErrors > 0.05, .newest = {.requests = 100, .failures = blueErrors * 100}};
    const PoolView other{.colour = green,
                         .instances = {{}, {}},
                         .up = greenWarm,
                         .warm = greenWarm,
                         .build = QStringLiteral("v411")};
    return {.pools = {one, other}, .serving = blue};
}

HealthSnapshot seen(Health databaseHealth, Health redisHealth)
{
    HealthSnapshot out;
    out.at = ManualClock().now();
    out.systems = {{.name = database, .health = databaseHealth, .reason = QStringLiteral("refused")},
                   {.name = redis, .health = redisHealth, .reason = QStringLiteral("master silent")}};
    return out;
}

QStringList scenarios(const HealthSnapshot &snapshot)
{
    QStringList out;
    for (const Recommendation &one : recommend(snapshot, planOfAll()))
        out += one.scenario;
    return out;
}

} // namespace

class TriageTest : public QObject
{
    Q_OBJECT
private slots:
    void recommendationFollowsTheAlarmNotTheRate()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.04, 2);
        snapshot.pools->pools.first().alarm.raised = true; // it was above, and is not well for long enough yet
        QCOMPARE(scenarios(snapshot), QStringList{QStringLiteral("bad-deployment")});
        snapshot.pools = poolsWith(0.3, 2);
        snapshot.pools->pools.first().alarm.raised = false;
        QCOMPARE(scenarios(snapshot), QStringList());
    }
    void deadQueuesAreARestartOnceRedisIsWell()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0, 2);
        snapshot.pools->pools[0].instances[1].queues.state = QueuesAnswer::State::Dead;
        Plan plan = planOfAll();
        plan.redis = RedisPlan{};
        plan.application->processes.kind = ProcessesPlan::Kind::Pm2;
        const QList<Recommendation> told = recommend(snapshot, plan);
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().command, QStringLiteral("understudyctl recover redis --restart-backends"));
        // While Redis is down its own recovery comes first, and covers the restart.
        snapshot.systems[1].health = Health::Down;
        QCOMPARE(recommend(snapshot, plan).first().command, QStringLiteral("understudyctl recover redis"));
        QCOMPARE(recommend(snapshot, plan).size(), 1);
    }

    void queuesThatAreAllDeadExplainTheErrorsAndSomeDoNot_data()
    {
        QTest::addColumn<bool>("all");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("every instance") << true << QStringList{QStringLiteral("redis-master-failure")};
        QTest::newRow("one of them") << false << QStringList{QStringLiteral("bad-deployment"), QStringLiteral("redis-master-failure")};
    }
    void queuesThatAreAllDeadExplainTheErrorsAndSomeDoNot()
    {
        QFETCH(bool, all);
        QFETCH(QStringList, expected);
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.3, 2);
        snapshot.pools->pools[0].instances[0].queues.state = QueuesAnswer::State::Dead;
        for (PoolView &pool : snapshot.pools->pools) {
            for (InstanceView &instance : pool.instances)
                instance.queues.state = all ? QueuesAnswer::State::Dead : instance.queues.state;
        }
        Plan plan = planOfAll();
        plan.redis = RedisPlan{};
        plan.application->processes.kind = ProcessesPlan::Kind::Pm2;
        QStringList told;
        for (const Recommendation &one : recommend(snapshot, plan))
            told << one.scenario;
        QCOMPARE(told, expected);
    }

    void symptomsLeadToScenarios_data()
    {
        QTest::addColumn<int>("databaseHealth");
        QTest::addColumn<int>("redisHealth");
        QTest::addColumn<double>("errorRate");
        QTest::addColumn<int>("greenWarm");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, Health db, Health re, double errors, int warm,
                            const char *expected) {
            QTest::newRow(name) << int(db) << int(re) << errors << warm << QString::fromLatin1(expected);
        };
        const Health well = Health::Healthy, down = Health::Down;
        row("all well", well, well, 0.0, 2, "");
        row("redis down", well, down, 0.0, 2, "redis-master-failure");
        row("redis degraded", well, Health::Degraded, 0.0, 2, "");
        row("redis unknown", well, Health::Unknown, 0.0, 2, "");
        row("database down", down, well, 0.0, 2, "database-loss");
        row("database unknown", Health::Unknown, well, 0.0, 2, "");
        row("both down: database first", down, down, 0.0, 2, "database-loss redis-master-failure");
        row("errors on the serving colour", well, well, 0.2, 2, "bad-deployment");
        row("errors at the threshold", well, well, 0.05, 2, "");
        row("errors, but no colour to go to", well, well, 0.2, 0, "");
        row("a lost database explains the errors", down, well, 0.9, 2, "database-loss");
        row("a lost redis explains the errors", well, down, 0.9, 2, "redis-master-failure");
    }
    void symptomsLeadToScenarios()
    {
        QFETCH(int, databaseHealth);
        QFETCH(int, redisHealth);
        QFETCH(double, errorRate);
        QFETCH(int, greenWarm);
        QFETCH(QString, expected);
        HealthSnapshot snapshot = seen(Health(databaseHealth), Health(redisHealth));
        snapshot.pools = poolsWith(errorRate, greenWarm);
        QCOMPARE(scenarios(snapshot).join(QLatin1Char(' ')), expected);
    }
    void sameBuildOnBothColoursIsNoWayBack()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.pools->pools[1].build = QStringLiteral("v412");
        QVERIFY(scenarios(snapshot).isEmpty());
    }
    void outageThatHasJustEndedExplainsTheErrors()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.at = QDateTime::currentDateTimeUtc();
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.systems[1].downUntil = snapshot.at.addSecs(-30);
        QCOMPARE(scenarios(snapshot), QStringList());
        snapshot.systems[1].downUntil = snapshot.at.addSecs(-120);
        QCOMPARE(scenarios(snapshot), QStringList{QStringLiteral("bad-deployment")});
    }
    void writesThatADatabaseRefusesExplainTheErrors_data()
    {
        QTest::addColumn<int>("secondsAgo");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("read-only now") << 1 << QStringList();
        QTest::newRow("still in the rates") << 60 << QStringList();
        QTest::newRow("long over") << 120 << QStringList{QStringLiteral("bad-deployment")};
    }
    void writesThatADatabaseRefusesExplainTheErrors()
    {
        QFETCH(int, secondsAgo);
        QFETCH(QStringList, expected);
        HealthSnapshot snapshot = seen(Health::Degraded, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.systems[0].refusedWritesAt = snapshot.at.addSecs(-secondsAgo);
        QCOMPARE(scenarios(snapshot), expected);
    }
    void checkThatFailsRecommendsARestoreBeforeTheDeployment()
    {
        HealthSnapshot snapshot = seen(Health::Degraded, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.systems[0].readings = {{.name = QStringLiteral("checks that fail"),
                                         .value = 1.0,
                                         .unit = QStringLiteral("count"),
                                         .state = ReadingState::Fresh,
                                         .normal = NormalRange{.most = 0},
                                         .reason = QStringLiteral("projects: relation does not exist")}};
        // Wrong data may still be written by what was deployed, and a schema may be broken by it: both are worth a thought.
        QCOMPARE(scenarios(snapshot), QStringList({QStringLiteral("database-loss"), QStringLiteral("bad-deployment")}));
        QVERIFY(recommend(snapshot, planOfAll()).first().because.first().contains(QLatin1String("relation does not exist")));
    }
    void colourThatDiedWholeIsARollbackToTheWarmOne_data()
    {
        QTest::addColumn<int>("refusing");
        QTest::addColumn<int>("greenWarm");
        QTest::addColumn<bool>("usersAnswered");
        QTest::addColumn<bool>("entryReached");
        QTest::addColumn<QString>("lastServing");
        QTest::addColumn<QStringList>("expected");
        const QStringList rollback{QStringLiteral("bad-deployment")};
        QTest::newRow("both refuse") << 2 << 2 << false << true << QString() << rollback;
        QTest::newRow("seen serving before") << 2 << 2 << false << false << blue << rollback;
        QTest::newRow("one refuses") << 1 << 2 << false << true << QString() << QStringList();
        QTest::newRow("nobody is warm") << 2 << 0 << false << true << QString() << QStringList();
        QTest::newRow("users are served") << 2 << 2 << true << true << QString() << QStringList();
        QTest::newRow("the entry is dead, the idle colour is off") << 2 << 2 << false << false << QString() << QStringList();
        QTest::newRow("the other one was seen serving") << 2 << 2 << false << true << green << QStringList();
    }
    void colourThatDiedWholeIsARollbackToTheWarmOne()
    {
        QFETCH(int, refusing);
        QFETCH(int, greenWarm);
        QFETCH(bool, usersAnswered);
        QFETCH(bool, entryReached);
        QFETCH(QString, lastServing);
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0, greenWarm);
        snapshot.pools->serving.clear();
        snapshot.pools->answersCounted = 5;
        snapshot.pools->answersFailed = usersAnswered ? 1 : 5;
        snapshot.pools->entryIsReached = entryReached;
        snapshot.pools->lastServing = lastServing;
        snapshot.pools->entryWhy = QStringLiteral("502");
        for (int i = 0; i < refusing; ++i)
            snapshot.pools->pools[0].instances[i].live = InstanceView::Answer::Refused;
        QTEST(scenarios(snapshot), "expected");
    }
    void failoverThatHasJustHappenedExplainsTheErrors()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.pools->redisMoved = snapshot.at.addSecs(-20);
        QCOMPARE(scenarios(snapshot), QStringList());
    }
    void bothColoursFailingIsNoDeployment()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        snapshot.pools->pools[1].alarm.raised = true;
        QCOMPARE(scenarios(snapshot), QStringList());
    }
    void evidenceSaysTheRateItsWindowAndTheConsolesShare()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        PoolView &blue = snapshot.pools->pools[0];
        blue.burn.minute = {.length = std::chrono::seconds(60), .requests = 300, .failures = 60, .errorRate = 0.2, .burnRate = 200};
        blue.burn.longer = {.length = std::chrono::minutes(12), .burnRate = 20};
        blue.ownShare = 0.12;
        const QStringList because = recommend(snapshot, planOfAll()).first().because;
        QCOMPARE(because.first(), QStringLiteral("blue serves and fails 20 % of its requests: 20 of 100 in the newest polls, "
                                                 "20 % of 300 in the last 1 min; the plan rolls back above 5 %"));
        QVERIFY(because.contains(QStringLiteral("it uses up its error budget 200 times as fast as allowed over the last 1 min, "
                                                "20 times over the last 12 min")));
        QVERIFY(because.join(QLatin1Char('\n')).contains(QStringLiteral("the console's own requests are 12 % of all")));
    }
    void costThatHeadsForItsLimitIsSaidBesideTheScenario()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Down);
        snapshot.systems.append({.name = QStringLiteral("cost"),
                                 .health = Health::Healthy,
                                 .reason = QStringLiteral("Gemini: 31 of 50 USD/day"),
                                 .readings = {{.name = QStringLiteral("Gemini projected"), .value = 74.0, .normal = NormalRange{.most = 50.0}}}});
        const auto said = [&] { return recommend(snapshot, planOfAll()).first().because.last(); };
        QCOMPARE(said(), QStringLiteral("mind the cost while retries pile up: Gemini: 31 of 50 USD/day"));
        snapshot.systems.last().readings[0].value = 40.0;
        QVERIFY(!said().contains(QLatin1String("cost")));
    }
    void deploymentGoesToTheWarmColour()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.pools = poolsWith(0.2, 2);
        QCOMPARE(recommend(snapshot, planOfAll()).first().command,
                 QStringLiteral("understudyctl recover deployment --to green"));
    }
    void failedChecksumsAreADatabaseLoss()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Healthy);
        snapshot.systems[0].readings = {{.name = QStringLiteral("checksum failures"),
                                         .value = 3.0,
                                         .unit = QStringLiteral("count"),
                                         .normal = NormalRange{.most = 0.0}}};
        QCOMPARE(scenarios(snapshot), QStringList{QStringLiteral("database-loss")});
    }
    void evidenceSaysWhatSentinelDoesByItself_data()
    {
        QTest::addColumn<QString>("failover");
        QTest::addColumn<QString>("evidence");
        QTest::newRow("nothing") << "none" << "Sentinel's own failover is not running";
        QTest::newRow("running") << "in progress: wait_promotion"
                                 << "Sentinel's own failover: in progress: wait_promotion";
        QTest::newRow("given up") << "gave up: no good replica"
                                  << "Sentinel's own failover: gave up: no good replica";
    }
    void evidenceSaysWhatSentinelDoesByItself()
    {
        QFETCH(QString, failover);
        QFETCH(QString, evidence);
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Down);
        snapshot.redis = RedisTopology{.failover = failover};
        QVERIFY(recommend(snapshot, planOfAll()).first().because.contains(evidence));
    }
    void evidenceCountsOnlySentinelsThatAnswer()
    {
        HealthSnapshot snapshot = seen(Health::Healthy, Health::Down);
        const SentinelOpinion down{.answers = true, .flags = {QStringLiteral("s_down")}};
        SentinelOpinion dead = down;
        dead.answers = false;
        snapshot.redis = RedisTopology{.sentinels = {down, down, dead}};
        QVERIFY(recommend(snapshot, planOfAll()).first().because.contains(
            QStringLiteral("2 of 2 answering Sentinels say that the master is down (3 known)")));
    }
};

QTEST_GUILESS_MAIN(TriageTest)
#include "tst_triage.moc"
