// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/statusjson.h"
#include "core/health/watch.h"

#include "core/systems/secrets/secretresolver.h"
#include "tests/postgres/pgfixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class WatchTest : public QObject
{
    Q_OBJECT
private:
    PgFixture m_server;
    SystemClock m_clock;

    static Plan planFor(const Secret &url)
    {
        Plan plan;
        plan.database = DatabasePlan{
            .url = {.kind = SecretReference::Kind::Plain, .name = QString::fromUtf8(url.reveal())},
            .every = 200ms};
        plan.recoveryTime = {{.name = QStringLiteral("Critical"),
                              .services = {QStringLiteral("database")},
                              .within = 1h}};
        return plan;
    }
    HealthSnapshot once(const Plan &plan, Milliseconds deadline = 10s) const
    {
        return lookOnce(plan, *SecretResolver::forPlan(plan), m_clock, deadline);
    }

private slots:
    void initTestCase() { QCOMPARE(m_server.start(), QString()); }

    void oneLookTellsTheHealth()
    {
        const HealthSnapshot seen = once(planFor(m_server.url()));
        QCOMPARE(seen.overall, Health::Healthy);
        QVERIFY(!seen.systems.first().since.isValid());
        QVERIFY(seen.systems.first().reading(QStringLiteral("latency"))->hasNumber());
    }
    void oneLookAtARefusingSystemIsQuick()
    {
        QElapsedTimer elapsed;
        elapsed.start();
        const HealthSnapshot seen = once(planFor(Secret("postgresql://u@127.0.0.1:" + QByteArray::number(PgFixture::freePort()))));
        QCOMPARE(seen.overall, Health::Down);
        QCOMPARE(seen.recommendations.first().scenario, QStringLiteral("database-loss"));
        QVERIFY(elapsed.elapsed() < 5000);
    }
    void oneLookAtAHangingSystemEndsAtItsDeadline()
    {
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        QElapsedTimer elapsed;
        elapsed.start();
        const HealthSnapshot seen
            = once(planFor(Secret("postgresql://u@127.0.0.1:" + QByteArray::number(silent.serverPort()))), 500ms);
        QCOMPARE(seen.overall, Health::Unknown);
        QVERIFY(seen.systems.first().reason.contains(QLatin1String("no answer within")));
        QVERIFY2(elapsed.elapsed() < 8000, qPrintable(QString::number(elapsed.elapsed())));
    }
    void planWithoutSystemsIsUnknown()
    {
        QCOMPARE(statusExitCode(once(Plan()).overall), 3);
    }
    void outageShowsUpAndEnds()
    {
        const Plan plan = planFor(m_server.url());
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        Watch watch(plan, *secrets, m_clock);
        HealthSnapshot last;
        QStringList events;
        connect(&watch, &Watch::snapshotReady, this, [&](const HealthSnapshot &one) {
            QCOMPARE(QThread::currentThread(), qApp->thread());
            last = one;
        });
        connect(&watch, &Watch::eventsHappened, this, [&](const QList<Event> &some) {
            for (const Event &one : some)
                events += one.name;
        });
        watch.start();
        QTRY_COMPARE(last.overall, Health::Healthy);
        m_server.stop();
        QTRY_COMPARE(last.overall, Health::Down);
        QVERIFY(last.systems.first().since.isValid());
        QCOMPARE(last.objectives.first().state, ObjectiveState::State::AtRisk);
        QCOMPARE(m_server.restart(), QString());
        QTRY_COMPARE_WITH_TIMEOUT(last.overall, Health::Healthy, 15'000);
        QCOMPARE(last.objectives.first().state, ObjectiveState::State::Met);
        QTRY_VERIFY(events.contains(QLatin1String("up")));
        QCOMPARE(events.first(), QStringLiteral("down"));
    }
    /// A window that was busy must not have to work off what it missed before it shows what is.
    void whoWasBusyGetsTheNewestSnapshotOnly()
    {
        Plan plan = planFor(m_server.url());
        plan.database->every = 100ms;
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        Watch watch(plan, *secrets, m_clock);
        QList<QDateTime> snapshots;
        QStringList events;
        connect(&watch, &Watch::snapshotReady, this, [&](const HealthSnapshot &one) { snapshots += one.at; });
        connect(&watch, &Watch::eventsHappened, this, [&](const QList<Event> &some) {
            QVERIFY2(!some.isEmpty(), "an empty delivery");
            for (const Event &one : some)
                events += one.name;
        });
        watch.start();
        QTRY_VERIFY(snapshots.size() > 10); // several a second
        snapshots.clear();
        m_server.stop();
        QThread::sleep(2); // busy
        QCoreApplication::sendPostedEvents(&watch, QEvent::MetaCall);
        const QDateTime thawed = m_clock.now();
        QCOMPARE(snapshots.size(), 1);
        QVERIFY2(snapshots.first().msecsTo(thawed) < 1500, qPrintable(QString::number(snapshots.first().msecsTo(thawed))));
        QVERIFY2(events.contains(QLatin1String("down")), qPrintable(events.join(QLatin1Char(' '))));
        QCOMPARE(m_server.restart(), QString());
    }
    void lookNowLooksNow()
    {
        Plan plan = planFor(m_server.url());
        plan.database->every = 1h;
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        Watch watch(plan, *secrets, m_clock);
        QDateTime lookedAt;
        connect(&watch, &Watch::snapshotReady, this, [&](const HealthSnapshot &one) {
            lookedAt = one.systems.first().lookedAt;
        });
        watch.start();
        QTRY_VERIFY(lookedAt.isValid());
        const QDateTime first = lookedAt;
        watch.lookNow();
        QTRY_VERIFY(lookedAt > first);
    }
    void watchThatNeverStartedEnds()
    {
        const Plan plan = planFor(m_server.url());
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        const Watch watch(plan, *secrets, m_clock);
    }
};

QTEST_GUILESS_MAIN(WatchTest)
#include "tst_watch.moc"
