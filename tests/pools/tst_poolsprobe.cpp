// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsprobe.h"
#include "tests/pools/fakeinstance.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;
using Answer = InstanceView::Answer;

/// Two colours of one instance each; the entry is whatever a test says.
class PoolsProbeTest : public QObject
{
    Q_OBJECT

    struct Stage
    {
        FakeInstance blue{"b"}, green{"g"};
        std::unique_ptr<FakeInstance> entry = std::make_unique<FakeInstance>("b");
        QTemporaryDir folder;
        SystemClock clock;
        Plan plan;
        std::unique_ptr<PoolsProbe> probe;
        QHash<QString, SystemObservation> last;
        QList<Event> events;

        Stage()
        {
            ApplicationPlan application;
            application.pools = {{QStringLiteral("blue"), {blue.plan()}},
                                 {QStringLiteral("green"), {green.plan()}}};
            application.entry = entry->plan().url;
            application.health.every = 100ms;
            application.build = {.path = QStringLiteral("/version"),
                                 .field = QStringLiteral("commit"),
                                 .header = {}};
            plan.application = application;
            plan.monitoring = MonitoringPlan{.metricsPrefix = QStringLiteral("the_copy_"),
                                             .every = 100ms,
                                             .availability = 0.999,
                                             .rollbackAboveErrorRate = 0.05};
            plan.cost = {{.name = QStringLiteral("Gemini"),
                          .metric = QStringLiteral("the_copy_gemini_daily_cost_usd"),
                          .unit = QStringLiteral("USD/day"),
                          .softLimit = 50}};
        }
        void start()
        {
            probe = std::make_unique<PoolsProbe>(plan, nullptr, clock,
                                                 folder.filePath(QStringLiteral("cost.json")));
            QObject::connect(probe.get(), &Probe::observed, probe.get(),
                             [this](const SystemObservation &one) { last[one.system] = one; });
            QObject::connect(probe.get(), &Probe::eventsHappened, probe.get(),
                             [this](const QList<Event> &some) { events += some; });
            probe->start();
        }
        Health health(const char *system) { return last.value(QLatin1String(system)).health; }
        bool complete(const char *system) { return last.value(QLatin1String(system)).complete; }
        QString reason(const char *system) { return last.value(QLatin1String(system)).reason; }
        InstanceView view(int pool)
        {
            const SystemObservation pools = last.value(QStringLiteral("pools"));
            return pools.pools ? pools.pools->pools.at(pool).instances.first() : InstanceView();
        }
        std::optional<Reading> reading(const char *system, const char *name)
        {
            for (const Reading &one : last.value(QLatin1String(system)).readings) {
                if (one.name == QLatin1String(name))
                    return one;
            }
            return {};
        }
    };

private slots:
    void deadQueuesDegradeAPoolThatIsWellOtherwise()
    {
        Stage stage;
        stage.plan.application->queuesPath = QStringLiteral("/api/queue/stats");
        stage.plan.application->health.readyEvery = 100ms;
        stage.start();
        QTRY_VERIFY(stage.complete("pools"));
        QCOMPARE(stage.health("pools"), Health::Healthy);
        QCOMPARE(stage.reading("pools", "blue-1 job queues")->text(), QStringLiteral("alive"));
        stage.blue.change([](FakeInstance::State &state) { state.queues = 500; });
        QTRY_COMPARE(stage.health("pools"), Health::Degraded);
        QVERIFY2(stage.reason("pools").contains(QLatin1String("job queues are dead on 1 of 1")),
                 qPrintable(stage.reason("pools")));
        QCOMPARE(stage.reading("pools", "blue-1 job queues")->text(), QStringLiteral("dead"));
        QCOMPARE(stage.reading("pools", "green-1 job queues")->text(), QStringLiteral("alive"));
    }

    void aShortLookAtATroubledProcessIsNoHealthyOne()
    {
        Stage stage;
        stage.blue.setTraffic(80, 20); // and nothing moves while it is looked at
        stage.start();
        QTRY_VERIFY(stage.complete("slo"));
        QCOMPARE(stage.health("slo"), Health::Degraded);
        QVERIFY2(stage.reason("slo").contains(QLatin1String("since its processes began")),
                 qPrintable(stage.reason("slo")));
    }

