// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/burnrate.h"

#include <QTest>

using namespace understudy;

class BurnRateTest : public QObject
{
    Q_OBJECT

    static TrafficCounters traffic(double requests, double failures)
    {
        TrafficCounters counters;
        counters.requests = requests;
        counters.failures = failures;
        counters.counted = true;
        return counters;
    }

private slots:
    void burns_data()
    {
        QTest::addColumn<double>("requests");
        QTest::addColumn<double>("failures");
        QTest::addColumn<double>("burn"); // below 0: nothing
        QTest::addColumn<double>("left");
        QTest::newRow("too few") << 4. << 4. << -1. << -1.;
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
        const std::optional<double> rate = burnRate(traffic(requests, failures), 0.999);
        QCOMPARE(rate.has_value(), burn >= 0);
        if (!rate)
            return;
        QVERIFY2(qAbs(*rate - burn) < 1e-6, qPrintable(QString::number(*rate)));
        QVERIFY(qAbs(*errorBudgetLeft(traffic(requests, failures), 0.999) - left) < 1e-6);
    }
    void withoutObjectiveThereIsNoBudget()
    {
        QVERIFY(!burnRate(traffic(100, 1), std::nullopt));
        QVERIFY(!burnRate(traffic(100, 1), 1.0));
    }

    void trigger_data()
    {
        // Each look: requests and failures since the one before, ten seconds each; '+' on, '-' off expected after it.
        QTest::addColumn<QList<std::pair<double, double>>>("looks");
        QTest::addColumn<QByteArray>("expected");
        using Looks = QList<std::pair<double, double>>;
        QTest::newRow("a fifth fails: on with the first rate") << Looks{{100, 20}, {100, 20}} << QByteArray("++");
        QTest::newRow("one blip is over before it matters") << Looks{{100, 0}, {100, 0}, {100, 12}, {100, 0}, {100, 0}} << QByteArray("-----");
        QTest::newRow("around the limit it does not flap") << Looks{{100, 9}, {100, 3}, {100, 8}, {100, 2}, {100, 9}, {100, 3}} << QByteArray("++++++");
        QTest::newRow("three looks that are well end it") << Looks{{100, 10}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}} << QByteArray("+++---");
        QTest::newRow("idle says nothing, and ends when the minute is empty") << Looks{{100, 20}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}} << QByteArray("++++++++--");
        QTest::newRow("too few to judge") << Looks{{2, 2}, {1, 1}} << QByteArray("--");
    }
    void trigger()
    {
        using Looks = QList<std::pair<double, double>>;
        QFETCH(Looks, looks);
        QFETCH(QByteArray, expected);
        FailureTrigger trigger;
        QByteArray seen;
        for (qsizetype i = 0; i < looks.size(); ++i) {
            TrafficCounters minute = traffic(0, 0);
            for (qsizetype j = qMax<qsizetype>(0, i - 5); j <= i; ++j)
                minute += traffic(looks.at(j).first, looks.at(j).second);
            seen += trigger.update(minute, traffic(looks.at(i).first, looks.at(i).second), 0.05) ? '+' : '-';
        }
        QCOMPARE(seen, expected);
    }
};

QTEST_GUILESS_MAIN(BurnRateTest)
#include "tst_burnrate.moc"
