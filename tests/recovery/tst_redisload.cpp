// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "tests/recovery/redisrun.h"
#include "tests/recovery/rediswriter.h"

#include <QTest>

using namespace understudy;

class TestRedisLoad : public QObject
{
    Q_OBJECT

private slots:
    void noAcknowledgedWriteIsLostInAPlannedMove_data()
    {
        QTest::addColumn<bool>("configAllowed");
        QTest::newRow("fenced by min-replicas-to-write") << true;
        QTest::newRow("CONFIG is forbidden: paused") << false;
    }

    void noAcknowledgedWriteIsLostInAPlannedMove()
    {
        QFETCH(bool, configAllowed);
        RedisFixtureOptions options;
        if (!configAllowed) {
            options.user = "console";
            options.userPassword = "console-password";
        }
        RedisRun run(options);
        QCOMPARE(run.start(), QString());
        if (!configAllowed) {
            for (int node = 0; node < 3; ++node) {
                RedisTarget admin = run.redis.nodeTarget(node);
                admin.user.clear();
                admin.password = Secret(options.password);
                QVERIFY(run.redis.ask(admin, {"ACL", "SETUSER", "console", "on", ">console-password", "~*", "&*", "+@all", "-config"}).has_value());
            }
            run.plan.redis->user = QStringLiteral("console");
            run.plan.redis->password = {.kind = SecretReference::Kind::Plain, .name = QStringLiteral("console-password")};
        }
        RedisWriter follower(run.redis, "follower", true);
        RedisWriter stayer(run.redis, "stayer", false);
        QTRY_VERIFY_WITH_TIMEOUT(follower.written() > 300 && stayer.written() > 300, 20'000);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis"), .planned = true}, run.phrase());
        const int before = follower.written();
        QTRY_VERIFY_WITH_TIMEOUT(follower.written() > before + 100, 20'000);
        follower.stop();
        stayer.stop();
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        const int master = run.redis.masterNode();
        QVERIFY(master > 0);
        QCOMPARE(follower.missingOn(run.redis.nodeTarget(master)), 0);
        QCOMPARE(stayer.missingOn(run.redis.nodeTarget(master)), 0);
        QCOMPARE(result.dataLoss[QStringLiteral("kind")].toString(), QStringLiteral("none"));
    }

    void refusalIsTriedAgainABoundedNumberOfTimes()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killNode(1);
        run.redis.killNode(2);
        const Result<RedisAccess> access = RedisAccess::forPlan(*run.plan.redis, run.secrets);
        int retries = 0;
        const QJsonObject facts;
        StepContext context{.facts = facts, .clock = run.clock, .cancel = {}, .say = [](const QString &) {},
                            .note = [](const QJsonObject &) { return Result<Unit>(Unit{}); },
                            .retried = [&retries](const QString &) { ++retries; return Result<Unit>(Unit{}); }};
        const auto move = [&] {
            return moveMaster(context, *access, {.via = run.redis.sentinel(0), .from = run.redis.node(0), .fromAnswers = true});
        };
        // The Sentinel finds out that they are gone after down-after; until then it may begin and give up.
        QTRY_COMPARE_WITH_TIMEOUT(predictable(*access), QStringLiteral("NOGOODSLAVE"), 10'000);
        const Result<RedisMoved> moved = move();
        QVERIFY(!moved.has_value());
        QCOMPARE(moved.error().code, ErrorCode::NoGoodReplica);
        QCOMPARE(retries, 9);
        QCOMPARE(run.redis.masterNode(), 0);
    }

    void promotedByHandWhenNoSentinelAnswersAndEachIsToldAsItReturns()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            run.redis.killSentinel(sentinel);
        run.redis.killNode(0);
        const QString nodes = run.redis.node(1).text() + QLatin1Char(',') + run.redis.node(2).text();
        UnattendedOperator person(QStringLiteral("lab: promote %1").arg(run.redis.node(1).text()));
        const RunResult result = execute(
            {.plan = run.plan, .secrets = run.secrets, .clock = run.clock, .folder = run.folder.path(),
             .options = {.scenario = QStringLiteral("redis"), .promote = nodes}, .person = person,
             .onEntry = [&run](const JournalEntry &entry) {
                 if (entry.step == QLatin1String("tell-sentinels") && entry.event == QLatin1String("intent")) {
                     for (int sentinel = 0; sentinel < 3; ++sentinel)
                         (void)run.redis.restartSentinel(sentinel);
                 }
             }});
        run.lastRun = result.run;
        QVERIFY2(result.outcome == QLatin1String("recovered"), qPrintable(result.explanation + run.events().join(QLatin1Char('\n'))));
        QCOMPARE(run.redis.masterNode(), 1);
        const Result<RespValue> told = run.redis.ask(run.redis.sentinelTarget(2), {"SENTINEL", "MASTER", "mymaster"});
        QCOMPARE(told->field("down-after-milliseconds"), QByteArray("1000"));
    }

    void promotionBesideASentinelIsRefused()
    {
        RedisRun run;
        QCOMPARE(run.start(), QString());
        run.redis.killNode(0);
        const RunResult result = run.recover({.scenario = QStringLiteral("redis"), .promote = run.redis.node(1).text()},
                                             QStringLiteral("lab: promote %1").arg(run.redis.node(1).text()));
        QCOMPARE(result.outcome, QStringLiteral("failed"));
        QVERIFY(!run.events().contains(QStringLiteral("promote intent")));
    }

private:
    static QString predictable(const RedisAccess &access);
};

QString TestRedisLoad::predictable(const RedisAccess &access)
{
    const RedisLook look = lookAtRedis(access, {});
    return look.sentinels.isEmpty() ? QString() : predictFailover(look.sentinels.first()).reply;
}

QTEST_GUILESS_MAIN(TestRedisLoad)
#include "tst_redisload.moc"
