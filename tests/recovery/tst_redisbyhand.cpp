// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/redisrun.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace understudy;

namespace {

/// Looks all the time who says that it is master, from a thread of its own.
class MasterCount
{
public:
    explicit MasterCount(const RedisRun &run) : m_run(run), m_thread([this] { work(); }) {}
    ~MasterCount() { stop(); }
    void stop()
    {
        m_stop = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    /// The longest time without a break that two nodes said so; ms.
    qint64 longestTwo() const { return m_longest; }

private:
    void work()
    {
        const SystemClock clock;
        std::optional<Milliseconds> since;
        while (!m_stop) {
            int masters = 0;
            for (int node = 0; node < m_run.redis.nodes(); ++node) {
                const Result<RespValue> role = m_run.redis.ask(m_run.redis.nodeTarget(node), {"ROLE"});
                masters += role && !role->items.isEmpty() && role->items.first().text == "master" ? 1 : 0;
            }
            if (masters < 2) {
                since.reset();
            } else {
                since = since.value_or(clock.monotonic());
                m_longest = qMax(m_longest, qint64((clock.monotonic() - *since).count()));
            }
            QThread::msleep(20);
        }
    }

    const RedisRun &m_run;
    qint64 m_longest = 0; ///< read after stop()
    std::atomic_bool m_stop = false;
    std::thread m_thread;
};

} // namespace

/// A replica promoted by hand because no Sentinel answered, and how the Sentinels come back.
class TestRedisByHand : public QObject
{
    Q_OBJECT

private slots:
    void eachSentinelThatReturnsIsToldAtOnce_data()
    {
        QTest::addColumn<bool>("oneByOne");
        QTest::addColumn<bool>("oldReturns");
        QTest::addColumn<bool>("movedBefore"); // then what a returning Sentinel says is newer than what one was told
        QTest::newRow("all at once") << false << false << false;
        QTest::newRow("one by one, after an earlier failover") << true << false << true;
        QTest::newRow("all at once, beside the old master, which is empty") << false << true << false;
        QTest::newRow("one by one, beside the old master, which is empty") << true << true << true;
    }

