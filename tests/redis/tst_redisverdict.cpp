// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisfailover.h"
#include "core/health/redisreadings.h"

#include <QTest>

#include <functional>

using namespace understudy;
using Change = std::function<void(RedisWorld &)>;

Q_DECLARE_METATYPE(Change)

namespace {

const Endpoint a{QStringLiteral("10.0.0.1"), 6379}, b{QStringLiteral("10.0.0.2"), 6379}, c{QStringLiteral("10.0.0.3"), 6379};
const QDateTime now = QDateTime::fromMSecsSinceEpoch(1'790'000'000'000, Qt::UTC);
const QString sDown = QStringLiteral("s_down"), oDown = QStringLiteral("o_down");

RedisNodeView node(const Endpoint &address, bool isMaster)
{
    RedisNodeView view;
    view.node.address = address;
    view.node.answers = view.looked = view.everAnswered = true;
    view.node.role = isMaster ? RedisNode::Role::Master : RedisNode::Role::Replica;
    view.node.offset = isMaster ? 1000 : 990;
    if (!isMaster) {
        view.node.linkUp = true;
        view.node.follows = a;
    }
    view.node.lookedAt = view.answeredAt = now;
    return view;
}

RedisSentinelView sentinel(quint16 port)
{
    RedisSentinelView view;
    view.opinion.address = {QStringLiteral("10.0.0.9"), port};
    view.opinion.answers = view.looked = view.hearsEvents = true;
    view.opinion.master = a;
    view.opinion.flags = QStringList{QStringLiteral("master")};
    view.opinion.quorumReachable = true;
    view.opinion.quorumReply = QStringLiteral("OK 3 usable Sentinels");
    view.opinion.lookedAt = view.answeredAt = now;
    for (const Endpoint &replica : {b, c})
        view.replicas.append({.address = replica, .flags = {QStringLiteral("slave")}, .linkUp = true, .follows = a});
    return view;
}

RedisWorld whole()
{
    RedisWorld world{.masterName = QStringLiteral("mymaster"), .now = now};
    world.sentinels = {sentinel(26379), sentinel(26380), sentinel(26381)};
    world.nodes = {node(a, true), node(b, false), node(c, false)};
    return world;
}

void mute(RedisSentinelView &view)
{
    view.opinion.answers = false;
    view.fault = Error{ErrorCode::ConnectionRefused, QStringLiteral("refused")};
    view.opinion.silence = view.fault->text();
}

void mute(RedisNodeView &view, ErrorCode code = ErrorCode::ConnectionRefused)
{
    view.node.answers = false;
    view.node.role = RedisNode::Role::Unknown;
    view.fault = Error{code, QStringLiteral("silent")};
    view.node.silence = view.fault->text();
}

/// `says` Sentinels call the master down, the last `gone` do not answer.
Change silentMaster(int says, int gone = 0, bool quorum = true)
{
    return [=](RedisWorld &world) {
        mute(world.nodes[0]);
        for (int i = 0; i < says; ++i)
            world.sentinels[i].opinion.flags.append(sDown);
        for (int i = 0; i < gone; ++i)
            mute(world.sentinels[2 - i]);
        for (RedisSentinelView &one : world.sentinels)
            one.opinion.quorumReachable = quorum;
    };
}

} // namespace

class RedisVerdictTest : public QObject
{
    Q_OBJECT
private slots:
    void judges_data();
    void judges();
    void doesNotBelieveADeadMasterWithoutAQuorum();
    void outvotesALyingSentinel();
    void sparesASetThatIsMovingItsContradictions();
    void reportsASecondMaster();
    void saysWhenTheNextTryMayCome();
    void everyReadingIsHonest();
    void ordersTheTopology();
    void followsAFailoverByItsEvents();
};

