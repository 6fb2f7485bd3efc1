// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/statusjson.h"
#include "core/health/statustext.h"

#include "core/base/manualclock.h"

#include <QJsonArray>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

Reading latency(const QDateTime &at)
{
    return {.name = QStringLiteral("latency"),
            .value = 3.5,
            .unit = QStringLiteral("ms"),
            .source = QStringLiteral("postgresql 127.0.0.1:5432"),
            .observedAt = at,
            .interval = 1s,
            .state = ReadingState::Fresh,
            .normal = NormalRange{.most = 50.0}};
}

Plan somePlan()
{
    Plan plan;
    plan.name = QStringLiteral("The Copy");
    plan.mode = Mode::Lab;
    plan.version = QStringLiteral("sha256:ab");
    return plan;
}

} // namespace

class StatusTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;

    HealthSnapshot redisDown() const
    {
        HealthSnapshot out{.at = m_clock.now(), .overall = Health::Down};
        out.systems = {{.name = QStringLiteral("database"),
                        .health = Health::Healthy,
                        .reason = QStringLiteral("connects, primary"),
                        .readings = {latency(m_clock.now())}},
                       {.name = QStringLiteral("redis"),
                        .health = Health::Down,
                        .since = m_clock.now().addSecs(-90),
                        .reason = QStringLiteral("master 127.0.0.1:17379 silent on 3 of 3 Sentinels")}};
        return out;
    }
    QJsonObject firstReading(const Reading &reading, Milliseconds later = 0ms) const
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.at = snapshot.at.addMSecs(later.count());
        snapshot.systems[0].readings = {reading};
        return statusToJson(snapshot, somePlan())[QLatin1String("systems")][0][QLatin1String("readings")][0].toObject();
    }

