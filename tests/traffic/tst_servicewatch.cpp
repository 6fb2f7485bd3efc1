// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentwatch.h"

#include <QTest>

using namespace understudy;
using deployment::ServiceJudgement;

/// What is made of a minute under users after a switch.
class ServiceWatchTest : public QObject
{
    Q_OBJECT

    static ServiceJudgement judged(double requests, double failures, std::optional<double> before, std::optional<double> limit)
    {
        TrafficCounters since;
        since.requests = requests;
        since.failures = failures;
        since.counted = true;
        return deployment::judgeService(since, before, limit);
    }

private slots:
    void judgement_data()
    {
        using Is = ServiceJudgement::Is;
        QTest::addColumn<double>("requests");
        QTest::addColumn<double>("failures");
        QTest::addColumn<double>("before"); // below 0: not known
        QTest::addColumn<double>("limit");  // below 0: the plan has none
        QTest::addColumn<Is>("is");
        QTest::newRow("nobody comes") << 0. << 0. << 0.2 << 0.05 << Is::TooFew;
        QTest::newRow("one of three says nothing") << 3. << 1. << 0. << 0.05 << Is::TooFew;
        QTest::newRow("nothing fails") << 100. << 0. << 0.2 << 0.05 << Is::Well;
        QTest::newRow("within the limit") << 100. << 4. << 0.2 << 0.05 << Is::Well;
        QTest::newRow("more than before, within the limit") << 100. << 4. << 0. << 0.05 << Is::Well;
        QTest::newRow("above the limit as before") << 100. << 20. << 0.2 << 0.05 << Is::NotWell;
        QTest::newRow("above the limit, better than before") << 100. << 10. << 0.2 << 0.05 << Is::NotWell;
        QTest::newRow("above the limit and more than before") << 100. << 30. << 0.2 << 0.05 << Is::Worse;
        QTest::newRow("above the limit, before not known") << 100. << 30. << -1. << 0.05 << Is::Worse;
        QTest::newRow("no limit, more than before") << 100. << 5. << 0.02 << -1. << Is::Worse;
        QTest::newRow("no limit, as before") << 100. << 2. << 0.02 << -1. << Is::Well;
        QTest::newRow("nothing to judge by") << 100. << 50. << -1. << -1. << Is::NotWell;
    }
    void judgement()
    {
        QFETCH(double, requests);
        QFETCH(double, failures);
        QFETCH(double, before);
        QFETCH(double, limit);
        const auto known = [](double value) { return value < 0 ? std::nullopt : std::optional<double>(value); };
        QTEST(judged(requests, failures, known(before), known(limit)).is, "is");
    }
    void wordsHoldBothRates()
    {
        const QString words = judged(100, 30, 0.2, 0.05).words;
        QVERIFY2(words.contains(QLatin1String("30 of 100")) && words.contains(QLatin1String("20 %")), qPrintable(words));
    }
};

QTEST_GUILESS_MAIN(ServiceWatchTest)
#include "tst_servicewatch.moc"