void RedisVerdictTest::judges_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<Health>("health");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, Health health, const char *reason, const Change &change) {
        QTest::newRow(name) << change << health << QString::fromLatin1(reason);
    };
    row("whole", Health::Healthy, "master 10.0.0.1:6379 named by 3 of 3", [](RedisWorld &) {});
    row("one says down", Health::Degraded, "silent on 1 of 3 Sentinels", [](RedisWorld &w) { w.sentinels[1].opinion.flags += sDown; });
    row("two say down", Health::Down, "master 10.0.0.1:6379 silent on 2 of 3 Sentinels", silentMaster(2));
    row("three say down", Health::Down, "silent on 3 of 3 Sentinels", silentMaster(3));
    row("agreed down", Health::Down, "silent on 1 of 3", [](RedisWorld &w) { w.sentinels[0].opinion.flags += {sDown, oDown}; });
    row("majority of the reachable", Health::Down, "silent on 1 of 1 Sentinels that answer, 2 more do not", silentMaster(1, 2, false));
    row("half of the reachable", Health::Degraded, "", silentMaster(1, 1));
    row("no quorum", Health::Down, "nothing fails over by itself", silentMaster(1, 2, false));
    row("failing over", Health::Down, "failover in progress: wait_promotion", [](RedisWorld &w) {
        silentMaster(3)(w);
        w.sentinels[0].opinion.flags += QStringLiteral("failover_in_progress");
        w.sentinels[0].opinion.failoverState = QStringLiteral("wait_promotion");
    });
    row("gave up", Health::Down, "gave up: no good replica", [](RedisWorld &w) {
        silentMaster(3)(w);
        w.sentinels[0].gaveUp = QStringLiteral("no good replica");
    });
    row("planned move", Health::Degraded, "failover in progress", [](RedisWorld &w) { w.sentinels[0].opinion.flags += QStringLiteral("failover_in_progress"); });
    row("Sentinel silent", Health::Degraded, "Sentinel 10.0.0.9:26380 is silent: refused", [](RedisWorld &w) { mute(w.sentinels[1]); });
    row("Sentinels silent", Health::Degraded, "none of 3 Sentinels answers; 10.0.0.1:6379 says", [](RedisWorld &w) { for (auto &s : w.sentinels) mute(s); });
    row("Sentinels and master silent", Health::Down, "no node says that it is master", [](RedisWorld &w) {
        for (auto &s : w.sentinels)
            mute(s);
        mute(w.nodes[0]);
    });
    row("tunnel down", Health::Unknown, "silent", [](RedisWorld &w) { mute(w.nodes[2], ErrorCode::TunnelDown); });
    row("tunnel down, master agreed down before", Health::Unknown, "silent", [](RedisWorld &w) {
        silentMaster(3)(w);
        mute(w.nodes[0], ErrorCode::TunnelDown);
    });
    row("all silent", Health::Unknown, "none of 3 Sentinels answers: refused", [](RedisWorld &w) {
        for (auto &s : w.sentinels)
            mute(s);
        w.nodes.clear();
    });
    row("not asked yet", Health::Unknown, "not been asked yet", [](RedisWorld &w) {
        for (auto &s : w.sentinels)
            s.looked = s.opinion.answers = false;
    });
    row("master gone, no ruling yet", Health::Degraded, "does not answer, its Sentinels have not ruled yet", [](RedisWorld &w) { mute(w.nodes[0]); });
    row("master hung, no ruling yet", Health::Degraded, "does not answer", [](RedisWorld &w) { mute(w.nodes[0], ErrorCode::TimedOut); });
    row("master refuses us", Health::Unknown, "ROLE of master 10.0.0.1:6379 is not known", [](RedisWorld &w) { mute(w.nodes[0], ErrorCode::AuthenticationFailed); });
    row("master never reached", Health::Unknown, "ROLE of master", [](RedisWorld &w) {
        mute(w.nodes[0], ErrorCode::TimedOut);
        w.nodes[0].everAnswered = false;
    });
    row("master is a replica", Health::Down, "says that it is a replica", [](RedisWorld &w) { w.nodes[0] = node(a, false); });
    row("another is master", Health::Degraded, "Sentinels name 10.0.0.1:6379 as master, but 10.0.0.2:6379", [](RedisWorld &w) {
        w.nodes[0] = node(a, false);
        w.nodes[1] = node(b, true);
    });
    row("two masters", Health::Degraded, "10.0.0.2:6379 also says that it is master", [](RedisWorld &w) { w.nodes[1] = node(b, true); });
    row("replica gone", Health::Degraded, "replica 10.0.0.3:6379 is missing: silent", [](RedisWorld &w) { mute(w.nodes[2]); });
    row("replica unlinked", Health::Degraded, "link of replica 10.0.0.3:6379 to its master is down", [](RedisWorld &w) { w.nodes[2].node.linkUp = false; });
    row("replica follows another", Health::Degraded, "replica 10.0.0.3:6379 follows 10.0.0.2:6379", [](RedisWorld &w) { w.nodes[2].node.follows = b; });
    row("replica refuses us", Health::Healthy, "2 of 2 replicas linked", [](RedisWorld &w) { mute(w.nodes[2], ErrorCode::AuthenticationFailed); });
    row("replica refuses us and is unlinked", Health::Degraded, "replica 10.0.0.3:6379 is missing", [](RedisWorld &w) {
        mute(w.nodes[2], ErrorCode::AuthenticationFailed);
        for (auto &s : w.sentinels)
            s.replicas[1].linkUp = false;
    });
    row("no replica", Health::Degraded, "has no replica", [](RedisWorld &w) {
        w.nodes.resize(1);
        for (auto &s : w.sentinels)
            s.replicas.clear();
    });
    row("replica only its master knows", Health::Degraded, "replica 10.0.0.4:6379 is missing", [](RedisWorld &w) {
        w.nodes[0].attached = {{.address = {QStringLiteral("10.0.0.4"), 6379}, .online = true}};
    });
    row("no quorum in peace", Health::Degraded, "no quorum", [](RedisWorld &w) { for (auto &s : w.sentinels) s.opinion.quorumReachable = false; });
    row("name unknown to all", Health::Unknown, "no Sentinel knows a master named mymaster", [](RedisWorld &w) { for (auto &s : w.sentinels) s.opinion.master = {}; });
    row("name unknown to one", Health::Degraded, "knows no master named", [](RedisWorld &w) { w.sentinels[2].opinion.master = {}; });
    row("three opinions", Health::Degraded, "no majority", [](RedisWorld &w) {
        w.sentinels[1].opinion.master = b;
        w.sentinels[2].opinion.master = c;
    });
    row("just moved", Health::Degraded, "have just moved the master to 10.0.0.2:6379", [](RedisWorld &w) {
        for (auto &s : w.sentinels) {
            s.opinion.master = b;
            s.movedAt = now;
        }
    });
}

