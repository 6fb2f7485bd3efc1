// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/exposition.h"
#include "core/systems/metrics/metricvalue.h"
#include "core/systems/metrics/trafficcounters.h"

#include <QTest>

using namespace understudy;

namespace {

MetricsPage page(const QByteArray &text)
{
    return readExposition(text, QStringLiteral("page")).value();
}

const QList<QByteArray> own{"/health/live", "/metrics"};

} // namespace

class MetricValueTest : public QObject
{
    Q_OBJECT
private slots:
    void fourStatesAreKeptApart_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("state");
        using State = MetricValue::State;
        QTest::newRow("absent") << QByteArray("other 1\n") << int(State::Absent);
        QTest::newRow("declared only") << QByteArray("# TYPE cost gauge\n") << int(State::NeverSet);
        QTest::newRow("unlabelled zero")
            << QByteArray("# TYPE cost gauge\ncost 0\n") << int(State::NeverSet);
        QTest::newRow("labelled zero")
            << QByteArray("# TYPE cost gauge\ncost{a=\"b\"} 0\n") << int(State::Real);
        QTest::newRow("not a number")
            << QByteArray("# TYPE cost gauge\ncost Nan\n") << int(State::Absent);
        QTest::newRow("real") << QByteArray("# TYPE cost gauge\ncost 5\n") << int(State::Real);
    }
    void fourStatesAreKeptApart()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, state);
        const MetricsPage seen = page(text);
        MetricMemory memory;
        memory.see(seen, QStringLiteral("first"));
        QCOMPARE(int(memory.value(seen, "cost").state), state);
    }

    void zeroAfterAValueIsReal()
    {
        MetricMemory memory;
        memory.see(page("# TYPE cost gauge\ncost 5\n"), QStringLiteral("first"));
        const MetricsPage zero = page("# TYPE cost gauge\ncost 0\n");
        memory.see(zero, QStringLiteral("first"));
        QVERIFY(memory.value(zero, "cost").isReal());
    }

    void zeroAfterARestartIsNot()
    {
        MetricMemory memory;
        memory.see(page("# TYPE cost gauge\ncost 5\n"), QStringLiteral("first"));
        const MetricsPage zero = page("# TYPE cost gauge\ncost 0\n");
        memory.see(zero, QStringLiteral("second"));
        QCOMPARE(memory.value(zero, "cost").state, MetricValue::State::NeverSet);
    }

    void labelsSelectSamples()
    {
        const MetricsPage seen =
            page("# TYPE c gauge\nc{sli=\"a\",s=\"x\"} 1\nc{sli=\"b\",s=\"x\"} 2\n");
        QCOMPARE(MetricMemory().value(seen, "c", {{"sli", "b"}}).value, 2.0);
        QCOMPARE(MetricMemory().value(seen, "c", {{"s", "x"}}).value, 3.0);
        QCOMPARE(MetricMemory().value(seen, "c", {{"sli", "z"}}).state, MetricValue::State::Absent);
    }

    void ownRequestsAreCountedApart()
    {
        const TrafficCounters seen = trafficCounters(
            page("# TYPE p_http_requests_total counter\n"
                 "p_http_requests_total{route=\"/health/live\",status_code=\"200\"} 100\n"
                 "p_http_requests_total{route=\"/api\",status_code=\"200\"} 8\n"
                 "p_http_requests_total{route=\"/api\",status_code=\"503\"} 2\n"),
            "p_", own);
        QCOMPARE(seen.ownRequests, 100.0);
        QCOMPARE(*seen.errorRate(), 0.2);
    }

    void noRequestsHaveNoErrorRate()
    {
        QVERIFY(!trafficCounters(page("# TYPE p_http_requests_total counter\n"), "p_", own)
                     .errorRate());
    }

    void counterThatFellIsAnotherProcess()
    {
        QVERIFY(
            !trafficBetween({.requests = 10, .counted = true}, {.requests = 9, .counted = true}));
        QCOMPARE(
            trafficBetween({.requests = 10, .counted = true}, {.requests = 12, .counted = true})
                ->requests,
            2.0);
    }

    void quantileIsInterpolated_data()
    {
        QTest::addColumn<double>("q");
        QTest::addColumn<double>("value");
        QTest::newRow("middle of a bucket") << 0.5 << 100.0;
        QTest::newRow("end of a bucket") << 0.8 << 200.0;
        QTest::newRow("beyond the last bound") << 0.99 << 500.0;
    }
    void quantileIsInterpolated()
    {
        QFETCH(double, q);
        QFETCH(double, value);
        const double inf = std::numeric_limits<double>::infinity();
        const TrafficCounters seen{
            .buckets = {{50, 20}, {100, 50}, {200, 80}, {500, 90}, {inf, 100}}};
        QCOMPARE(*seen.quantile(q), value);
    }

    void quantileOfNothingIsUnknown()
    {
        QVERIFY(!TrafficCounters().quantile(0.95));
        QVERIFY(!TrafficCounters({.buckets = {{std::numeric_limits<double>::infinity(), 0}}})
                     .quantile(0.95));
    }
};

QTEST_GUILESS_MAIN(MetricValueTest)
#include "tst_metricvalue.moc"
