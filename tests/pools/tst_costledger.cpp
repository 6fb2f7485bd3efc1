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