void RedisVerdictTest::judges()
{
    QFETCH(Change, change);
    QFETCH(Health, health);
    QFETCH(QString, reason);
    RedisWorld world = whole();
    change(world);
    const RedisVerdict verdict = judgeRedis(world);
    QVERIFY2(verdict.reason.contains(reason), qPrintable(verdict.reason));
    QVERIFY2(verdict.health == health, qPrintable(healthName(verdict.health)));
}

void RedisVerdictTest::doesNotBelieveADeadMasterWithoutAQuorum()
{
    RedisWorld world = whole();
    silentMaster(1, 2, false)(world);
    const RedisVerdict verdict = judgeRedis(world);
    QCOMPARE(verdict.named, std::optional<Endpoint>(a));
    QVERIFY(!verdict.master);
    QVERIFY(!verdict.masterDoubt.isEmpty());
    const QList<Reading> readings = redisReadings(world, verdict);
    QCOMPARE(readings.first().name, QStringLiteral("master"));
    QCOMPARE(readings.first().state, ReadingState::Unknown);
    QCOMPARE(readings.first().reason, verdict.masterDoubt);
    // With a quorum the address stands until another replaces it.
    silentMaster(0, 0, true)(world);
    QVERIFY(judgeRedis(world).master);
}

void RedisVerdictTest::outvotesALyingSentinel()
{
    RedisWorld world = whole();
    world.sentinels[2].opinion.master = {QStringLiteral("6.6.6.6"), 6666};
    const RedisVerdict verdict = judgeRedis(world);
    QCOMPARE(verdict.master, std::optional<Endpoint>(a));
    QCOMPARE(verdict.health, Health::Degraded);
    QVERIFY2(verdict.reason.contains(QStringLiteral("names 6.6.6.6:6666")), qPrintable(verdict.reason));
    QCOMPARE(verdict.contradictions.size(), 1);
    QCOMPARE(verdict.contradictions.first().about, QStringLiteral("redis master"));
    QVERIFY(verdict.contradictions.first().says.size() >= 3);
}

void RedisVerdictTest::sparesASetThatIsMovingItsContradictions()
{
    RedisWorld world = whole();
    world.sentinels[2].opinion.master = b;
    world.sentinels[2].movedAt = now.addSecs(-1);
    QVERIFY(judgeRedis(world).contradictions.isEmpty());
    world.sentinels[2].movedAt = now.addSecs(-10);
    QCOMPARE(judgeRedis(world).contradictions.size(), 1);
}

