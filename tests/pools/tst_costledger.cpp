// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "core/health/costledger.h"
#include "core/health/costobservation.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QString gemini = QStringLiteral("Gemini");
const QString blue = QStringLiteral("http://blue");
const QString first = QStringLiteral("started first");
const QString second = QStringLiteral("started second");

MetricValue real(double value)
{
    return {.state = MetricValue::State::Real, .value = value};
}
const MetricValue neverSet{.state = MetricValue::State::NeverSet};

} // namespace

class CostLedgerTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    ManualClock m_clock{QDateTime(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC)};
    QString file() const { return m_folder.filePath(QStringLiteral("cost.json")); }

    Health judged(const CostLedger &ledger, const QString &unreadable = {}) const
    {
        const CostLimit limit{.name = gemini,
                              .metric = QStringLiteral("m"),
                              .unit = QStringLiteral("USD/day"),
                              .softLimit = 50};
        return observeCost({limit}, ledger, {}, m_clock.now(), unreadable, 10s).health;
    }

private slots:
    void init()
    {
        QFile::remove(file());
        m_clock.advance(Milliseconds(
            m_clock.now().msecsTo(QDateTime(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC))));
    }

    void highestFigureIsKeptOverARestartOfTheSource()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(42));
        ledger.see(gemini, blue, second, neverSet);
        QCOMPARE(*ledger.figure(gemini).today, 42.0);
        QCOMPARE(ledger.figure(gemini).state, ReadingState::Stale);
        ledger.see(gemini, blue, second, real(3));
        QCOMPARE(*ledger.figure(gemini).today, 42.0);
    }

    void highestFigureIsKeptOverARestartOfTheConsole()
    {
        {
            CostLedger ledger(file(), m_clock);
            ledger.see(gemini, blue, first, real(42));
        }
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, second, neverSet);
        QCOMPARE(*ledger.figure(gemini).today, 42.0);
    }

    void neverSetIsNotZero()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, neverSet);
        QVERIFY(!ledger.figure(gemini).today);
        QCOMPARE(ledger.figure(gemini).state, ReadingState::NeverSet);
    }

    void neverSetIsNoAlarm()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, neverSet);
        QCOMPARE(judged(ledger), Health::Healthy);
    }

    void metricThatNobodyHasIsUnknown()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, {});
        QCOMPARE(judged(ledger), Health::Unknown);
    }

    void yesterdaysFigureIsNotTodays()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(42));
        m_clock.advance(24h);
        ledger.see(gemini, blue, first, real(42));
        QVERIFY(!ledger.figure(gemini).today);
        QCOMPARE(ledger.figure(gemini).state, ReadingState::Stale);
        ledger.see(gemini, blue, first, real(1));
        QCOMPARE(*ledger.figure(gemini).today, 1.0);
    }

    void figureThatFallsWithinAProcessBeginsADay()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(42));
        ledger.see(gemini, blue, first, real(0.5));
        QCOMPARE(*ledger.figure(gemini).today, 0.5);
    }

    void limitsAreWarnedAbout_data()
    {
        QTest::addColumn<double>("spent");
        QTest::addColumn<int>("health");
        QTest::newRow("little") << 39.0 << int(Health::Healthy);
        QTest::newRow("80 %") << 40.0 << int(Health::Degraded);
        QTest::newRow("passed") << 63.0 << int(Health::Degraded);
    }
    void limitsAreWarnedAbout()
    {
        QFETCH(double, spent);
        QFETCH(int, health);
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(spent));
        QCOMPARE(int(judged(ledger)), health);
    }

    void unreadablePagesAreUnknown()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(1));
        QCOMPARE(judged(ledger, QStringLiteral("refused")), Health::Unknown);
    }

    void endOfDayIsProjected()
    {
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(10));
        QCOMPARE(*ledger.figure(gemini).projected, 20.0); // half the day is over
        m_clock.advance(30min);
        ledger.see(gemini, blue, first, real(15)); // 10 an hour now, 11.5 hours to go
        QCOMPARE(*ledger.figure(gemini).projected, 130.0);
    }

    void stormIsToldLongBeforeADayCanBeProjected()
    {
        CostLedger ledger(file(), m_clock);
        const CostLimit limit{.name = gemini, .metric = QStringLiteral("m"), .unit = QStringLiteral("USD/day"), .softLimit = 50, .note = {}};
        ledger.see(gemini, blue, first, real(10));
        QCOMPARE(costLevel(limit, ledger.figure(gemini)), CostLevel::Quiet);
        m_clock.advance(30s);
        ledger.see(gemini, blue, first, real(11));
        QVERIFY(!ledger.figure(gemini).pace); // half a minute is no pace
        m_clock.advance(90s);
        ledger.see(gemini, blue, first, real(14)); // 4 in 2 min: 120 an hour, 36 to go
        QCOMPARE(*ledger.figure(gemini).pace, 120.0);
        QCOMPARE(costLevel(limit, ledger.figure(gemini)), CostLevel::Projected);
        const QString said = costSentence(limit, ledger.figure(gemini), ledger.dayEnds(gemini));
        QVERIFY2(said.contains(QLatin1String("reached in 18 min")), qPrintable(said));
        m_clock.advance(10min); // nothing more was spent
        ledger.see(gemini, blue, first, real(14));
        QCOMPARE(*ledger.figure(gemini).pace, 0.0);
        QVERIFY(!costSentence(limit, ledger.figure(gemini), ledger.dayEnds(gemini)).contains(QLatin1String("reached in")));
    }
    void oneDearCallIsNoStorm()
    {
        CostLedger ledger(file(), m_clock);
        const CostLimit limit{.name = gemini, .metric = QStringLiteral("m"), .unit = QStringLiteral("USD/day"), .softLimit = 50, .note = {}};
        ledger.see(gemini, blue, first, real(10));
        m_clock.advance(20min);
        ledger.see(gemini, blue, first, real(12));
        QVERIFY(!costSentence(limit, ledger.figure(gemini), ledger.dayEnds(gemini)).contains(QLatin1String("reached in")));
    }
    void dayBeginsInTheZoneOfItsSource()
    {
        CostLedger ledger(file(), m_clock);
        ledger.setZone(gemini, QTimeZone("Asia/Tokyo")); // 21:00 there
        ledger.see(gemini, blue, first, real(42));
        QCOMPARE(ledger.dayEnds(gemini).toUTC(), QDateTime(QDate(2026, 11, 23), QTime(15, 0), Qt::UTC));
        QCOMPARE(*ledger.figure(gemini).projected, 48.0);
        m_clock.advance(3h);
        ledger.see(gemini, blue, first, real(42));
        QVERIFY(!ledger.figure(gemini).today);
    }

    void dayOf25HoursIsProjectedWhole()
    {
        CostLedger ledger(file(), m_clock);
        ledger.setZone(gemini, QTimeZone("Europe/Berlin"));
        m_clock.advance(Milliseconds(m_clock.now().msecsTo(QDateTime(QDate(2026, 10, 25), QTime(10, 30), Qt::UTC)))); // 12.5 h after its midnight
        ledger.see(gemini, blue, first, real(10));
        QCOMPARE(*ledger.figure(gemini).projected, 20.0);
    }

    void whatTheFigureHeadsForIsSaid_data()
    {
        QTest::addColumn<double>("spent");
        QTest::addColumn<int>("level");
        QTest::addColumn<QString>("said");
        QTest::newRow("quiet") << 20.0 << int(CostLevel::Quiet) << "Gemini: 20 of 50 USD/day (40 %); about 40 at the end of its day (00:00 UTC)";
        QTest::newRow("heads for it") << 30.0 << int(CostLevel::Projected)
                                      << "Gemini: 30 of 50 USD/day (60 %); about 60 at the end of its day (00:00 UTC), above the soft limit at this pace";
        QTest::newRow("80 %") << 40.0 << int(CostLevel::Near)
                              << "Gemini: 40 of 50 USD/day (80 %), near the soft limit; about 80 at the end of its day (00:00 UTC)";
        QTest::newRow("100 %") << 50.0 << int(CostLevel::Passed)
                               << "Gemini: 50 of 50 USD/day (100 %), the soft limit is passed; about 100 at the end of its day (00:00 UTC)";
    }
    void whatTheFigureHeadsForIsSaid()
    {
        QFETCH(double, spent);
        QFETCH(int, level);
        QFETCH(QString, said);
        const CostLimit limit{.name = gemini, .unit = QStringLiteral("USD/day"), .softLimit = 50};
        CostLedger ledger(file(), m_clock);
        ledger.see(gemini, blue, first, real(spent));
        QCOMPARE(int(costLevel(limit, ledger.figure(gemini))), level);
        QCOMPARE(observeCost({limit}, ledger, {}, m_clock.now(), {}, 10s).reason, said);
    }

    void brokenFileIsSetAside()
    {
        QFile broken(file());
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{ not json");
        broken.close();
        CostLedger ledger(file(), m_clock);
        QVERIFY(!ledger.figure(gemini).today);
        QVERIFY(QFile::exists(file() + QStringLiteral(".broken")));
    }
};

QTEST_GUILESS_MAIN(CostLedgerTest)
#include "tst_costledger.moc"
