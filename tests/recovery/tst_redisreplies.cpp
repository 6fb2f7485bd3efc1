// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "tests/recovery/redisrun.h"

#include <QJsonArray>
#include <QTest>

using namespace understudy;

/// What a real Sentinel answers when somebody or something comes in between.
class TestRedisReplies : public QObject
{
    Q_OBJECT

private slots:
    void anothersFailoverIsNeverDoubled_data()
    {
        QTest::addColumn<QString>("when"); // the entry after which somebody else asks
        QTest::addColumn<int>("sentinel");
        QTest::addColumn<bool>("planned");
        QTest::newRow("before the run looks") << QStringLiteral(" opened") << 1 << false;
        QTest::newRow("before a planned run looks") << QStringLiteral(" opened") << 1 << true;
        QTest::newRow("after the pre-flight") << QStringLiteral("pre-flight verified") << 1 << true;
        QTest::newRow("behind the fence") << QStringLiteral("fence verified") << 1 << true;
        QTest::newRow("between intent and act, of another Sentinel") << QStringLiteral("fail-over intent") << 1 << true;
        QTest::newRow("between intent and act, of the Sentinel that is asked") << QStringLiteral("fail-over intent") << 0 << true;
    }

    void anothersFailoverIsNeverDoubled()
    {
        QFETCH(QString, when);
        QFETCH(int, sentinel);
        QFETCH(bool, planned);
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = newestEpoch(run);
        QByteArray said;
        const RunResult result = recover(run, {.scenario = QStringLiteral("redis"), .planned = planned}, when, [&] {
            const Result<RespValue> reply = run.redis.ask(run.redis.sentinelTarget(sentinel), {"SENTINEL", "FAILOVER", "mymaster"});
            said = reply ? reply->text : reply.error().text().toUtf8();
        });
        QCOMPARE(said, QByteArray("OK"));
        const QString told = result.explanation + QLatin1Char('\n') + run.events().join(QLatin1Char('\n'));
        // Whoever began it, there is one failover, and at the end one master that all name. A planned run
        // that finds the move under way waits for it and then makes the move that it was asked for.
        const qint64 failovers = when == QLatin1String(" opened") && planned ? 2 : 1;
        QTRY_VERIFY2_WITH_TIMEOUT(masters(run).size() == 1, qPrintable(told), 30'000);
        QVERIFY2(newestEpoch(run) == before + failovers, qPrintable(QStringLiteral("%1 failovers\n").arg(newestEpoch(run) - before) + told));
        if (result.outcome == QLatin1String("recovered")) {
            QVERIFY2(run.events().contains(QStringLiteral("prove-master verified")), qPrintable(told));
        } else {
            QVERIFY2(result.explanation.contains(QStringLiteral("failover")) && result.error && !result.error->hint.isEmpty(), qPrintable(told));
            QVERIFY2(!run.events().contains(QStringLiteral("fail-over acted")), qPrintable(told));
        }
        for (int node = 0; node < 3; ++node)
            QTRY_COMPARE_WITH_TIMEOUT(run.config(node, "min-replicas-to-write"), QByteArray("0"), 15'000);
    }

    void inprogIsToldInPlainWords()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        QCOMPARE(run.redis.ask(run.redis.sentinelTarget(0), {"SENTINEL", "FAILOVER", "mymaster"})->text, QByteArray("OK"));
        const Result<RespValue> second = run.redis.ask(run.redis.sentinelTarget(0), {"SENTINEL", "FAILOVER", "mymaster"});
        QVERIFY(second && second->isError());
        const Error told = failoverRefused(run.redis.sentinel(0), *second);
        QCOMPARE(told.code, ErrorCode::FailoverInProgress);
        QVERIFY2(told.message.contains(QStringLiteral("already carries out a failover")), qPrintable(told.text()));
        QVERIFY2(told.hint.contains(QStringLiteral("Wait for it to end")), qPrintable(told.hint));
    }

    void noGoodReplicaAfterThePreflightIsToldAndNothingStays()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = run.epoch();
        const RunResult result = recover(run, {.scenario = QStringLiteral("redis"), .planned = true}, QStringLiteral("fail-over intent"), [&] {
            run.redis.killNode(1);
            run.redis.killNode(2);
        });
        const QString told = result.explanation + QLatin1Char('\n') + run.events().join(QLatin1Char('\n'));
        QCOMPARE(result.outcome, QStringLiteral("failed"));
        QCOMPARE(result.exitCode(), 2);
        QVERIFY(result.error.has_value());
        QCOMPARE(result.error->code, ErrorCode::NoGoodReplica);
        QVERIFY2(result.error->hint.contains(QStringLiteral("replica back")), qPrintable(told));
        QCOMPARE(run.redis.masterNode(), 0);
        QCOMPARE(run.epoch(), before);
        QCOMPARE(run.config(0, "min-replicas-to-write"), QByteArray("0"));
        QVERIFY(verifyJournal(runstore::fileOf(run.folder.path(), run.lastRun)).has_value());
    }

