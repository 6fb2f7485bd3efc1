// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentwatch.h"
#include "tests/http/scriptedserver.h"

#include <QTest>

using namespace understudy;
using deployment::ServiceJudgement;

namespace {

/// Three seconds pass whenever it is asked: waiting costs a test nothing.
class HurriedClock : public Clock
{
public:
    QDateTime now() const override { return QDateTime::fromMSecsSinceEpoch(1'790'000'000'000 + m_passed, Qt::UTC); }
    Milliseconds monotonic() const override { return Milliseconds(m_passed += 3000); }

private:
    mutable std::atomic<qint64> m_passed{0};
};

/// One green instance under users, and an entry behind which stands whoever is named.
struct Service
{
    std::atomic<int> requests{0}, failures{0};
    std::atomic<bool> entryIsGreen{true};
    Plan plan;
    std::unique_ptr<ScriptedServer> green, entry;
    HurriedClock clock;
    QString concern;
    QStringList told;

    Service()
    {
        green = std::make_unique<ScriptedServer>([this](const ScriptedServer::Request &request) {
            const QByteArray metrics = "# TYPE http_requests_total counter\nhttp_requests_total{route=\"/api\",status_code=\"200\"} " + QByteArray::number(requests - failures)
                                       + "\nhttp_requests_total{route=\"/api\",status_code=\"500\"} " + QByteArray::number(failures)
                                       + "\nhttp_requests_total{route=\"/queues\",status_code=\"200\"} 5000\n";
            answer(request, request.path.startsWith("/metrics") ? metrics : QByteArray("{\"startTime\": \"green\"}"));
        });
        entry = std::make_unique<ScriptedServer>([this](const ScriptedServer::Request &request) {
            answer(request, entryIsGreen ? QByteArray("{\"startTime\": \"green\"}") : QByteArray("{\"startTime\": \"another\"}"));
        });
        plan.application.emplace();
        plan.application->queuesPath = QStringLiteral("/queues");
        plan.application->pools = {{.colour = QStringLiteral("green"), .instances = {{.url = green->url()}}}};
        plan.application->entry = entry->url();
        plan.monitoring.emplace();
        plan.monitoring->rollbackAboveErrorRate = 0.05;
    }
    static void answer(const ScriptedServer::Request &request, const QByteArray &body)
    {
        request.socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }
    void look(deployment::ServiceWatch &watch, int more, int failed)
    {
        requests += more;
        failures += failed;
        const QJsonObject facts{{QStringLiteral("switch"), QJsonObject{{QStringLiteral("error_rate_before"), 0.1}}}};
        StepContext context{.facts = facts, .clock = clock, .cancel = {}, .say = [](const QString &) {},
                            .note = [this](const QJsonObject &note) { concern = note[QStringLiteral("concern")].toString(); return Result<Unit>(Unit{}); },
                            .external = [this](const QString &what) { told.append(what); return Result<Unit>(Unit{}); }};
        watch.look(context, plan, QStringLiteral("green"));
    }
};

} // namespace

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
        QTest::newRow("no limit, ill as before") << 100. << 50. << 0.5 << -1. << Is::NotWell;
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
    void entryThatIsWellAgainDoesNotWipeWhatUsersGet()
    {
        Service service;
        deployment::ServiceWatch watch;
        service.look(watch, 0, 0);
        service.entryIsGreen = false;
        service.look(watch, 100, 40);
        QVERIFY2(service.concern.contains(QLatin1String("Worse than before")), qPrintable(service.concern));
        QVERIFY2(service.concern.contains(QLatin1String("no longer answers everything")), qPrintable(service.concern));
        service.entryIsGreen = true;
        service.look(watch, 100, 40);
        QVERIFY2(service.concern.contains(QLatin1String("Worse than before")), qPrintable(service.concern));
        QVERIFY2(!service.concern.contains(QLatin1String("no longer answers")), qPrintable(service.concern));
        QVERIFY2(service.told.last().contains(QLatin1String("still speaks against")), qPrintable(service.told.last()));
    }
    void nothingIsLeftToSayWhenUsersAreWellAgain()
    {
        Service service;
        deployment::ServiceWatch watch;
        service.look(watch, 0, 0);
        service.look(watch, 100, 40);
        QVERIFY(!service.concern.isEmpty());
        for (int i = 0; i < 20; ++i) // the bad minute has to pass
            service.look(watch, 100, 0);
        QCOMPARE(service.concern, QString());
    }
    void wordsHoldBothRates()
    {
        const QString words = judged(100, 30, 0.2, 0.05).words;
        QVERIFY2(words.contains(QLatin1String("30 of 100")) && words.contains(QLatin1String("20 %")), qPrintable(words));
    }
};

QTEST_GUILESS_MAIN(ServiceWatchTest)
#include "tst_servicewatch.moc"
