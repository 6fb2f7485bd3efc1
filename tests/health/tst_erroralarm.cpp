// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/erroralarm.h"
#include "core/health/poolsburn.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds interval = 10s;

/// One colour as it is polled: `instances` of them, one after the other within each interval.
struct Polled
{
    ErrorLedger ledger;
    ErrorAlarm alarm;
    QDateTime now = QDateTime(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC);
    int instances = 1;
    double limit = 0.05;
    int turned = 0; ///< how often it was raised or lowered

    void poll(double requests, double failures)
    {
        for (int i = 0; i < instances; ++i) {
            now = now.addMSecs(interval.count() / instances);
            ledger.poll(i, now, {.requests = requests / instances, .failures = failures / instances});
            judge();
        }
    }
    double availability = 0.999;
    void silence() // nobody could be read
    {
        now = now.addMSecs(interval.count());
        judge();
    }
    void judge()
    {
        const bool before = alarm.raised;
        alarm = judged(alarm, ledger, limit, availability, interval, now);
        turned += alarm.raised != before;
    }
};

} // namespace

class ErrorAlarmTest : public QObject
{
    Q_OBJECT
private slots:
    void steadyFaultIsRecommendedWithinTwoPolls_data()
    {
        QTest::addColumn<int>("instances");
        QTest::addColumn<double>("limit");
        QTest::addColumn<double>("firstFailures"); // of 50: the fault began somewhere within the first poll
        QTest::newRow("one instance, began with the poll") << 1 << 0.05 << 10.0;
        QTest::newRow("one instance, began in its middle") << 1 << 0.05 << 5.0;
        QTest::newRow("one instance, began at its end") << 1 << 0.05 << 0.0;
        QTest::newRow("four instances") << 4 << 0.05 << 5.0;
        QTest::newRow("a limit of 10 %") << 2 << 0.10 << 7.0;
    }
    void steadyFaultIsRecommendedWithinTwoPolls()
    {
        QFETCH(int, instances);
        QFETCH(double, limit);
        QFETCH(double, firstFailures);
        Polled colour{.instances = instances, .limit = limit};
        for (int i = 0; i < 30; ++i)
            colour.poll(50, 0);
        QVERIFY(!colour.alarm.raised);
        colour.poll(50, firstFailures);
        colour.poll(50, 10);
        QVERIFY(colour.alarm.raised);
    }

    void laxObjectiveDoesNotOverruleThePlansLimit_data()
    {
        QTest::addColumn<double>("availability");
        QTest::newRow("99 %: the fast pace would be 14.4 %") << 0.99;
        QTest::newRow("95 %: it would be 72 %") << 0.95;
        QTest::newRow("90 %: nothing would ever reach it") << 0.90;
    }
    void laxObjectiveDoesNotOverruleThePlansLimit()
    {
        QFETCH(double, availability);
        Polled colour{.limit = 0.05};
        colour.availability = availability;
        for (int i = 0; i < 30; ++i)
            colour.poll(50, 0);
        for (int i = 0; i < 7; ++i)
            colour.poll(50, 5); // 10 %
        QVERIFY(colour.alarm.raised);
    }

    void alarmGrowsOldWhenNoPageCanBeReadAnyMore()
    {
        MonitoringPlan monitoring;
        monitoring.rollbackAboveErrorRate = 0.05;
        PoolsBurn burn(1, monitoring);
        PoolsView view;
        view.pools = {{.colour = QStringLiteral("blue")}};
        QDateTime now = QDateTime::fromMSecsSinceEpoch(1'790'000'000'000, Qt::UTC);
        TrafficCounters bad;
        bad.requests = 50;
        bad.failures = 10;
        bad.counted = true;
        for (int i = 0; i < 3; ++i) {
            now = now.addMSecs(monitoring.every.count());
            burn.polled(0, 0, bad, now);
        }
        burn.fillIn(view, now);
        QVERIFY(view.pools.first().alarm.raised);
        burn.fillIn(view, now.addSecs(240));
        QVERIFY(view.pools.first().alarm.raised); // what was seen may still be so
        burn.fillIn(view, now.addSecs(360));
        QVERIFY(!view.pools.first().alarm.raised);
    }

