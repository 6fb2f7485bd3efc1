// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/watch.h"
#include "core/plan/planreader.h"
#include "core/systems/http/httpget.h"
#include "core/systems/secrets/secretresolver.h"
#include "tests/integration/programs.h"

#include <QDate>
#include <QElapsedTimer>
#include <QUrl>

#include <atomic>
#include <thread>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// Users: one request after the other through the entry, about twenty a second.
class SteadyLoad
{
public:
    explicit SteadyLoad(const QString &entry)
        : m_thread([this, url = QUrl(entry + QStringLiteral("/api/projects"))] {
            while (!m_ended) {
                const Result<HttpReply> reply = httpGetBlocking(url, {}, 3s);
                m_failed += !reply || reply->status >= 500;
                ++m_sent;
                std::this_thread::sleep_for(45ms); // the users' own pace
            }
        })
    {
    }
    ~SteadyLoad()
    {
        m_ended = true;
        m_thread.join();
    }
    int sent() const { return m_sent; }
    int failed() const { return m_failed; }

private:
    std::atomic<bool> m_ended{false};
    std::atomic<int> m_sent{0}, m_failed{0};
    std::thread m_thread; // last: it uses the others
};

} // namespace

/// A deployment that fails one request in five, on a real lab under steady load, as the console's engine sees it.
class NoticingTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    SystemClock m_clock;
    std::optional<Plan> m_plan;
    std::unique_ptr<SecretResolver> m_secrets;
    std::unique_ptr<Watch> m_watch;
    std::unique_ptr<SteadyLoad> m_load;
    HealthSnapshot m_now;
    QStringList m_told; ///< each change of what is recommended

    void take(const HealthSnapshot &snapshot)
    {
        m_now = snapshot;
        QStringList scenarios;
        for (const Recommendation &one : snapshot.recommendations)
            scenarios += one.scenario;
        const QString told = scenarios.join(QLatin1Char(' '));
        if (m_told.isEmpty() || m_told.last() != told)
            m_told += told;
    }
    QString serving() const { return m_now.pools ? m_now.pools->serving : QString(); }
    const PoolView &pool(const char *colour) const
    {
        return *std::find_if(m_now.pools->pools.begin(), m_now.pools->pools.end(),
                             [&](const PoolView &one) { return one.colour == QLatin1String(colour); });
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
        const test::Ended ended = m_lab.ctl({QStringLiteral("recover"), QStringLiteral("deployment"), QStringLiteral("--json"),
                                             QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        m_plan = readPlanFile(m_lab.plan, QDate::currentDate()).plan;
        QVERIFY(m_plan);
        m_secrets = SecretResolver::forPlan(*m_plan);
        m_watch = std::make_unique<Watch>(*m_plan, *m_secrets, m_clock);
        connect(m_watch.get(), &Watch::snapshotReady, this, &NoticingTest::take);
        m_load = std::make_unique<SteadyLoad>(m_plan->application->entry);
        m_watch->start();
    }
    void cleanupTestCase()
    {
        m_load.reset();
        m_watch.reset();
    }

    void steadyLoadIsCountedAndHealthy()
    {
        QTRY_COMPARE_WITH_TIMEOUT(serving(), QStringLiteral("green"), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(pool("green").burn.minute.requests > 100, 40'000);
        QCOMPARE(pool("green").burn.minute.failures, 0.0);
        QCOMPARE(m_told, QStringList{QString()});
    }
    void consolesOwnShareIsSmallBesideTheUsersAndAllOfTheIdlePool()
    {
        QTRY_VERIFY_WITH_TIMEOUT(pool("green").ownShare && *pool("green").ownShare < 0.3, 30'000);
        QVERIFY2(*pool("green").ownShare > 0.005, qPrintable(QString::number(*pool("green").ownShare)));
        QVERIFY2(*pool("blue").ownShare > 0.7, qPrintable(QString::number(*pool("blue").ownShare)));
    }
    void oneInFiveIsNoticedWithinTwoPolls()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("bad-deployment"), QStringLiteral("--rate"), QStringLiteral("20%")}).code, 0);
        QElapsedTimer since;
        since.start();
        const int twoPolls = int(2 * m_plan->monitoring->every.count());
        QTRY_VERIFY_WITH_TIMEOUT(!m_now.recommendations.isEmpty(), twoPolls + 2000); // and what one poll takes
        qInfo("recommended %.1f s after the fault, %d of %d requests failed", double(since.elapsed()) / 1000, m_load->failed(), m_load->sent());
        QCOMPARE(m_now.recommendations.first().scenario, QStringLiteral("bad-deployment"));
        QCOMPARE(m_now.recommendations.first().command, QStringLiteral("understudyctl recover deployment --to blue"));
    }
    void itStaysUntilThePollsAreGoodAgainAndDoesNotFlap()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("bad-deployment")}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(m_now.recommendations.isEmpty(), int(5 * m_plan->monitoring->every.count()));
        QCOMPARE(m_told, (QStringList{QString(), QStringLiteral("bad-deployment"), QString()}));
    }
};

QTEST_GUILESS_MAIN(NoticingTest)
#include "tst_noticing.moc"
