// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/redisrun.h"
#include "tests/recovery/rediswriter.h"

#include <QTest>

using namespace understudy;

namespace {

/// Says the phrase, and at the end waits for `keep` to be called.
class PatientOperator : public UnattendedOperator
{
public:
    using UnattendedOperator::UnattendedOperator;
    std::optional<Decision> ask(const Question &question, const CancelToken &cancel) override
    {
        if (question.about != Question::About::Commit)
            return UnattendedOperator::ask(question, cancel);
        waiting = true;
        while (!decided && !cancel.isCancelled())
            QThread::msleep(10);
        return Decision{.kind = Decision::Kind::Keep, .step = question.step};
    }
    std::atomic_bool waiting = false;
    std::atomic_bool decided = false;
};

/// Both have to end before the Redis goes that they use.
class RunInBackground
{
public:
    RunInBackground(RedisRun &run, PatientOperator &person, const RunOptions &options, const std::function<void(const JournalEntry &)> &onEntry = {})
        : m_person(person), m_thread([this, &run, options, onEntry] {
              result = execute({.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(), .options = options,
                                .person = m_person, .cancel = m_cancel, .hold = true, .onEntry = onEntry});
          })
    {
    }
    ~RunInBackground()
    {
        m_cancel.cancel();
        end();
    }
    void end()
    {
        m_person.decided = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    RunResult result; ///< after end()

private:
    PatientOperator &m_person;
    CancelToken m_cancel;
    std::thread m_thread;
};

} // namespace

/// A master that hung, was given up, and wakes while the run is still open.
class TestRedisHung : public QObject
{
    Q_OBJECT

private slots:
    void oldMasterThatWakesIsDemotedAtOnce_data()
    {
        QTest::addColumn<bool>("whileProving");
        QTest::newRow("while the run waits for keep or undo") << false;
        QTest::newRow("while the new master is being proved") << true;
    }

