// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/health/contradictions.h"
#include "core/health/prometheuswatch.h"
#include "tests/http/scriptedserver.h"

#include "core/systems/http/httpretry.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;

/// Against a real Prometheus that scrapes a platform of which a fifth of the requests fail, and a real Alertmanager.
class PrometheusWatchTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ScriptedServer> m_platform;
    QProcess m_prometheus, m_manager;
    quint16 m_prometheusPort = 0, m_managerPort = 0;
    SystemClock m_clock;
    MonitoringPlan m_plan;
    const QList<QByteArray> m_own{"/health/live"};

    static quint16 freePort()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost, 0);
        return server.serverPort();
    }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    static bool answers(const QString &url)
    {
        const Result<HttpReply> reply = httpCall({.url = QUrl(url), .deadline = std::chrono::seconds(1)}, {.attempts = 1});
        return reply && reply->status == 200;
    }
    const Reading *reading(const QList<Reading> &all, const char *name) const
    {
        const auto found = std::find_if(all.begin(), all.end(), [name](const Reading &one) { return one.name == QLatin1String(name); });
        return found == all.end() ? nullptr : &*found;
    }

private slots:
    void initTestCase()
    {
        m_platform = std::make_unique<ScriptedServer>([](const ScriptedServer::Request &request) {
            const int n = request.nth;
            const QByteArray body = "# TYPE the_copy_http_requests_total counter\nthe_copy_http_requests_total{route=\"/api\",status_code=\"200\"} " + QByteArray::number(80 * n)
                                    + "\nthe_copy_http_requests_total{route=\"/api\",status_code=\"500\"} " + QByteArray::number(20 * n)
                                    + "\nthe_copy_http_requests_total{route=\"/health/live\",status_code=\"200\"} " + QByteArray::number(100 * n)
                                    + "\n# TYPE calm_http_requests_total counter\ncalm_http_requests_total{route=\"/api\",status_code=\"200\"} " + QByteArray::number(80 * n) + "\n";
            request.socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
        m_prometheusPort = freePort();
        m_managerPort = freePort();
        write(QStringLiteral("prometheus.yml"), "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\n"
                                                "scrape_configs: [{job_name: platform, static_configs: [{targets: ['127.0.0.1:" + QByteArray::number(m_platform->port()) + "']}]}]\n"
                                                "alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:" + QByteArray::number(m_managerPort) + "']}]}]}\n");
        write(QStringLiteral("rules.yml"), "groups: [{name: api, rules: [{alert: HighErrorRate, expr: 'sum(rate(the_copy_http_requests_total{status_code=~\"5..\"}[5m])) / sum(rate(the_copy_http_requests_total[5m])) > 0.05', labels: {severity: critical}}]}]\n");
        write(QStringLiteral("alertmanager.yml"), "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        m_prometheus.setProcessChannelMode(QProcess::MergedChannels);
        m_prometheus.start(QStringLiteral("prometheus"), {QStringLiteral("--config.file=") + m_folder.filePath(QStringLiteral("prometheus.yml")), QStringLiteral("--storage.tsdb.path=") + m_folder.filePath(QStringLiteral("data")),
                                                          QStringLiteral("--web.listen-address=127.0.0.1:%1").arg(m_prometheusPort)});
        m_manager.setProcessChannelMode(QProcess::MergedChannels);
        m_manager.start(QStringLiteral("prometheus-alertmanager"), {QStringLiteral("--config.file=") + m_folder.filePath(QStringLiteral("alertmanager.yml")), QStringLiteral("--storage.path=") + m_folder.filePath(QStringLiteral("am")),
                                                                    QStringLiteral("--web.listen-address=127.0.0.1:%1").arg(m_managerPort), QStringLiteral("--cluster.listen-address=")});
        m_plan.metricsPrefix = QStringLiteral("the_copy_");
        m_plan.prometheus = QStringLiteral("http://127.0.0.1:%1").arg(m_prometheusPort);
        m_plan.alertmanager = QStringLiteral("http://127.0.0.1:%1/").arg(m_managerPort);
        QTRY_VERIFY_WITH_TIMEOUT(answers(m_plan.prometheus + QStringLiteral("/-/ready")), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(answers(m_plan.alertmanager + QStringLiteral("-/ready")), 30'000);
    }
    void cleanupTestCase()
    {
        for (QProcess *process : {&m_prometheus, &m_manager}) {
            process->terminate();
            QVERIFY(process->waitForFinished(20'000));
        }
    }

    void errorRateIsPrometheus()
    {
        PrometheusWatch watch(m_plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), watch.errorRate().has_value()), 20'000);
        QVERIFY2(qAbs(*watch.errorRate() - 0.2) < 0.02, qPrintable(QString::number(*watch.errorRate())));
        const QList<Reading> all = watch.readings();
        QCOMPARE(reading(all, "prometheus error rate")->state, ReadingState::Fresh);
    }
    void nothingFailedIsZeroNotUnknown()
    {
        MonitoringPlan plan = m_plan;
        plan.metricsPrefix = QStringLiteral("calm_");
        PrometheusWatch watch(plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), watch.errorRate().has_value()), 20'000);
        QCOMPARE(*watch.errorRate(), 0.0);
    }
    void pastIsPrometheusToo()
    {
        PrometheusWatch watch(m_plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), !watch.past().isEmpty()), 20'000);
        const TimedFigure newest = watch.past().last();
        QVERIFY2(qAbs(newest.value - 0.2) < 0.02, qPrintable(QString::number(newest.value)));
        QVERIFY(qAbs(newest.at - m_clock.now().toMSecsSinceEpoch()) < 60'000);
    }
    void whatPrometheusDoesNotHaveIsUnknown()
    {
        PrometheusWatch watch(m_plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), watch.isLookedAt()), 10'000);
        const QList<Reading> all = watch.readings();
        const Reading *p95 = reading(all, "prometheus p95");
        QVERIFY(p95 && !p95->hasNumber());
        QVERIFY2(p95->reason.contains(QLatin1String("no buckets")), qPrintable(p95->reason));
    }
    void alertFiresUntilItIsSilenced()
    {
        PrometheusWatch watch(m_plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), !watch.firing().isEmpty()), 30'000);
        QCOMPARE(watch.firing().first().name, QStringLiteral("HighErrorRate"));
        const QByteArray silence = "{\"matchers\": [{\"name\": \"alertname\", \"value\": \"HighErrorRate\", \"isRegex\": false}], \"startsAt\": \"" + m_clock.now().toString(Qt::ISODate).toUtf8()
                                   + "\", \"endsAt\": \"" + m_clock.now().addSecs(600).toString(Qt::ISODate).toUtf8() + "\", \"createdBy\": \"test\", \"comment\": \"known\"}";
        const Result<HttpReply> made = httpCall({.url = QUrl(m_plan.alertmanager + QStringLiteral("api/v2/silences")), .headers = {{"Content-Type", "application/json"}}, .method = "POST", .body = silence});
        QVERIFY2(made && made->status == 200, made ? made->body.constData() : qPrintable(made.error().text()));
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), watch.firing().isEmpty()), 20'000);
        const QList<Reading> all = watch.readings();
        QVERIFY2(std::get<QString>(reading(all, "alerts")->value).contains(QLatin1String("HighErrorRate (silenced)")), qPrintable(reading(all, "alerts")->text()));
        // Asked beside the alerts, and answered by a moment of its own.
        QTRY_COMPARE_WITH_TIMEOUT((watch.lookNow(), reading(watch.readings(), "silences")->number()), 1.0, 20'000);
    }
    void withoutManagerItsOwnAlertsCount()
    {
        MonitoringPlan plan = m_plan;
        plan.alertmanager.clear();
        PrometheusWatch watch(plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), !watch.firing().isEmpty()), 20'000);
    }
    void silentServersAreUnknownNotWell()
    {
        MonitoringPlan plan = m_plan;
        plan.prometheus = QStringLiteral("http://127.0.0.1:%1").arg(freePort());
        plan.alertmanager.clear();
        PrometheusWatch watch(plan, m_own, m_clock);
        QTRY_VERIFY_WITH_TIMEOUT((watch.lookNow(), watch.isLookedAt()), 10'000);
        const QList<Reading> all = watch.readings();
        for (const char *name : {"prometheus error rate", "alerts"})
            QVERIFY2(reading(all, name)->state == ReadingState::Unknown && !reading(all, name)->reason.isEmpty(), name);
    }
    void twoCountsContradict_data()
    {
        QTest::addColumn<double>("own");
        QTest::addColumn<double>("other");
        QTest::addColumn<bool>("apart");
        QTest::newRow("the same") << 0.2 << 0.2 << false;
        QTest::newRow("scraped at other moments") << 0.2 << 0.15 << false;
        QTest::newRow("both next to nothing") << 0.001 << 0.015 << false;
        QTest::newRow("only one sees it") << 0.2 << 0.0 << true;
        QTest::newRow("only the other sees it") << 0.0 << 0.05 << true;
        QTest::newRow("half of it") << 0.5 << 0.2 << true;
    }
    void twoCountsContradict()
    {
        QFETCH(double, own);
        QFETCH(double, other);
        QFETCH(bool, apart);
        QCOMPARE(errorRatesApart({QStringLiteral("this"), QStringLiteral("a"), {}}, own, {QStringLiteral("that"), QStringLiteral("b"), {}}, other).has_value(), apart);
    }
    void otherAnswers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("no JSON") << QByteArray("<html>");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("an error") << QByteArray(R"({"status":"error","errorType":"bad_data","error":"parse error"})");
        QTest::newRow("a matrix") << QByteArray(R"({"status":"success","data":{"resultType":"matrix","result":[]}})");
        QTest::newRow("no data") << QByteArray(R"({"status":"success"})");
    }
    void otherAnswers()
    {
        QFETCH(QByteArray, body);
        QVERIFY(!prometheus::samples(body, QStringLiteral("it")));
    }
    void notANumberIsNoFigure()
    {
        const Result<QList<prometheus::Sample>> samples = prometheus::samples(R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000.5,"NaN"]}]}})", QStringLiteral("it"));
        QVERIFY(samples && samples->size() == 1 && !samples->first().value);
    }
    void rangesAreReadByPoint()
    {
        const Result<QList<QList<prometheus::Sample>>> series = prometheus::series(R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"0.5"],[2,"+Inf"]]}]}})", QStringLiteral("it"));
        QVERIFY(series && series->size() == 1 && series->first().size() == 2);
        QCOMPARE(*series->first().first().value, 0.5);
        QVERIFY(!series->first().last().value);
    }
};

QTEST_GUILESS_MAIN(PrometheusWatchTest)
#include "tst_prometheuswatch.moc"