    void idleColoursPageMakesNoServiceLevel()
    {
        Stage stage;
        stage.blue.change([](FakeInstance::State &state) { state.metrics = "<html>not for you</html>"; });
        stage.start();
        QTRY_VERIFY(stage.last.contains(QStringLiteral("slo")) && stage.reason("slo").contains(QLatin1String("no metrics of blue")));
        QCOMPARE(stage.health("slo"), Health::Unknown);
        QVERIFY(!stage.reading("slo", "error rate")->hasNumber());
    }

    void queuesAreAskedAgainWhenRedisHasMoved()
    {
        Stage stage;
        stage.plan.application->queuesPath = QStringLiteral("/api/queue/stats");
        stage.start();
        QTRY_VERIFY(stage.complete("pools"));
        stage.blue.change([](FakeInstance::State &state) { state.queues = 500; });
        stage.probe->hear({{.system = QStringLiteral("redis"), .name = QStringLiteral("+switch-master")}});
        QTRY_COMPARE_WITH_TIMEOUT(stage.health("pools"), Health::Degraded, 10'000);
    }

    void queuesThatCannotBeAskedAreUnknownAndNoReasonToWorry()
    {
        Stage stage;
        stage.plan.application->queuesPath = QStringLiteral("/api/queue/stats");
        stage.blue.change([](FakeInstance::State &state) { state.queues = 401; });
        stage.start();
        QTRY_VERIFY(stage.complete("pools"));
        QCOMPARE(stage.health("pools"), Health::Healthy);
        const std::optional<Reading> queues = stage.reading("pools", "blue-1 job queues");
        QCOMPARE(queues->state, ReadingState::Unknown);
        QVERIFY2(queues->reason.contains(QLatin1String("token")), qPrintable(queues->reason));
    }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void everythingIsReported()
    {
        Stage stage;
        stage.start();
        QCOMPARE(
            stage.probe->systems(),
            (QStringList{QStringLiteral("pools"), QStringLiteral("slo"), QStringLiteral("cost")}));
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        QTRY_VERIFY(stage.complete("pools") && stage.complete("slo") && stage.complete("cost"));
        QCOMPARE(stage.last[QStringLiteral("pools")].pools->serving, QStringLiteral("blue"));
        QTRY_COMPARE(stage.view(0).build, QStringLiteral("abc"));
        QCOMPARE(std::get<QString>(stage.reading("pools", "way back")->value),
                 QStringLiteral("yes"));
    }

    void answersAreKeptApart_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("live");
        QTest::newRow("refused") << 0 << int(Answer::Refused);
        QTest::newRow("no answer") << 1 << int(Answer::NoAnswer);
    }
    void answersAreKeptApart()
    {
        QFETCH(int, fault);
        QFETCH(int, live);
        Stage stage;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        if (fault == 0)
            stage.green.server().die();
        else
            stage.green.change([](FakeInstance::State &state) { state.silent = true; });
        QTRY_COMPARE(int(stage.view(1).live), live);
        QTRY_COMPARE(stage.health("pools"), Health::Degraded);
        QVERIFY2(stage.reason("pools").contains(QLatin1String("no way back")),
                 qPrintable(stage.reason("pools")));
        QVERIFY(!stage.events.isEmpty());
    }