    void eachSentinelThatReturnsIsToldAtOnce()
    {
        QFETCH(bool, oneByOne);
        QFETCH(bool, oldReturns);
        QFETCH(bool, movedBefore);
        RedisRun run;
        QCOMPARE(run.start(), QString());
        if (movedBefore) {
            QCOMPARE(run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase()).outcome, QStringLiteral("recovered"));
            QCOMPARE(run.decide(Decision::Kind::Keep).outcome, QStringLiteral("recovered"));
        }
        const int old = run.redis.masterNode();
        const int target = (old + 1) % 3;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            run.redis.killSentinel(sentinel);
        run.redis.killNode(old);
        MasterCount count(run);
        int back = 0; ///< Sentinels that have been started again
        const auto bring = [&](int until) {
            for (; back < until; ++back)
                (void)run.redis.restartSentinel(back);
        };
        const RunResult result = promote(run, target, {}, [&](const RunView &view) {
            const StepView &step = *std::find_if(view.steps.begin(), view.steps.end(), [](const StepView &one) { return one.id == QLatin1String("tell-sentinels"); });
            if (step.state != StepState::Acting)
                return;
            if (back == 0) {
                (void)run.redis.ask(run.redis.nodeTarget(target), {"SET", "written:since", "1"});
                if (oldReturns)
                    (void)run.redis.restartNode(old);
                bring(oneByOne ? 1 : 3);
            } else if (back < 3 && told(step, run.redis.sentinel(back - 1))) {
                bring(back + 1);
            }
        });
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QCOMPARE(back, 3);
        isWhole(run, target);
        // A Sentinel that holds something else for true comes out with it within two of its periods.
        QVERIFY2(!QTest::qWaitFor([&] { return !allName(run, target); }, 5'000), "a Sentinel has changed its mind");
        count.stop();
        qInfo("two masters for at most %lld ms", count.longestTwo());
        // Sentinel itself would leave them beside each other for about ten seconds, and keep the wrong one.
        QVERIFY2(count.longestTwo() < 3'000, qPrintable(QString::number(count.longestTwo())));
        if (oldReturns) {
            const Result<RespValue> role = run.redis.ask(run.redis.nodeTarget(old), {"ROLE"});
            QCOMPARE(role->items.first().text, QByteArray("slave"));
        }
    }

    void whenTheyStayAwayTheRunNeedsTheOperatorAndResumeFinishes()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            run.redis.killSentinel(sentinel);
        run.redis.killNode(0);
        const RunResult away = promote(run, 1, {}, {});
        QCOMPARE(away.outcome, QStringLiteral("needs_operator"));
        QCOMPARE(away.exitCode(), 3);
        QVERIFY2(away.explanation.contains(QStringLiteral("3 of 3 Sentinels have not been told")), qPrintable(away.explanation));
        QVERIFY(away.error && away.error->hint.contains(QStringLiteral("Resume this run before you start them")));
        QCOMPARE(run.redis.ask(run.redis.nodeTarget(1), {"SET", "written:since", "1"})->text, QByteArray("OK"));

        bool back = false;
        const RunResult result = promote(run, 1, run.lastRun, [&](const RunView &view) {
            const bool telling = view.steps.value(view.current).id == QLatin1String("tell-sentinels") && view.steps.value(view.current).state == StepState::Acting;
            for (int sentinel = 0; telling && !back && sentinel < 3; ++sentinel)
                (void)run.redis.restartSentinel(sentinel);
            back = back || telling;
        });
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QCOMPARE(run.events().count(QStringLiteral("promote intent")), 1);
        isWhole(run, 1);
        QVERIFY(verifyJournal(runstore::fileOf(run.folder.path(), run.lastRun)).has_value());
    }

    void aDemotionThatHappenedMeanwhileIsToldAndNotMadeWorse()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            run.redis.killSentinel(sentinel);
        run.redis.killNode(0);
        bool demoted = false;
        const RunResult result = promote(run, 1, {}, [&](const RunView &view) {
            if (demoted || view.steps.value(view.current).id != QLatin1String("tell-sentinels"))
                return;
            demoted = true;
            (void)run.redis.ask(run.redis.nodeTarget(1), {"REPLICAOF", "127.0.0.1", QByteArray::number(run.redis.node(0).port)});
        });
        QCOMPARE(result.outcome, QStringLiteral("needs_operator"));
        QVERIFY2(result.explanation.contains(QStringLiteral("is no master any more")), qPrintable(result.explanation));
    }

private:
    /// Begins a promotion of `target`, or goes on with `resume`.
    static RunResult promote(RedisRun &run, int target, const QString &resume, const std::function<void(const RunView &)> &onView)
    {
        QStringList nodes{run.redis.node(target).text()};
        for (int node = 0; node < run.redis.nodes(); ++node) {
            if (node != target)
                nodes.append(run.redis.node(node).text());
        }
        UnattendedOperator person(QStringLiteral("lab: promote %1").arg(nodes.first()));
        RunResult result = execute({.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(),
                                    .options = {.scenario = QStringLiteral("redis"), .promote = nodes.join(QLatin1Char(','))},
                                    .resume = resume, .person = person, .onView = onView});
        run.lastRun = result.run;
        return result;
    }

    static bool told(const StepView &step, const Endpoint &sentinel)
    {
        const QString words = QStringLiteral("Sentinel %1 was told").arg(sentinel.text());
        return std::any_of(step.output.begin(), step.output.end(), [&](const OutputLine &line) { return line.text.startsWith(words); });
    }

    static bool allName(const RedisRun &run, int target)
    {
        for (int sentinel = 0; sentinel < 3; ++sentinel) {
            if (run.redis.masterNode(sentinel) != target)
                return false;
        }
        return true;
    }

    /// The promoted node is master for all, has what was written since, and is watched as before.
    static void isWhole(RedisRun &run, int target)
    {
        QVERIFY(allName(run, target));
        QCOMPARE(run.redis.ask(run.redis.nodeTarget(target), {"EXISTS", "written:since"})->integer, 1);
        for (int sentinel = 0; sentinel < 3; ++sentinel) {
            const auto field = [&](const char *name) {
                const Result<RespValue> seen = run.redis.ask(run.redis.sentinelTarget(sentinel), {"SENTINEL", "MASTER", "mymaster"});
                return seen ? seen->field(name) : QByteArray();
            };
            QCOMPARE(field("down-after-milliseconds"), QByteArray("1000"));
            QCOMPARE(field("failover-timeout"), QByteArray("4000"));
            QCOMPARE(field("quorum"), QByteArray("2"));
            // They find one another again by the new master's channel.
            QTRY_COMPARE_WITH_TIMEOUT(field("num-other-sentinels"), QByteArray("2"), 15'000);
        }
    }
};

QTEST_GUILESS_MAIN(TestRedisByHand)
#include "tst_redisbyhand.moc"