    void oldMasterThatWakesIsDemotedAtOnce()
    {
        QFETCH(bool, whileProving);
        RedisRun run;
        QCOMPARE(run.start(), QString());
        RedisWriter stayer(run.redis, "stayer", false);
        QTRY_VERIFY_WITH_TIMEOUT(stayer.written() > 300, 20'000);
        run.redis.killSentinel(1);
        run.redis.killSentinel(2);
        // A replica that has just been synchronised is sent nothing until its first acknowledgement.
        QTRY_COMPARE_WITH_TIMEOUT(run.redis.ask(run.redis.nodeTarget(0), {"WAIT", "2", "500"})->integer, 2, 10'000);
        run.redis.hangNode(0);
        PatientOperator person(run.phrase());
        RunInBackground background(run, person, {.scenario = QStringLiteral("redis")}, [&](const JournalEntry &entry) {
            if (whileProving && entry.step == QLatin1String("fail-over") && entry.event == QLatin1String("verified"))
                run.redis.resumeNode(0);
        });
        QTRY_VERIFY_WITH_TIMEOUT(person.waiting, 60'000);
        const int before = stayer.written();
        if (!whileProving)
            run.redis.resumeNode(0);
        const SystemClock clock;
        const Milliseconds woken = clock.monotonic();
        QTRY_VERIFY_WITH_TIMEOUT(roleOf(run, 0) == "slave", 20'000);
        const Milliseconds took = clock.monotonic() - woken;
        stayer.stop();
        background.end();
        run.lastRun = background.result.run;
        const QString told = background.result.explanation + QLatin1Char('\n') + run.events().join(QLatin1Char('\n'));
        QVERIFY2(background.result.outcome == QLatin1String("recovered"), qPrintable(told));
        const int master = run.redis.masterNode();
        QVERIFY(master > 0);
        const int lost = stayer.missingOn(run.redis.nodeTarget(master));
        qInfo("a replica %lld ms after it was seen to wake; %d acknowledged writes lost, %d taken since", qint64(took.count()), lost, stayer.written() - before);
        // Left to Sentinel it is about ten seconds and more than eight thousand writes.
        QVERIFY2(lost < 1500, qPrintable(QString::number(lost)));
        QVERIFY2(run.events().contains(whileProving ? QStringLiteral("prove-master external") : QStringLiteral("keep external")), qPrintable(told));
        QVERIFY2(notedBefore(run), qPrintable(told));
        QVERIFY(verifyJournal(runstore::fileOf(run.folder.path(), run.lastRun)).has_value());
    }

    void oldMasterThatComesBackEmptyIsDemotedToo()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killSentinel(1);
        run.redis.killSentinel(2);
        run.redis.killNode(0);
        PatientOperator person(run.phrase());
        RunInBackground background(run, person, {.scenario = QStringLiteral("redis")});
        QTRY_VERIFY_WITH_TIMEOUT(person.waiting, 60'000);
        const SystemClock clock;
        const Milliseconds started = clock.monotonic();
        QCOMPARE(run.redis.restartNode(0), QString());
        QTRY_VERIFY_WITH_TIMEOUT(roleOf(run, 0) == "slave", 20'000);
        QVERIFY2(clock.monotonic() - started < std::chrono::seconds(4), "Sentinel itself would take about ten");
        background.end();
        QCOMPARE(background.result.outcome, QStringLiteral("recovered"));
    }

    /// Somebody else has made it master again, and the Sentinels say so: then it is.
    void masterAgainByTheSentinelsIsLeftAlone()
    {
        RedisRun run({.infoPeriodMs = 500});
        QCOMPARE(run.start(), QString());
        PatientOperator person(run.phrase());
        RunInBackground background(run, person, {.scenario = QStringLiteral("redis"), .planned = true});
        QTRY_VERIFY_WITH_TIMEOUT(person.waiting, 60'000);
        const int moved = run.redis.masterNode();
        QVERIFY(moved > 0);
        const int other = 3 - moved;
        // Only the old one may be chosen.
        QVERIFY(run.redis.ask(run.redis.nodeTarget(other), {"CONFIG", "SET", "replica-priority", "0"}).has_value());
        QTRY_VERIFY_WITH_TIMEOUT(priorityKnown(run, other) == 0, 20'000);
        QByteArray said;
        const auto asks = [&] {
            const Result<RespValue> reply = run.redis.ask(run.redis.sentinelTarget(0), {"SENTINEL", "FAILOVER", "mymaster"});
            said = reply ? reply->text : reply.error().text().toUtf8();
            return said == "OK";
        };
        QVERIFY2(QTest::qWaitFor(asks, 20'000), said);
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            QTRY_COMPARE_WITH_TIMEOUT(run.redis.masterNode(sentinel), 0, 20'000);
        QVERIFY(!QTest::qWaitFor([&] { return roleOf(run, 0) != "master"; }, 2'500));
        background.end();
        run.lastRun = background.result.run;
        QVERIFY2(!run.events().contains(QStringLiteral("keep external")), qPrintable(run.events().join(QLatin1Char('\n'))));
    }

private:
    static QByteArray roleOf(const RedisRun &run, int node)
    {
        const Result<RespValue> role = run.redis.ask(run.redis.nodeTarget(node), {"ROLE"});
        return role && !role->items.isEmpty() ? role->items.first().text : QByteArray();
    }

    static int priorityKnown(const RedisRun &run, int node)
    {
        const Result<RespValue> replicas = run.redis.ask(run.redis.sentinelTarget(0), {"SENTINEL", "REPLICAS", "mymaster"});
        for (const RespValue &replica : replicas ? replicas->items : QList<RespValue>()) {
            if (replica.field("port").toUShort() == run.redis.node(node).port)
                return replica.field("slave-priority").toInt();
        }
        return -1;
    }

    /// The journal says whom it is going to tell before it says that it has.
    static bool notedBefore(const RedisRun &run)
    {
        bool noted = false;
        const Result<JournalReading> reading = readJournal(runstore::fileOf(run.folder.path(), run.lastRun));
        for (const JournalEntry &entry : reading->entries) {
            noted = noted || entry.detail[QStringLiteral("facts")][QStringLiteral("stray")].toString() == run.redis.node(0).text();
            if (entry.event == QLatin1String("external"))
                return noted;
        }
        return false;
    }
};

QTEST_GUILESS_MAIN(TestRedisHung)
#include "tst_redishung.moc"
