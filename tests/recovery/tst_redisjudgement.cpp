// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redismove.h"
#include "core/recovery/scenarios/redisprediction.h"
#include "core/recovery/scenarios/redisjudgement.h"

#include <QTest>

using namespace understudy;
using Need = RedisJudgement::Need;

namespace {

Endpoint at(quint16 port) { return {QStringLiteral("127.0.0.1"), port}; }

/// A sound Redis: master 1, replicas 2 and 3, Sentinels 11 to 13.
RedisLook sound()
{
    RedisLook look{.master = at(1)};
    for (quint16 port = 1; port <= 3; ++port) {
        look.nodes.append({.address = at(port), .answers = true,
                           .role = port == 1 ? RedisNode::Role::Master : RedisNode::Role::Replica});
    }
    for (quint16 port = 11; port <= 13; ++port) {
        SentinelSeen seen{.downAfterMs = 5000, .failoverTimeoutMs = 10'000};
        seen.opinion = {.address = at(port), .answers = true, .master = at(1), .quorumReachable = true};
        seen.replicas = {{.address = at(2), .runId = QStringLiteral("b"), .offset = 10, .linkOk = true},
                         {.address = at(3), .runId = QStringLiteral("a"), .offset = 10, .linkOk = true}};
        look.sentinels.append(seen);
    }
    return look;
}

RedisLook masterSilent(int sayingDown, qint64 downMs, qint64 objectivelyMs, bool quorum)
{
    RedisLook look = sound();
    look.nodes[0].answers = false;
    for (int i = 0; i < sayingDown; ++i) {
        look.sentinels[i].opinion.flags = QStringList{QStringLiteral("s_down")};
        look.sentinels[i].downMs = downMs;
        look.sentinels[i].objectivelyDownMs = objectivelyMs;
    }
    for (SentinelSeen &seen : look.sentinels)
        seen.opinion.quorumReachable = quorum;
    return look;
}

} // namespace

Q_DECLARE_METATYPE(understudy::RedisPlan)
Q_DECLARE_METATYPE(understudy::RedisLook)
Q_DECLARE_METATYPE(understudy::ReplicaSeen)

class TestRedisJudgement : public QObject
{
    Q_OBJECT

private slots:
    void commandByHandAuthenticatesAndShowsNoSecret_data()
    {
        QTest::addColumn<RedisPlan>("plan");
        QTest::addColumn<Endpoint>("at");
        QTest::addColumn<QString>("expected");
        const SecretReference environment{SecretReference::Kind::Environment, QStringLiteral("PATH"), {}, {}};
        QTest::newRow("no password") << RedisPlan{} << at(6379) << "redis-cli -h 127.0.0.1 -p 6379";
        QTest::newRow("from the environment") << RedisPlan{.password = environment} << at(6379)
                                              << "REDISCLI_AUTH=\"$PATH\" redis-cli -h 127.0.0.1 -p 6379";
        QTest::newRow("typed into the plan") << RedisPlan{.password = {SecretReference::Kind::Plain, QStringLiteral("hush"), {}, {}}} << at(6379)
                                             << "redis-cli -h 127.0.0.1 -p 6379 --askpass";
        QTest::newRow("a Sentinel has its own") << RedisPlan{.sentinels = {at(26379)}, .user = QStringLiteral("ops"), .password = environment}
                                                << at(26379) << "redis-cli -h 127.0.0.1 -p 26379";
        QTest::newRow("TLS and a user") << RedisPlan{.user = QStringLiteral("ops"), .tls = true, .tlsCa = QStringLiteral("/etc/my ca.pem")} << at(6379)
                                        << "redis-cli -h 127.0.0.1 -p 6379 --tls --cacert '/etc/my ca.pem' --user 'ops'";
    }
    void commandByHandAuthenticatesAndShowsNoSecret()
    {
        QFETCH(RedisPlan, plan);
        QFETCH(Endpoint, at);
        QFETCH(QString, expected);
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(Plan{});
        const Result<RedisAccess> access = RedisAccess::forPlan(plan, *secrets);
        QVERIFY(access);
        QCOMPARE(access->commandLine(at), expected);
    }

    void whatALookMeans_data()
    {
        QTest::addColumn<RedisLook>("look");
        QTest::addColumn<bool>("planned");
        QTest::addColumn<int>("waitedMs");
        QTest::addColumn<int>("need");
        RedisLook running = sound();
        running.sentinels[2].opinion.flags = QStringList{QStringLiteral("failover_in_progress")};
        RedisLook none = sound();
        for (SentinelSeen &seen : none.sentinels)
            seen.opinion.answers = false;
        RedisLook divided = sound();
        divided.master = {};
        RedisLook demoted = sound();
        demoted.nodes[0].role = RedisNode::Role::Replica;
        QTest::newRow("sound") << sound() << false << 0 << int(Need::Nothing);
        QTest::newRow("sound, a move was asked for") << sound() << true << 0 << int(Need::Move);
        QTest::newRow("failover running") << running << true << 0 << int(Need::Wait);
        QTest::newRow("failover running for ever") << running << true << 31'000 << int(Need::Cannot);
        QTest::newRow("silent, nobody has said so yet") << masterSilent(0, -1, -1, true) << false << 1000 << int(Need::Wait);
        QTest::newRow("silent for this console only") << masterSilent(0, -1, -1, true) << false << 8001 << int(Need::Move);
        QTest::newRow("down just now, own failover expected") << masterSilent(3, 1200, 200, true) << false << 1000 << int(Need::Wait);
        QTest::newRow("down for long, own failover gave up") << masterSilent(3, 20'000, 19'000, true) << false << 0 << int(Need::Move);
        QTest::newRow("down, no quorum, just now") << masterSilent(3, 1000, -1, false) << false << 0 << int(Need::Wait);
        QTest::newRow("down, no quorum") << masterSilent(3, 2600, -1, false) << false << 0 << int(Need::Move);
        QTest::newRow("no Sentinel answers") << none << false << 0 << int(Need::Cannot);
        QTest::newRow("Sentinels disagree") << divided << false << 0 << int(Need::Wait);
        QTest::newRow("Sentinels disagree for long") << divided << false << 10'001 << int(Need::Cannot);
        QTest::newRow("named master is a replica") << demoted << false << 15'001 << int(Need::Cannot);
    }