    void aFaultThatComesAndGoesDoesNotFlap()
    {
        Polled colour;
        for (int i = 0; i < 6; ++i)
            colour.poll(50, 0);
        for (int i = 0; i < 20; ++i) {
            colour.poll(50, 15);
            colour.poll(50, 0);
        }
        QCOMPARE(colour.turned, 1);
    }

    void aRateAboutTheLimitDoesNotFlap()
    {
        Polled colour;
        for (int i = 0; i < 60; ++i)
            colour.poll(100, i % 3 == 0 ? 4 : 6); // 5.3 % on average
        QCOMPARE(colour.turned, 1);
    }

    void threeGoodPollsLowerIt_data()
    {
        QTest::addColumn<int>("instances");
        QTest::newRow("one instance") << 1;
        QTest::newRow("eight, which are polled one after the other") << 8;
    }
    void threeGoodPollsLowerIt()
    {
        QFETCH(int, instances);
        Polled colour{.instances = instances};
        for (int i = 0; i < 3; ++i)
            colour.poll(80, 16);
        QVERIFY(colour.alarm.raised);
        colour.poll(80, 0);
        colour.poll(80, 0);
        QVERIFY(colour.alarm.raised);
        colour.poll(80, 0);
        QVERIFY(!colour.alarm.raised);
    }

    void oneBadPollInALongQuietIsNoDeployment()
    {
        Polled colour;
        for (int i = 0; i < 12; ++i)
            colour.poll(1000, 0);
        colour.poll(1000, 60); // 6 %, but half of that over two polls
        QVERIFY(!colour.alarm.raised);
        colour.poll(1000, 0);
        QVERIFY(!colour.alarm.raised);
    }

    void oneFailureAloneIsNoRate()
    {
        Polled colour;
        colour.poll(6, 1);
        QVERIFY(!colour.alarm.raised);
    }

    void fewRequestsAreJudgedByTheMinute()
    {
        Polled colour;
        for (int i = 0; i < 3; ++i)
            colour.poll(2, 2);
        QVERIFY(colour.alarm.raised);
    }

    void idlePollsSayNothing()
    {
        Polled colour;
        colour.poll(50, 10);
        for (int i = 0; i < 20; ++i)
            colour.poll(0, 0);
        QVERIFY(colour.alarm.raised);
        for (int i = 0; i < 20; ++i)
            colour.poll(0, 0);
        QVERIFY(!colour.alarm.raised); // nobody has asked for five minutes: too old
    }

    void unreadablePagesChangeNothing()
    {
        Polled colour;
        colour.poll(50, 10);
        for (int i = 0; i < 6; ++i)
            colour.silence();
        QVERIFY(colour.alarm.raised);
        colour.poll(50, 10);
        QCOMPARE(colour.turned, 1);
    }

    /// Each scrape meets one of two workers in turn, and tells what that one did since it was met before.
    void aClusterWhoseScrapesMeetItsWorkersInTurnIsSeenAsOne()
    {
        Polled colour;
        for (int i = 0; i < 10; ++i)
            colour.poll(i < 2 ? 0 : 50, 0);
        colour.poll(50, 5); // worker 1: half of its two intervals
        colour.poll(50, 10);
        QVERIFY(colour.alarm.raised);
        for (int i = 0; i < 10; ++i)
            colour.poll(50, 10);
        QCOMPARE(colour.turned, 1);
    }

    void withoutALimitNothingIsRaised()
    {
        ErrorLedger ledger;
        const QDateTime now(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC);
        ledger.poll(0, now, {.requests = 100, .failures = 100});
        QVERIFY(!judged({}, ledger, {}, 0.999, interval, now).raised);
    }
};

QTEST_GUILESS_MAIN(ErrorAlarmTest)
#include "tst_erroralarm.moc"
