// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/burnrate.h"

#include "core/health/errorledger.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class BurnRateTest : public QObject
{
    Q_OBJECT

    const QDateTime m_start = QDateTime(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC);

    /// A poll every 10 s for so many minutes; returns when the last one was.
    static QDateTime follow(ErrorLedger &ledger, QDateTime now, int minutes, double requests, double failures)
    {
        for (int i = 0; i < minutes * 6; ++i) {
            now = now.addSecs(10);
            ledger.poll(0, now, {.requests = requests, .failures = failures});
        }
        return now;
    }

private slots:
    void nothingCountedIsUnknown()
    {
        const BurnFigures figures = burnFigures({}, 0.999, 10s, m_start);
        QVERIFY(!figures.longer.burnRate && !figures.budgetLeft);
    }

    void tooFewRequestsAreUnknownNotZero()
    {
        ErrorLedger ledger;
        ledger.poll(0, m_start, {.requests = 4});
        const BurnFigures figures = burnFigures(ledger, 0.999, 10s, m_start);
        QCOMPARE(figures.minute.requests, 4.0);
        QVERIFY(!figures.minute.errorRate && !figures.minute.burnRate && !figures.budgetLeft);
    }

    void burns_data()
    {
        QTest::addColumn<double>("requests");
        QTest::addColumn<double>("failures");
        QTest::addColumn<double>("burn");
        QTest::addColumn<double>("left");
        QTest::newRow("nothing fails") << 1000. << 0. << 0. << 1.;
        QTest::newRow("half of what is allowed") << 2000. << 1. << 0.5 << 0.5;
        QTest::newRow("all of it") << 1000. << 1. << 1. << 0.;
        QTest::newRow("a fifth fails") << 100. << 20. << 200. << 0.;
    }
    void burns()
    {
        QFETCH(double, requests);
        QFETCH(double, failures);
        QFETCH(double, burn);
        QFETCH(double, left);
        ErrorLedger ledger;
        ledger.poll(0, m_start, {.requests = requests, .failures = failures});
        const BurnFigures figures = burnFigures(ledger, 0.999, 10s, m_start);
        QVERIFY2(qAbs(*figures.minute.burnRate - burn) < 1e-6, qPrintable(QString::number(*figures.minute.burnRate)));
        QVERIFY(qAbs(*figures.budgetLeft - left) < 1e-6);
    }

    void windowsGrowWithTheTimeThatWasWatched_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::addColumn<int>("shorter");
        QTest::addColumn<int>("longer");
        QTest::newRow("a minute") << 1 << 60 << 60;
        QTest::newRow("half an hour") << 30 << 150 << 1800;
        QTest::newRow("six hours") << 360 << 300 << 3600;
    }
    void windowsGrowWithTheTimeThatWasWatched()
    {
        QFETCH(int, minutes);
        QFETCH(int, shorter);
        QFETCH(int, longer);
        ErrorLedger ledger;
        const QDateTime now = follow(ledger, m_start, minutes, 100, 0);
        const BurnFigures figures = burnFigures(ledger, 0.999, 10s, now);
        QCOMPARE(int(figures.shorter.length.count() / 1000), shorter);
        QCOMPARE(int(figures.longer.length.count() / 1000), longer);
        QCOMPARE(int(figures.whole.length.count() / 60'000), minutes);
    }

    void aFaultThatIsOverShowsInTheLongWindowOnly()
    {
        ErrorLedger ledger;
        QDateTime now = follow(ledger, m_start, 30, 100, 20);
        now = follow(ledger, now, 6, 100, 0);
        const BurnFigures figures = burnFigures(ledger, 0.999, 10s, now);
        QCOMPARE(*figures.shorter.burnRate, 0.0);
        QVERIFY(*figures.longer.burnRate > fastBurn);
    }

    void withoutObjectiveThereIsNoBudget()
    {
        ErrorLedger ledger;
        const QDateTime now = follow(ledger, m_start, 1, 100, 1);
        QVERIFY(!burnFigures(ledger, 1.0, 10s, now).minute.burnRate);
        QVERIFY(!burnFigures(ledger, {}, 10s, now).minute.burnRate);
    }

    void ledgerStaysSmallOverADay()
    {
        ErrorLedger ledger;
        const QDateTime now = follow(ledger, m_start, 24 * 60, 10, 1);
        QCOMPARE(ledger.within(now, 10min).requests, 600.0);
        QVERIFY(qAbs(ledger.within(now, 1h).requests - 3600) <= 60);   // to the minute
        QVERIFY(ledger.within(now, 24h).requests <= 361 * 60.0); // what is older is forgotten
    }
};

QTEST_GUILESS_MAIN(BurnRateTest)
#include "tst_burnrate.moc"