private slots:
    void documentHasTheContractsKeys()
    {
        const QJsonObject json = statusToJson(redisDown(), somePlan());
        QCOMPARE(json[QLatin1String("understudy")].toInt(), 1);
        QCOMPARE(json[QLatin1String("mode")].toString(), QStringLiteral("lab"));
        QCOMPARE(json[QLatin1String("health")].toString(), QStringLiteral("down"));
        QCOMPARE(json[QLatin1String("plan")][QLatin1String("version")].toString(), QStringLiteral("sha256:ab"));
        QCOMPARE(json[QLatin1String("observed_at")].toString(), toRfc3339(m_clock.now()));
        for (const char *key : {"systems", "objectives", "contradictions", "recommendations"})
            QVERIFY2(json[QLatin1String(key)].isArray(), key);
    }
    void sinceIsNullWhenOneLookCannotTell()
    {
        const QJsonValue systems = statusToJson(redisDown(), somePlan())[QLatin1String("systems")];
        QVERIFY(systems[0][QLatin1String("since")].isNull());
        QCOMPARE(systems[1][QLatin1String("since")].toString(), toRfc3339(m_clock.now().addSecs(-90)));
    }
    void numberIsANumber()
    {
        const QJsonObject reading = firstReading(latency(m_clock.now()));
        QCOMPARE(reading[QLatin1String("value")].toDouble(), 3.5);
        QCOMPARE(reading[QLatin1String("normal")][QLatin1String("most")].toDouble(), 50.0);
        QVERIFY(reading[QLatin1String("normal")][QLatin1String("least")].isNull());
    }
    void textIsText()
    {
        Reading reading = latency(m_clock.now());
        reading.value = QStringLiteral("primary");
        reading.unit.clear();
        reading.normal.reset();
        const QJsonObject json = firstReading(reading);
        QCOMPARE(json[QLatin1String("value")].toString(), QStringLiteral("primary"));
        QVERIFY(json[QLatin1String("normal")].isNull());
    }
    void stateAndValueAge_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<qint64>("later");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<bool>("hasValue");
        const int fresh = int(ReadingState::Fresh);
        QTest::newRow("fresh") << fresh << qint64(3000) << "fresh" << true;
        QTest::newRow("stale") << fresh << qint64(3001) << "stale" << true;
        QTest::newRow("too old") << fresh << qint64(10'001) << "unknown" << false;
        QTest::newRow("unknown") << int(ReadingState::Unknown) << qint64(0) << "unknown" << false;
        QTest::newRow("absent") << int(ReadingState::Absent) << qint64(0) << "absent" << false;
        QTest::newRow("never set") << int(ReadingState::NeverSet) << qint64(0) << "never_set" << false;
    }
    void stateAndValueAge()
    {
        QFETCH(int, state);
        QFETCH(qint64, later);
        QFETCH(QString, shown);
        QFETCH(bool, hasValue);
        Reading reading = latency(m_clock.now());
        reading.state = ReadingState(state);
        const QJsonObject json = firstReading(reading, Milliseconds(later));
        QCOMPARE(json[QLatin1String("state")].toString(), shown);
        QCOMPARE(!json[QLatin1String("value")].isNull(), hasValue);
        QCOMPARE(json[QLatin1String("age_ms")].toInteger(), later);
    }
    void notANumberIsNull()
    {
        Reading reading = latency(m_clock.now());
        reading.value = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(firstReading(reading)[QLatin1String("value")].isNull());
    }
    void exitCodesAreThoseOfMonitoringPlugins()
    {
        QCOMPARE(statusExitCode(Health::Healthy), 0);
        QCOMPARE(statusExitCode(Health::Degraded), 1);
        QCOMPARE(statusExitCode(Health::Down), 2);
        QCOMPARE(statusExitCode(Health::Unknown), 3);
    }
    void pagerLineNamesTheWorstFirst()
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.systems[0].health = Health::Degraded;
        QVERIFY(statusLine(snapshot).startsWith(
            QLatin1String("REDIS DOWN - master 127.0.0.1:17379 silent on 3 of 3 Sentinels; DATABASE DEGRADED")));
    }
    void pagerLineIsShort()
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.systems[1].reason = QString(1000, QLatin1Char('x'));
        QVERIFY(statusLine(snapshot).size() <= 150);
    }
    void healthyLineSaysOk()
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.systems[1].health = Health::Healthy;
        QCOMPARE(statusLine(snapshot), QStringLiteral("OK - database, redis healthy"));
    }
    void abnormalReadingStandsOut()
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.systems[0].readings[0].value = 80.0;
        QVERIFY(statusText(snapshot, somePlan()).contains(QLatin1String("! latency: 80 ms  (normal up to 50 ms)")));
    }
    void readingsUnknownForOneReasonShareALine()
    {
        HealthSnapshot snapshot = redisDown();
        for (int i = 0; i < 12; ++i)
            snapshot.systems[1].readings.append({.name = QStringLiteral("node %1").arg(i),
                                                 .reason = QStringLiteral("refused")});
        const QString text = statusText(snapshot, somePlan());
        QVERIFY2(text.contains(QLatin1String("? node 0, node 1 and 10 more: unknown: refused")), qPrintable(text));
    }
    void twoHundredInstancesFitOneScreen()
    {
        HealthSnapshot snapshot = redisDown();
        snapshot.systems.append({.name = QStringLiteral("pools"), .health = Health::Degraded});
        PoolsView pools{.pools = {{.colour = QStringLiteral("blue")}}};
        for (int i = 0; i < 200; ++i) {
            Reading reading = latency(m_clock.now());
            reading.name = QStringLiteral("blue-%1 latency").arg(i);
            reading.value = i % 2 ? 900.0 : 2.0;
            snapshot.systems[2].readings.append(reading);
            pools.pools[0].instances.append(InstanceView{});
        }
        snapshot.pools = pools;
        const QStringList lines = statusText(snapshot, somePlan()).split(QLatin1Char('\n'));
        QVERIFY2(lines.size() <= 40, qPrintable(QString::number(lines.size())));
        for (const QString &line : lines)
            QVERIFY2(line.size() <= 150, qPrintable(line));
    }
    void whoIsWrongAmongTwoHundredIsNamed()
    {
        using Answer = InstanceView::Answer;
        HealthSnapshot snapshot = redisDown();
        snapshot.systems.append({.name = QStringLiteral("pools"), .health = Health::Degraded});
        PoolsView pools;
        for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
            PoolView pool{.colour = colour};
            for (int i = 1; i <= 100; ++i)
                pool.instances.append({.process = QStringLiteral("%1-%2").arg(colour).arg(i), .live = Answer::Ok,
                                       .startup = Answer::Ok, .ready = Answer::Ok});
            pools.pools.append(pool);
        }
        for (const int i : {5, 28, 51})
            pools.pools[0].instances[i].live = Answer::Refused;
        pools.pools[0].instances[70].ready = Answer::Unavailable;
        for (InstanceView &one : pools.pools[1].instances)
            one.live = Answer::NoAnswer;
        snapshot.pools = pools;
        const QString text = statusText(snapshot, somePlan());
        QVERIFY2(text.contains(QLatin1String("  ! blue 3 refused: blue-6, blue-29, blue-52\n")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("  ! blue 1 live, not ready: blue-71\n")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("  ! green 100 no answer: green-1, green-2, ")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("more (--json has them all)")), qPrintable(text));
        const QStringList lines = text.split(QLatin1Char('\n'));
        QVERIFY2(lines.size() <= 24, qPrintable(text));
        for (const QString &line : lines)
            QVERIFY2(line.size() <= 100, qPrintable(line));
    }
};

QTEST_GUILESS_MAIN(StatusTest)
#include "tst_status.moc"