    void noQuorumIsToldAndDoesNotStopAForcedFailover()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killSentinel(1);
        run.redis.killSentinel(2);
        run.redis.killNode(0);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis")}, run.phrase());
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation));
        QStringList verdicts;
        const Result<JournalReading> reading = readJournal(runstore::fileOf(run.folder.path(), run.lastRun));
        for (const JournalEntry &entry : reading->entries) {
            for (const QJsonValue &check : entry.detail[QStringLiteral("checks")].toArray())
                verdicts.append(check[QStringLiteral("check")].toString() + QStringLiteral(" ") + check[QStringLiteral("verdict")].toString()
                                + QStringLiteral(": ") + check[QStringLiteral("why")].toString());
        }
        const QString asked = QStringLiteral("quorum by Sentinel %1 warn: NOQUORUM 1 usable Sentinels").arg(run.redis.sentinel(0).text());
        const QStringList told = verdicts.filter(asked);
        QVERIFY2(!told.isEmpty() && told.first().contains(QStringLiteral("not a forced one")), qPrintable(verdicts.join(QLatin1Char('\n'))));
        const QString silent = QStringLiteral("quorum by Sentinel %1 unknown").arg(run.redis.sentinel(1).text());
        QVERIFY2(!verdicts.filter(silent).isEmpty(), qPrintable(verdicts.join(QLatin1Char('\n'))));
    }

private:
    /// Calls `meddle` once, after the entry "step event".
    static RunResult recover(RedisRun &run, const RunOptions &options, const QString &when, const std::function<void()> &meddle)
    {
        UnattendedOperator person(run.phrase());
        bool done = false;
        RunResult result = execute({.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(),
                                    .options = options, .person = person, .onEntry = [&](const JournalEntry &entry) {
                                        if (done || entry.step + QLatin1Char(' ') + entry.event != when)
                                            return;
                                        done = true;
                                        meddle();
                                    }});
        run.lastRun = result.run;
        return result;
    }

    static qint64 newestEpoch(RedisRun &run)
    {
        qint64 newest = 0;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            newest = qMax(newest, run.epoch(sentinel));
        return newest;
    }

    /// Every node that says it is master, and every one that a Sentinel names.
    static QSet<int> masters(const RedisRun &run)
    {
        QSet<int> found;
        for (int node = 0; node < run.redis.nodes(); ++node) {
            const Result<RespValue> role = run.redis.ask(run.redis.nodeTarget(node), {"ROLE"});
            if (role && !role->items.isEmpty() && role->items.first().text == "master")
                found.insert(node);
        }
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            found.insert(run.redis.masterNode(sentinel));
        return found;
    }
};

QTEST_GUILESS_MAIN(TestRedisReplies)
#include "tst_redisreplies.moc"
