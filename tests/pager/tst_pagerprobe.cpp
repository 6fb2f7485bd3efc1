// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/pagerprobe.h"
#include "core/health/probes.h"
#include "tests/http/scriptedserver.h"
#include "tests/pager/pagerstand.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class PagerProbeTest : public QObject
{
    Q_OBJECT

    PagerSecrets m_secrets;
    SystemClock m_clock;

    SystemObservation observe(const PagingPlan &paging)
    {
        Plan plan;
        plan.paging = paging;
        PagerProbe probe(plan, m_secrets, m_clock);
        QSignalSpy spy(&probe, &Probe::observed);
        probe.start();
        if (spy.isEmpty())
            spy.wait(8000);
        return spy.isEmpty() ? SystemObservation() : spy.first().first().value<SystemObservation>();
    }
    static Reading reading(const SystemObservation &seen, const char *name)
    {
        for (const Reading &one : seen.readings) {
            if (one.name == QLatin1String(name))
                return one;
        }
        return {};
    }

private slots:
    void openIncidentsAreCounted()
    {
        PagerStand pager;
        QVERIFY(pager.trigger(QStringLiteral("one")) && pager.trigger(QStringLiteral("two")));
        QVERIFY(pager.tell(PagerEvent::Action::Acknowledge, QStringLiteral("one")));
        const SystemObservation seen = observe(pager.plan());
        QCOMPARE(seen.system, QStringLiteral("pager"));
        QCOMPARE(seen.health, Health::Healthy);
        QVERIFY(seen.complete);
        QCOMPARE(reading(seen, "open incidents").number(), 2.0);
        QCOMPARE(reading(seen, "not acknowledged").number(), 1.0);
        QVERIFY(reading(seen, "not acknowledged").isAbnormal());
        QVERIFY(reading(seen, "oldest open").number() < 60);
        QCOMPARE(reading(seen, "oldest incident").text(), QStringLiteral("#1 Redis master lost"));
        QCOMPARE(reading(seen, "assigned to").text(), QStringLiteral("Lab operator"));
        QCOMPARE(reading(seen, "open incidents").interval, Milliseconds(60s));
    }

    void nothingOpenIsAbsentNotUnknown()
    {
        PagerStand pager;
        const SystemObservation seen = observe(pager.plan());
        QCOMPARE(seen.health, Health::Healthy);
        QCOMPARE(seen.reason, QStringLiteral("no incident is open"));
        QCOMPARE(reading(seen, "oldest open").state, ReadingState::Absent);
    }

    void pagerThatCannotBeAskedIsDegradedNeverDown_data()
    {
        QTest::addColumn<QString>("trouble");
        for (const char *trouble : {"refuses", "hangs", "token missing", "token refused"})
            QTest::newRow(trouble) << QString::fromLatin1(trouble);
    }
    void pagerThatCannotBeAskedIsDegradedNeverDown()
    {
        QFETCH(QString, trouble);
        ScriptedServer server([trouble](const ScriptedServer::Request &request) {
            if (trouble == QLatin1String("token refused"))
                request.socket.write(ScriptedServer::reply("{}", "401 Unauthorized"));
        });
        PagerStand pager;
        PagingPlan plan = pager.plan();
        plan.api = trouble == QLatin1String("refuses") ? QStringLiteral("http://127.0.0.1:1") : server.url();
        if (trouble == QLatin1String("token missing"))
            plan.apiToken.name = QStringLiteral("nowhere");
        QElapsedTimer since;
        since.start();
        const SystemObservation seen = observe(plan);
        QVERIFY2(since.elapsed() < 6500, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(seen.health, Health::Degraded);
        QVERIFY(seen.reason.startsWith(QLatin1String("cannot be asked")));
        QCOMPARE(reading(seen, "open incidents").state, ReadingState::Unknown);
    }

    void hangingLookIsGivenUpWithTheProbe()
    {
        ScriptedServer server([](const ScriptedServer::Request &) {});
        Plan plan;
        plan.paging = PagerStand().plan();
        plan.paging.api = server.url();
        std::unique_ptr<PagerProbe> probe = std::make_unique<PagerProbe>(plan, m_secrets, m_clock);
        probe->start();
        QTRY_COMPARE(server.requests(), 1);
        QElapsedTimer since;
        since.start();
        probe.reset();
        QVERIFY2(since.elapsed() < 1000, qPrintable(QString::number(since.elapsed())));
    }

    void onlyAPlanThatLetsLookHasThePagerInItsStatus_data()
    {
        QTest::addColumn<bool>("token");
        QTest::addColumn<bool>("service");
        QTest::addColumn<int>("probes");
        QTest::newRow("both") << true << true << 1;
        QTest::newRow("no token") << false << true << 0;
        QTest::newRow("no service") << true << false << 0;
    }
    void onlyAPlanThatLetsLookHasThePagerInItsStatus()
    {
        QFETCH(bool, token);
        QFETCH(bool, service);
        QFETCH(int, probes);
        Plan plan;
        plan.paging = PagerStand().plan();
        if (!token)
            plan.paging.apiToken = {};
        if (!service)
            plan.paging.service.clear();
        QCOMPARE(int(makeProbes(plan, m_secrets, m_clock).size()), probes);
    }

    void extraLooksAreHeldApart()
    {
        ScriptedServer server(ScriptedServer::always(ScriptedServer::reply("{\"incidents\":[],\"more\":false}")));
        Plan plan;
        plan.paging = PagerStand().plan();
        plan.paging.api = server.url();
        PagerProbe probe(plan, m_secrets, m_clock);
        QSignalSpy spy(&probe, &Probe::observed);
        QElapsedTimer since;
        since.start();
        probe.start();
        for (int i = 0; i < 20; ++i)
            probe.lookNow();
        QTRY_COMPARE_WITH_TIMEOUT(spy.size(), 2, 9000);
        // Five seconds, and what a coarse timer may be early.
        QVERIFY2(since.elapsed() >= 4700, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(server.requests(), 2);
    }
};

QTEST_GUILESS_MAIN(PagerProbeTest)
#include "tst_pagerprobe.moc"
