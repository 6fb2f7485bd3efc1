// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/history.h"

#include "core/base/manualclock.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

HealthSnapshot snapshotOf(const QDateTime &at, int readings, double value)
{
    HealthSnapshot out{.at = at};
    SystemHealth system{.name = QStringLiteral("database")};
    for (int i = 0; i < readings; ++i)
        system.readings.append({.name = QStringLiteral("reading %1").arg(i),
                                .value = value + i,
                                .unit = QStringLiteral("count"),
                                .observedAt = at,
                                .state = ReadingState::Fresh});
    out.systems = {system};
    return out;
}

} // namespace

class HistoryTest : public QObject
{
    Q_OBJECT
private:
    const qint64 m_start = ManualClock().now().toMSecsSinceEpoch();

    /// `seconds` samples, one a second, the value being the second.
    HistorySeries ramp(int seconds) const
    {
        HistorySeries out;
        for (int second = 0; second < seconds; ++second)
            out.append(m_start + second * 1000, double(second), 1s);
        return out;
    }

private slots:
    void everySampleOfTheLastMinutesIsKept()
    {
        const HistorySeries series = ramp(3600);
        const qint64 end = m_start + 3600 * 1000;
        const QList<HistoryPoint> points = series.window(end - 600'000, end, 10'000);
        QCOMPARE(points.size(), 600);
        QCOMPARE(points.first().least, 3000.0);
    }
    void noMoreThanOnePointAPixel_data()
    {
        QTest::addColumn<int>("hours");
        QTest::addColumn<int>("pixels");
        QTest::newRow("a day on a wide chart") << 24 << 1920;
        QTest::newRow("twelve hours") << 12 << 960;
        QTest::newRow("an hour on a sparkline") << 1 << 80;
        QTest::newRow("one pixel") << 12 << 1;
    }
    void noMoreThanOnePointAPixel()
    {
        QFETCH(int, hours);
        QFETCH(int, pixels);
        const HistorySeries series = ramp(12 * 3600);
        const qint64 end = m_start + 12LL * 3'600'000;
        const QList<HistoryPoint> points = series.window(end - hours * 3'600'000LL, end, pixels);
        QVERIFY(!points.isEmpty() && points.size() <= pixels);
    }
    void extremesSurviveEveryGrain()
    {
        HistorySeries series;
        for (int second = 0; second < 12 * 3600; ++second)
            series.append(m_start + second * 1000, second == 100 ? 1000.0 : 1.0, 1s);
        double most = 0;
        for (const HistoryPoint &point : series.window(m_start, m_start + 12LL * 3'600'000, 500))
            most = std::max(most, point.most);
        QCOMPARE(most, 1000.0);
    }
    void twelveHoursAreCoveredWithoutHoles()
    {
        const HistorySeries series = ramp(12 * 3600);
        qint64 before = m_start;
        for (const HistoryPoint &point : series.window(m_start, m_start + 12LL * 3'600'000, 100'000)) {
            QVERIFY(!point.gap);
            QVERIFY2(point.at - before <= 61'000, qPrintable(QString::number(point.at - before)));
            before = point.at;
        }
    }
    void unknownIsAGap()
    {
        HistorySeries series;
        series.append(m_start, 1.0, 1s);
        series.append(m_start + 1000, std::nullopt, 1s);
        series.append(m_start + 2000, 3.0, 1s);
        const QList<HistoryPoint> points = series.window(m_start, m_start + 10'000, 100);
        QCOMPARE(points.size(), 3);
        QVERIFY(points[1].gap);
    }
    void silenceIsAGap_data()
    {
        QTest::addColumn<int>("silentSeconds");
        QTest::addColumn<bool>("gap");
        QTest::newRow("one look missed") << 2 << false;
        QTest::newRow("three intervals") << 3 << false;
        QTest::newRow("slept") << 60 << true;
    }
    void silenceIsAGap()
    {
        QFETCH(int, silentSeconds);
        QFETCH(bool, gap);
        HistorySeries series;
        series.append(m_start, 1.0, 1s);
        series.append(m_start + silentSeconds * 1000, 1.0, 1s);
        const QList<HistoryPoint> points = series.window(m_start, m_start + 120'000, 1000);
        QCOMPARE(points.size() == 3 && points[1].gap, gap);
    }
    void silenceOfHoursIsAGapInEveryGrain()
    {
        HistorySeries series = ramp(3600);
        for (int second = 7 * 3600; second < 12 * 3600; ++second)
            series.append(m_start + second * 1000, 1.0, 1s);
        int gaps = 0;
        for (const HistoryPoint &point : series.window(m_start, m_start + 12LL * 3'600'000, 700))
            gaps += point.gap;
        QCOMPARE(gaps, 1);
    }
    void olderSamplesAreIgnored()
    {
        HistorySeries series;
        series.append(m_start + 1000, 1.0, 1s);
        series.append(m_start, 2.0, 1s);
        series.append(m_start + 1000, 3.0, 1s);
        QCOMPARE(series.window(m_start, m_start + 5000, 10).size(), 1);
    }
    void onlyNewReadingsAreRecorded()
    {
        History history;
        const QDateTime at = ManualClock().now();
        history.record(snapshotOf(at, 1, 5));
        HealthSnapshot later = snapshotOf(at, 1, 5);
        later.at = at.addMSecs(500);
        history.record(later);
        QCOMPARE(history.window(QStringLiteral("database"), QStringLiteral("reading 0"), m_start, m_start + 5000, 5000).size(), 1);
    }
    void readingThatTurnsUnknownLeavesOneGap()
    {
        History history;
        const QDateTime at = ManualClock().now();
        history.record(snapshotOf(at, 1, 5));
        for (int second = 1; second < 5; ++second) {
            HealthSnapshot later = snapshotOf(at.addSecs(second), 1, 5);
            later.systems[0].readings[0].state = ReadingState::Unknown;
            history.record(later);
        }
        const QList<HistoryPoint> points
            = history.window(QStringLiteral("database"), QStringLiteral("reading 0"), m_start, m_start + 9000, 900);
        QCOMPARE(points.size(), 2);
        QVERIFY(points[1].gap);
    }
    void textIsNoSeries()
    {
        History history;
        HealthSnapshot snapshot = snapshotOf(ManualClock().now(), 1, 5);
        snapshot.systems[0].readings[0].value = QStringLiteral("primary");
        history.record(snapshot);
        QCOMPARE(history.series(), 0);
    }
    void twelveHoursOfAHundredSeriesStaySmall()
    {
        const qint64 before = residentBytes();
        History history;
        const QDateTime start = ManualClock().now();
        HealthSnapshot snapshot = snapshotOf(start, 100, 0);
        for (int second = 0; second < 12 * 3600; ++second) {
            snapshot.at = start.addSecs(second);
            for (Reading &reading : snapshot.systems[0].readings) {
                reading.observedAt = snapshot.at;
                reading.value = double(second % 97);
            }
            history.record(snapshot);
        }
        QCOMPARE(history.series(), 100);
        QVERIFY2(history.bytes() < 6'500'000, qPrintable(QString::number(history.bytes())));
        const qint64 grown = residentBytes() - before;
        QVERIFY2(grown < 20'000'000, qPrintable(QString::number(grown)));
    }
};

QTEST_GUILESS_MAIN(HistoryTest)
#include "tst_history.moc"