    void whatALookMeans()
    {
        QFETCH(RedisLook, look);
        QFETCH(bool, planned);
        QFETCH(int, waitedMs);
        QTEST(int(judgeRedis(look, {.planned = planned}, Milliseconds(waitedMs)).need), "need");
    }

    void promotionByHandIsForWhenNoSentinelAnswers()
    {
        RedisLook look = sound();
        QCOMPARE(judgeRedis(look, {.promote = QStringLiteral("127.0.0.1:2")}, Milliseconds(0)).need, Need::Cannot);
        for (SentinelSeen &seen : look.sentinels)
            seen.opinion.answers = false;
        QCOMPARE(judgeRedis(look, {.promote = QStringLiteral("127.0.0.1:2")}, Milliseconds(0)).need, Need::Promote);
    }

    void sentinelPassesOver_data()
    {
        QTest::addColumn<ReplicaSeen>("replica");
        QTest::addColumn<QString>("reply");
        const ReplicaSeen good{.address = at(2), .linkOk = true};
        const auto with = [&good](auto change) {
            ReplicaSeen changed = good;
            change(changed);
            return changed;
        };
        QTest::newRow("good") << good << QStringLiteral("OK");
        QTest::newRow("down") << with([](ReplicaSeen &r) { r.flags = QStringList{QStringLiteral("s_down")}; }) << QStringLiteral("NOGOODSLAVE");
        QTest::newRow("disconnected") << with([](ReplicaSeen &r) { r.flags = QStringList{QStringLiteral("disconnected")}; }) << QStringLiteral("NOGOODSLAVE");
        QTest::newRow("silent") << with([](ReplicaSeen &r) { r.lastPingReplyMs = 5001; }) << QStringLiteral("NOGOODSLAVE");
        QTest::newRow("priority 0") << with([](ReplicaSeen &r) { r.priority = 0; }) << QStringLiteral("NOGOODSLAVE");
        QTest::newRow("old INFO") << with([](ReplicaSeen &r) { r.infoAgeMs = 30'001; }) << QStringLiteral("NOGOODSLAVE");
        QTest::newRow("cut off too long") << with([](ReplicaSeen &r) { r.masterLinkDownMs = 50'001; }) << QStringLiteral("NOGOODSLAVE");
    }

    void sentinelPassesOver()
    {
        QFETCH(ReplicaSeen, replica);
        SentinelSeen seen = sound().sentinels.first();
        seen.replicas = {replica};
        QTEST(predictFailover(seen).reply, "reply");
    }

    /// What only waits for the Sentinel's next INFO is no reason to tell an operator to bring a replica back.
    void refusalThatPassesByItselfIsToldApart()
    {
        SentinelSeen seen = sound().sentinels.first();
        QVERIFY(!predictFailover(seen).soon);
        seen.downMs = 4000;
        for (ReplicaSeen &replica : seen.replicas)
            replica.infoAgeMs = 7000;
        QCOMPARE(predictFailover(seen).reply, QStringLiteral("NOGOODSLAVE"));
        QVERIFY(predictFailover(seen).soon);
        for (ReplicaSeen &replica : seen.replicas)
            replica.priority = 0;
        QVERIFY(!predictFailover(seen).soon);
    }

    void choiceIsByPriorityThenOffsetThenName()
    {
        SentinelSeen seen = sound().sentinels.first();
        QCOMPARE(predictFailover(seen).choice, at(3));
        seen.replicas[0].offset = 11;
        QCOMPARE(predictFailover(seen).choice, at(2));
        seen.replicas[1].priority = 50;
        QCOMPARE(predictFailover(seen).choice, at(3));
    }

    void refusalsAreSaidInPlainWords_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("code");
        QTest::newRow("NOGOODSLAVE") << QByteArray("NOGOODSLAVE No suitable replica to promote") << int(ErrorCode::NoGoodReplica);
        QTest::newRow("INPROG") << QByteArray("INPROG Failover already in progress") << int(ErrorCode::FailoverInProgress);
        QTest::newRow("NOQUORUM") << QByteArray("NOQUORUM 1 usable Sentinels.") << int(ErrorCode::NoQuorum);
    }

    void refusalsAreSaidInPlainWords()
    {
        QFETCH(QByteArray, reply);
        const Error error = failoverRefused(at(11), {.kind = RespValue::Kind::Error, .text = reply});
        QTEST(int(error.code), "code");
        QVERIFY(!error.hint.isEmpty());
        QVERIFY(!error.message.contains(QString::fromLatin1(reply.left(6))));
    }
};

QTEST_GUILESS_MAIN(TestRedisJudgement)
#include "tst_redisjudgement.moc"