    /// Its start-up is waited for 10 s, longer than a script's one look at everything lasts.
    void silentInstanceHoldsUpNoVerdict()
    {
        Stage stage;
        stage.green.change([](FakeInstance::State &state) { state.silent = true; });
        stage.start();
        QTRY_COMPARE_WITH_TIMEOUT(stage.health("pools"), Health::Degraded, 7'000);
        QVERIFY2(stage.reason("pools").contains(QLatin1String("green")), qPrintable(stage.reason("pools")));
    }
    void silentInstanceDelaysNoOther()
    {
        Stage stage;
        stage.green.change([](FakeInstance::State &state) { state.silent = true; });
        stage.start();
        const int before = stage.blue.server().requests();
        QTRY_VERIFY_WITH_TIMEOUT(stage.blue.server().requests() > before + 10, 3000);
    }

    void hangingReadinessDelaysNothing()
    {
        Stage stage;
        stage.green.change([](FakeInstance::State &state) { state.readySilent = true; });
        stage.start();
        QTRY_COMPARE_WITH_TIMEOUT(int(stage.view(1).live), int(Answer::Ok), 3000);
        QTRY_COMPARE_WITH_TIMEOUT(stage.health("pools"), Health::Healthy, 3000);
        QVERIFY(!stage.complete("pools")); // one of its answers is still awaited
    }

    void lookAtASilentPlatformTakesOneDeadline()
    {
        Stage stage;
        for (FakeInstance *one : {&stage.blue, &stage.green, stage.entry.get()})
            one->change([](FakeInstance::State &state) { state.silent = true; });
        stage.start();
        QTRY_VERIFY_WITH_TIMEOUT(
            stage.complete("pools") && stage.complete("slo") && stage.complete("cost"), 11'500);
        QCOMPARE(stage.health("pools"), Health::Down);
        QCOMPARE(stage.health("slo"), Health::Unknown);
    }

    void readinessIsAskedRarely()
    {
        Stage stage;
        QAtomicInt ready;
        ScriptedServer watched([&](const ScriptedServer::Request &request) {
            ready.fetchAndAddOrdered(request.path == "/health/ready" ? 1 : 0);
            request.socket.write(ScriptedServer::reply("{\"startTime\":\"g\"}"));
        });
        stage.plan.application->pools[1].instances[0].url = watched.url();
        stage.start();
        QTRY_VERIFY(watched.requests() > 30);
        QCOMPARE(ready.loadAcquire(), 1);
        stage.probe->lookNow();
        QTRY_COMPARE(ready.loadAcquire(), 2);
    }

    void nobodyServingIsDownAtOnce()
    {
        Stage stage;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        stage.entry->server().die();
        stage.probe->lookNow();
        QTRY_COMPARE(stage.health("pools"), Health::Down);
        QVERIFY2(stage.reason("pools").contains(QLatin1String("nobody serves")),
                 qPrintable(stage.reason("pools")));
    }

    void switchIsSeen()
    {
        Stage stage;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        stage.entry->change([](FakeInstance::State &state) { state.startTime = "g"; });
        stage.probe->lookNow();
        QTRY_COMPARE(stage.last[QStringLiteral("pools")].pools->serving, QStringLiteral("green"));
        const auto isSwitch = [](const Event &one) { return one.name == QLatin1String("serving"); };
        QTRY_VERIFY(std::any_of(stage.events.begin(), stage.events.end(), isSwitch));
    }

    void restartedProcessIsFollowed()
    {
        Stage stage;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        stage.blue.change([](FakeInstance::State &state) { state.startTime = "b2"; });
        stage.entry->change([](FakeInstance::State &state) { state.startTime = "b2"; });
        QTRY_COMPARE(stage.view(0).startTime, QStringLiteral("b2"));
        stage.probe->lookNow();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
    }

    void errorRateIsCountedBetweenLooks()
    {
        Stage stage;
        stage.blue.setTraffic(1000, 500); // perhaps long ago: a warning, and no rate of now
        stage.start();
        QTRY_VERIFY(stage.complete("slo"));
        QCOMPARE(stage.health("slo"), Health::Degraded);
        QCOMPARE(stage.reading("slo", "error rate")->state, ReadingState::Absent);
        stage.blue.setTraffic(1090, 510);
        QTRY_COMPARE(stage.health("slo"), Health::Down);
        QVERIFY2(stage.reason("slo").contains(QLatin1String("10 %")),
                 qPrintable(stage.reason("slo")));
        QCOMPARE(*stage.last[QStringLiteral("pools")].pools->pools.first().errorRate, 0.1);
    }

    void failingColourRaisesItsAlarm()
    {
        Stage stage;
        stage.blue.setTraffic(1000, 0);
        stage.start();
        QTRY_VERIFY(stage.complete("slo"));
        const auto isRaised = [&](int pool) { return stage.last[QStringLiteral("pools")].pools->pools.at(pool).alarm.raised; };
        QVERIFY(!isRaised(0));
        stage.blue.setTraffic(1080, 20);
        QTRY_VERIFY(isRaised(0));
        QVERIFY(!isRaised(1));
        QTRY_COMPARE(stage.reading("slo", "blue long burn rate")->number(), 200.0);
        QCOMPARE(stage.reading("slo", "blue error budget")->number(), 0.0);
        QCOMPARE(stage.reading("slo", "green error budget")->state, ReadingState::Absent);
        QVERIFY(stage.reading("slo", "green error budget")->reason.contains(QLatin1String("too few")));
    }

    void consolesOwnRequestsAreShownBesideTheObjective()
    {
        Stage stage;
        for (FakeInstance *one : {&stage.blue, &stage.green})
            one->change([](FakeInstance::State &state) { state.countsHealth = true; });
        stage.start();
        QTRY_VERIFY(stage.reading("slo", "blue own share") && stage.reading("slo", "blue own share")->hasNumber());
        // Nobody else asks; a few of its requests are between two pages.
        QTRY_VERIFY(stage.reading("slo", "blue own share")->number() > 0.8);
        stage.blue.setTraffic(100'000, 0);
        QTRY_VERIFY(stage.reading("slo", "blue own share")->number() < 0.1);
        QTRY_VERIFY(stage.reading("slo", "green own share")->number() > 0.8);
        QVERIFY(stage.reading("slo", "own share")->number() < 0.1);
    }

    void restartedCountersAreNotADrop()
    {
        Stage stage;
        stage.blue.setTraffic(1000, 0);
        stage.start();
        QTRY_VERIFY(stage.complete("slo"));
        // As a restart does: no connection outlives the process. Another process's past is not the
        // last minute.
        stage.blue.server().die();
        stage.blue.change([](FakeInstance::State &state) { state.startTime = "b2"; });
        stage.blue.setTraffic(2000, 900);
        stage.blue.server().listenAgain();
        QTRY_COMPARE(stage.view(0).startTime, QStringLiteral("b2"));
        QTRY_VERIFY(stage.blue.server().requests() > 20);
        QVERIFY(stage.health("slo") != Health::Down);
    }

    void badPagesTurnOnlyTheirFiguresUnknown_data()
    {
        QTest::addColumn<QByteArray>("page");
        QTest::newRow("garbage") << QByteArray("<html>not metrics</html>\n");
        QTest::newRow("huge") << QByteArray(50'000'000, '\n');
    }
    void badPagesTurnOnlyTheirFiguresUnknown()
    {
        QFETCH(QByteArray, page);
        Stage stage;
        for (FakeInstance *one : {&stage.blue, &stage.green})
            one->change([&](FakeInstance::State &state) { state.metrics = page; });
        stage.plan.monitoring->every = 10s;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        QTRY_VERIFY(stage.complete("slo") && stage.complete("cost"));
        QCOMPARE(stage.health("slo"), Health::Unknown);
        QCOMPARE(stage.health("cost"), Health::Unknown);
    }

    void costIsRead()
    {
        Stage stage;
        stage.blue.change([](FakeInstance::State &state) {
            state.metrics =
                "# TYPE the_copy_gemini_daily_cost_usd gauge\nthe_copy_gemini_daily_cost_usd 45\n";
        });
        stage.start();
        QTRY_COMPARE(stage.health("cost"), Health::Degraded);
        QCOMPARE(stage.reading("cost", "Gemini today")->number(), 45.0);
        const auto warned = [&] {
            return std::count_if(stage.events.begin(), stage.events.end(), [](const Event &one) { return one.system == QLatin1String("cost"); });
        };
        QTRY_COMPARE(warned(), 1);
        stage.blue.change([](FakeInstance::State &state) {
            state.metrics = "# TYPE the_copy_gemini_daily_cost_usd gauge\nthe_copy_gemini_daily_cost_usd 51\n";
        });
        QTRY_COMPARE(warned(), 2); // 80 % and 100 %, each once
    }

    void nothingIsSaidAfterStop()
    {
        Stage stage;
        stage.start();
        QTRY_COMPARE(stage.health("pools"), Health::Healthy);
        stage.probe->stop();
        stage.last.clear();
        const int requests = stage.green.server().requests();
        stage.entry->server().die();
        // Long enough for many intervals, without a fixed wait: another probe looks meanwhile.
        Stage other;
        other.start();
        QTRY_VERIFY(other.blue.server().requests() > 20);
        QVERIFY(stage.last.isEmpty());
        QVERIFY(stage.green.server().requests() <= requests + 1);
    }
};

QTEST_GUILESS_MAIN(PoolsProbeTest)
#include "tst_poolsprobe.moc"