void RedisVerdictTest::reportsASecondMaster()
{
    RedisWorld world = whole();
    world.nodes[1] = node(b, true);
    QCOMPARE(judgeRedis(world).contradictions.size(), 1);
}

void RedisVerdictTest::saysWhenTheNextTryMayCome()
{
    RedisWorld world = whole();
    RedisSentinelView &one = world.sentinels[0];
    one.opinion.flags += sDown;
    one.gaveUp = QStringLiteral("no good replica");
    one.triedAt = now.addSecs(-1);
    one.failoverTimeout = std::chrono::seconds(10);
    QCOMPARE(redisFailoverText(world), QStringLiteral("gave up: no good replica, next try not before %1 UTC")
                                           .arg(now.addSecs(19).toString(QStringLiteral("HH:mm:ss"))));
    one.triedAt = now.addSecs(-30);
    QCOMPARE(redisFailoverText(world), QStringLiteral("gave up: no good replica"));
    one.opinion.flags.removeAll(sDown);
    QCOMPARE(redisFailoverText(world), QStringLiteral("none"));
}

void RedisVerdictTest::everyReadingIsHonest()
{
    RedisWorld world = whole();
    mute(world.nodes[2]);
    mute(world.sentinels[1]);
    QStringList names;
    for (const Reading &reading : redisReadings(world, judgeRedis(world))) {
        QVERIFY2(!names.contains(reading.name), qPrintable(reading.name));
        names.append(reading.name);
        const bool isEmpty = std::holds_alternative<std::monostate>(reading.value);
        QVERIFY2((reading.state == ReadingState::Unknown) == isEmpty, qPrintable(reading.name));
        QVERIFY2(!isEmpty || !reading.reason.isEmpty(), qPrintable(reading.name));
        QVERIFY2(isEmpty || reading.hasNumber() == !reading.unit.isEmpty(), qPrintable(reading.name));
    }
    QVERIFY(names.contains(QStringLiteral("node 10.0.0.2:6379 gap")));
    QVERIFY(names.contains(QStringLiteral("sentinel 10.0.0.9:26379 master")));
}

void RedisVerdictTest::ordersTheTopology()
{
    RedisWorld world = whole();
    std::swap(world.nodes[0], world.nodes[2]);
    const RedisTopology topology = redisTopology(world, judgeRedis(world));
    QCOMPARE(topology.nodes[0].address, a);
    QCOMPARE(topology.nodes[1].address, b);
    QCOMPARE(topology.nodes[1].gap, std::optional<qint64>(10));
    QVERIFY(!topology.nodes[0].gap);
    QVERIFY(topology.masterProved);
    QCOMPARE(topology.sentinels.size(), 3);
}

void RedisVerdictTest::followsAFailoverByItsEvents()
{
    RedisWorld world = whole();
    RedisSentinelView &leader = world.sentinels[0];
    const auto hear = [&](const char *name, const char *text) {
        return applySentinelEvent(leader, parseSentinelEvent(name, text), now);
    };
    QVERIFY(hear("+sdown", "master mymaster 10.0.0.1 6379"));
    QCOMPARE(judgeRedis(world).health, Health::Degraded);
    QVERIFY(hear("+odown", "master mymaster 10.0.0.1 6379 #quorum 2/2"));
    QCOMPARE(judgeRedis(world).health, Health::Down);
    QVERIFY(hear("+try-failover", "master mymaster 10.0.0.1 6379"));
    QVERIFY(hear("+failover-state-wait-promotion", "slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379"));
    QCOMPARE(redisFailoverText(world), QStringLiteral("in progress: wait_promotion"));
    QVERIFY(hear("-failover-abort-no-good-slave", "master mymaster 10.0.0.1 6379"));
    QVERIFY(redisFailoverText(world).startsWith(QStringLiteral("gave up: no good replica")));
    QVERIFY(hear("+switch-master", "mymaster 10.0.0.1 6379 10.0.0.2 6379"));
    QCOMPARE(leader.opinion.master, b);
    QVERIFY(!leader.opinion.saysDown());
    QCOMPARE(redisFailoverText(world), QStringLiteral("none"));
    QVERIFY(!hear("+new-epoch", "2"));
}

QTEST_GUILESS_MAIN(RedisVerdictTest)
#include "tst_redisverdict.moc"
