// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisprediction.h"
#include "tests/recovery/redisrun.h"

#include <QJsonArray>
#include <QTest>

using namespace understudy;

class TestFailOverRedis : public QObject
{
    Q_OBJECT

private slots:
    void healthyRedisIsLeftAlone()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = run.epoch();
        const RunResult result = run.recover({.scenario = QStringLiteral("redis")}, {});
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(run.stepResult(result, QStringLiteral("fail-over")), QStringLiteral("skipped: already true"));
        QCOMPARE(run.epoch(), before);
        QVERIFY(!result.commitUntil.isValid());
        QVERIFY2(run.events().contains(QStringLiteral("prove-master verified")), qPrintable(run.events().join(QLatin1Char('\n'))));
    }

    void plannedMoveIsRefusedWithoutThePhraseAndChangesNothing()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const RunResult result = run.recover({.scenario = QStringLiteral("redis"), .planned = true}, QStringLiteral("fail over mymaster"));
        QCOMPARE(result.outcome, QStringLiteral("refused"));
        QCOMPARE(result.confirm, run.phrase());
        QCOMPARE(result.exitCode(), 77);
        QCOMPARE(run.redis.masterNode(), 0);
        QCOMPARE(run.config(0, "min-replicas-to-write"), QByteArray("0"));
    }

    void plannedMoveIsFencedProvedAndCanGoBack()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = run.epoch();
        const RunResult result = run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase());
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QVERIFY(result.commitUntil.isValid());
        QVERIFY(result.recoveryTime.has_value());
        QCOMPARE(result.dataLoss[QStringLiteral("kind")].toString(), QStringLiteral("none"));
        const int moved = run.redis.masterNode();
        QVERIFY(moved > 0);
        QCOMPARE(run.epoch(), before + 1);
        QCOMPARE(run.config(0, "min-replicas-to-write"), QByteArray("0"));
        QCOMPARE(run.config(moved, "min-replicas-to-write"), QByteArray("0"));

        const RunResult undone = run.decide(Decision::Kind::Undo);
        QVERIFY2(undone.outcome == QLatin1String("undone"), qPrintable(undone.explanation + run.events().join(QLatin1Char('\n'))));
        QCOMPARE(undone.exitCode(), 1);
        QCOMPARE(run.redis.masterNode(), 0);
        QCOMPARE(run.epoch(), before + 2);
        for (int node = 0; node < 3; ++node) {
            QCOMPARE(run.config(node, "replica-priority"), QByteArray("100"));
            QCOMPARE(run.config(node, "min-replicas-to-write"), QByteArray("0"));
        }
        QVERIFY(verifyJournal(runstore::fileOf(run.folder.path(), run.lastRun)).has_value());
    }

    void keepClosesTheRun()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        QCOMPARE(run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase()).outcome, QStringLiteral("recovered"));
        const RunResult kept = run.decide(Decision::Kind::Keep);
        QCOMPARE(kept.outcome, QStringLiteral("recovered"));
        QCOMPARE(run.events().last(), QStringLiteral("closed"));
        QCOMPARE(run.decide(Decision::Kind::Undo).exitCode(), 65);
    }

    void deadMasterWithQuorumIsMovedBySentinelAndProved()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = run.epoch();
        run.redis.killNode(0);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis")}, {});
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QCOMPARE(run.stepResult(result, QStringLiteral("fail-over")), QStringLiteral("skipped: already true"));
        QVERIFY(run.stepResult(result, QStringLiteral("prove-master")).contains(QStringLiteral("canary")));
        QCOMPARE(run.epoch(), before + 1);
    }

    void deadMasterWithoutQuorumIsMovedByForce()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killSentinel(1);
        run.redis.killSentinel(2);
        run.redis.killNode(0);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis")}, run.phrase());
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QVERIFY(run.redis.masterNode() > 0);
        QCOMPARE(result.dataLoss[QStringLiteral("kind")].toString(), QStringLiteral("unknown"));
    }

    void noReplicaToPromoteIsRefusedInPlainWords()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killNode(1);
        run.redis.killNode(2);
        const Result<RedisAccess> access = RedisAccess::forPlan(*run.plan.redis, run.secrets);
        QTRY_COMPARE_WITH_TIMEOUT(predictFailover(lookAtRedis(*access, {}).sentinels.first()).reply, QStringLiteral("NOGOODSLAVE"), 10'000);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase());
        QVERIFY(result.explanation.contains(QStringLiteral("no replica that it could promote")));
        QCOMPARE(run.config(0, "min-replicas-to-write"), QByteArray("0"));
        QVERIFY(!run.events().contains(QStringLiteral("fence intent")));
    }

    void dryRunTellsEveryStepAndChangesNothing()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        Result<Recipe> recipe = makeRecipe(run.plan, {.scenario = QStringLiteral("redis"), .planned = true}, run.secrets);
        QVERIFY(recipe.has_value());
        const QJsonObject told = dryRun(*recipe, run.clock);
        const QJsonArray steps = told[QStringLiteral("steps")].toArray();
        QCOMPARE(steps.size(), qsizetype(recipe->steps.size()));
        QVERIFY(!steps.at(4).toObject()[QStringLiteral("preview")].toArray().isEmpty());
        QCOMPARE(steps.at(4).toObject()[QStringLiteral("predicted")].toString(), QStringLiteral("OK"));
        QCOMPARE(run.redis.masterNode(), 0);
        const Result<RespValue> stats = run.redis.ask(run.redis.nodeTarget(0), {"INFO", "commandstats"});
        QVERIFY(!stats->text.contains("cmdstat_set:"));
        QVERIFY(!stats->text.contains("cmdstat_config|set:"));
    }

    void secondRunOnTheSameRedisIsLockedOut()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        UnattendedOperator person(run.phrase());
        int code = -1;
        const RunResult first = execute({.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(),
                                         .options = {.scenario = QStringLiteral("redis")}, .person = person,
                                         .onEntry = [&](const JournalEntry &entry) {
                                             if (entry.event == QLatin1String("opened"))
                                                 code = run.recover({.scenario = QStringLiteral("redis")}, {}).exitCode();
                                         }});
        QCOMPARE(first.outcome, QStringLiteral("recovered"));
        QCOMPARE(code, 75);
    }
};

QTEST_GUILESS_MAIN(TestFailOverRedis)
#include "tst_failoverredis.moc"
