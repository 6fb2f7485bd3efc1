// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/quorumreply.h"
#include "core/systems/redis/redisinfo.h"
#include "core/systems/redis/redisrole.h"
#include "core/systems/redis/sentinelevent.h"
#include "core/systems/redis/sentinelmaster.h"
#include "core/systems/redis/sentinelreplica.h"
#include "core/systems/redis/wiretext.h"

#include <QTest>

#include <random>

using namespace understudy;
using Subject = SentinelEvent::Subject;

Q_DECLARE_METATYPE(understudy::SentinelEvent::Subject)

namespace {

const Endpoint from{QStringLiteral("127.0.0.1"), 26379};

RespValue bulk(const QByteArray &text)
{
    return {.kind = RespValue::Kind::Bulk, .text = text};
}

RespValue list(const QList<QByteArray> &texts)
{
    RespValue value{.kind = RespValue::Kind::Array};
    for (const QByteArray &text : texts)
        value.items.append(bulk(text));
    return value;
}

RespValue error(const QByteArray &line)
{
    return {.kind = RespValue::Kind::Error, .text = line};
}

Endpoint at(const char *host, quint16 port)
{
    return {QString::fromLatin1(host), port};
}

} // namespace

class SentinelWordsTest : public QObject
{
    Q_OBJECT
private slots:
    void readsEvents_data();
    void readsEvents();
    void readsASwitch();
    void readsAMasterWithoutItsOptionalKeys();
    void readsAMasterThatFailsOver();
    void namesTheMasterItDoesNotKnow();
    void readsReplicas();
    void readsQuorum_data();
    void readsQuorum();
    void readsRoles();
    void readsInfo();
    void survivesAnything();
    void cleansText();
};

void SentinelWordsTest::readsEvents_data()
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<Subject>("subject");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("master");
    QTest::addColumn<QString>("note");
    const QString none = Endpoint().text();
    QTest::newRow("master down") << QByteArray("+sdown") << QByteArray("master mymaster 127.0.0.1 16380")
                                 << Subject::Master << QStringLiteral("127.0.0.1:16380") << QStringLiteral("mymaster") << QString();
    QTest::newRow("agreed down") << QByteArray("+odown") << QByteArray("master mymaster 127.0.0.1 16380 #quorum 3/2")
                                 << Subject::Master << QStringLiteral("127.0.0.1:16380") << QStringLiteral("mymaster") << QStringLiteral("#quorum 3/2");
    QTest::newRow("replica down") << QByteArray("+sdown") << QByteArray("slave 10.0.0.3:6379 10.0.0.3 6379 @ cache 10.0.0.2 6380")
                                  << Subject::Replica << QStringLiteral("10.0.0.3:6379") << QStringLiteral("cache") << QString();
    QTest::newRow("role change") << QByteArray("-role-change")
                                 << QByteArray("slave 127.0.0.1:16381 127.0.0.1 16381 @ mymaster 127.0.0.1 16380 new reported role is master")
                                 << Subject::Replica << QStringLiteral("127.0.0.1:16381") << QStringLiteral("mymaster")
                                 << QStringLiteral("new reported role is master");
    QTest::newRow("sentinel down") << QByteArray("+sdown")
                                   << QByteArray("sentinel dfa41b31cb0e98b82bf526aa390128a9c1afc29c 127.0.0.1 26380 @ mymaster 127.0.0.1 16381")
                                   << Subject::Sentinel << QStringLiteral("127.0.0.1:26380") << QStringLiteral("mymaster") << QString();
    QTest::newRow("address of version 6") << QByteArray("+sdown") << QByteArray("slave [fd00::2]:6379 fd00::2 6379 @ mymaster fd00::1 6379")
                                          << Subject::Replica << QStringLiteral("[fd00::2]:6379") << QStringLiteral("mymaster") << QString();
    QTest::newRow("epoch") << QByteArray("+new-epoch") << QByteArray("2") << Subject::None << none << QString() << QString();
    QTest::newRow("vote") << QByteArray("+vote-for-leader") << QByteArray("e681d0a53f56a6953a139f48e109edffa124b5cb 2")
                          << Subject::None << none << QString() << QString();
    QTest::newRow("tilt") << QByteArray("+tilt") << QByteArray("#tilt mode entered") << Subject::None << none << QString() << QString();
    QTest::newRow("cut short") << QByteArray("+sdown") << QByteArray("master mymaster") << Subject::None << none << QString() << QString();
    QTest::newRow("nothing") << QByteArray() << QByteArray() << Subject::None << none << QString() << QString();
}

void SentinelWordsTest::readsEvents()
{
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, payload);
    QFETCH(Subject, subject);
    QFETCH(QString, address);
    QFETCH(QString, master);
    QFETCH(QString, note);
    const SentinelEvent event = parseSentinelEvent(channel, payload);
    QCOMPARE(event.name, QString::fromLatin1(channel));
    QCOMPARE(event.text, QString::fromLatin1(payload));
    QCOMPARE(event.subject, subject);
    QCOMPARE(event.address.text(), address);
    QCOMPARE(event.masterName, master);
    QCOMPARE(event.note, note);
}

void SentinelWordsTest::readsASwitch()
{
    const SentinelEvent event = parseSentinelEvent("+switch-master", "mymaster 127.0.0.1 16379 127.0.0.1 16380");
    QCOMPARE(event.masterName, QStringLiteral("mymaster"));
    QCOMPARE(event.masterAddress, at("127.0.0.1", 16379));
    QCOMPARE(event.newMaster, at("127.0.0.1", 16380));
}

void SentinelWordsTest::readsAMasterWithoutItsOptionalKeys()
{
    const Result<SentinelMaster> master = parseSentinelMaster(
        list({"name", "mymaster", "ip", "127.0.0.1", "port", "16381", "flags", "s_down,master,disconnected",
              "config-epoch", "2", "num-slaves", "2", "num-other-sentinels", "2", "quorum", "2",
              "failover-timeout", "10000", "down-after-milliseconds", "2000"}), from);
    QVERIFY(master);
    QCOMPARE(master->address, at("127.0.0.1", 16381));
    QVERIFY(master->flags.contains(QStringLiteral("s_down")));
    QCOMPARE(master->epoch, 2);
    QCOMPARE(master->quorum, 2);
    QCOMPARE(master->failoverTimeout, Milliseconds(10'000));
    QCOMPARE(master->failoverState, QString());
}

void SentinelWordsTest::readsAMasterThatFailsOver()
{
    const Result<SentinelMaster> master = parseSentinelMaster(
        list({"ip", "127.0.0.1", "port", "16379", "flags", "master,failover_in_progress,force_failover",
              "failover-state", "wait_promotion"}), from);
    QVERIFY(master);
    QCOMPARE(master->failoverState, QStringLiteral("wait_promotion"));
    QVERIFY(master->flags.contains(QStringLiteral("failover_in_progress")));
    QCOMPARE(master->epoch, -1);
}

void SentinelWordsTest::namesTheMasterItDoesNotKnow()
{
    QCOMPARE(parseSentinelMaster(error("ERR No such master with that name"), from).error().code, ErrorCode::UnknownMaster);
    QCOMPARE(parseSentinelMaster(list({"ip", "?", "port", "0"}), from).error().code, ErrorCode::ProtocolViolation);
    QCOMPARE(parseSentinelMaster(error("NOPERM this user has no permissions"), from).error().code, ErrorCode::PermissionDenied);
}

void SentinelWordsTest::readsReplicas()
{
    RespValue reply{.kind = RespValue::Kind::Array};
    reply.items.append(list({"ip", "127.0.0.1", "port", "16380", "flags", "s_down,slave,disconnected", "runid", "",
                             "master-link-status", "err", "master-host", "?", "master-port", "0", "slave-priority", "0"}));
    reply.items.append(list({"ip", "127.0.0.1", "port", "16379", "flags", "slave", "master-link-status", "ok",
                             "master-host", "127.0.0.1", "master-port", "16381", "slave-repl-offset", "7102"}));
    reply.items.append(list({"ip", "", "port", "1"}));
    const Result<QList<SentinelReplica>> replicas = parseSentinelReplicas(reply, from);
    QVERIFY(replicas);
    QCOMPARE(replicas->size(), 2);
    QVERIFY(replicas->first().isDown());
    QVERIFY(!replicas->first().linkUp);
    QVERIFY(replicas->first().follows.isNull());
    QCOMPARE(replicas->first().priority, 0);
    QCOMPARE(replicas->last().follows, at("127.0.0.1", 16381));
    QCOMPARE(replicas->last().offset, 7102);
    QCOMPARE(replicas->last().priority, 100);
}

void SentinelWordsTest::readsQuorum_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isError");
    QTest::addColumn<bool>("reachable");
    QTest::addColumn<int>("usable");
    QTest::newRow("reached") << QByteArray("OK 3 usable Sentinels. Quorum and failover authorization can be reached")
                             << false << true << 3;
    QTest::newRow("neither") << QByteArray("NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified "
                                           "quorum for this master.") << true << false << 1;
    QTest::newRow("no majority") << QByteArray("NOQUORUM 2 usable Sentinels. Not enough available Sentinels to reach the majority "
                                               "and authorize a failover") << true << false << 2;
}

void SentinelWordsTest::readsQuorum()
{
    QFETCH(QByteArray, line);
    QFETCH(bool, isError);
    QFETCH(bool, reachable);
    QFETCH(int, usable);
    RespValue reply{.kind = isError ? RespValue::Kind::Error : RespValue::Kind::Status, .text = line};
    const Result<QuorumReply> quorum = parseQuorumReply(reply, from);
    QVERIFY(quorum);
    QCOMPARE(quorum->reachable, reachable);
    QCOMPARE(quorum->usable, usable);
    QCOMPARE(quorum->words, QString::fromLatin1(line));
}

void SentinelWordsTest::readsRoles()
{
    RespValue master{.kind = RespValue::Kind::Array};
    master.items = {bulk("master"), {.kind = RespValue::Kind::Integer, .integer = 4711}, {.kind = RespValue::Kind::Array}};
    master.items[2].items.append(list({"127.0.0.1", "16380", "4700"}));
    const Result<RedisRole> first = parseRedisRole(master, from);
    QVERIFY(first);
    QCOMPARE(first->offset, 4711);
    QCOMPARE(first->attached, QList<Endpoint>{at("127.0.0.1", 16380)});

    RespValue replica{.kind = RespValue::Kind::Array};
    replica.items = {bulk("slave"), bulk("127.0.0.1"), {.kind = RespValue::Kind::Integer, .integer = 16379},
                     bulk("connecting"), {.kind = RespValue::Kind::Integer, .integer = 4600}};
    const Result<RedisRole> second = parseRedisRole(replica, from);
    QVERIFY(second);
    QCOMPARE(second->kind, RedisRole::Kind::Replica);
    QCOMPARE(second->follows, at("127.0.0.1", 16379));
    QVERIFY(!second->linkUp);

    QCOMPARE(parseRedisRole(bulk("OK"), from).error().code, ErrorCode::ProtocolViolation);
}

void SentinelWordsTest::readsInfo()
{
    const Result<RedisInfo> info = RedisInfo::parse(
        bulk("# Replication\r\nrole:master\r\nconnected_slaves:2\r\n"
             "slave0:ip=127.0.0.1,port=16380,state=online,offset=140,lag=1\r\n"
             "slave1:ip=127.0.0.1,port=16381,state=wait_bgsave,offset=0,lag=0\r\n"
             "master_repl_offset:154\r\nserver_time_usec:1795417830657944\r\nbroken line\r\n"), from);
    QVERIFY(info);
    QCOMPARE(info->field("role"), QByteArray("master"));
    QCOMPARE(info->number("master_repl_offset"), std::optional<qint64>(154));
    QCOMPARE(info->number("role"), std::optional<qint64>());
    QCOMPARE(info->attached().size(), 2);
    QVERIFY(info->attached().first().online && !info->attached().last().online);
    QCOMPARE(info->attached().first().lag, 1);
    QCOMPARE(info->serverTime()->toMSecsSinceEpoch(), 1795417830657);
}

/// Whatever a peer sends as a well-formed reply, the parsers answer with a value or an Error.
void SentinelWordsTest::survivesAnything()
{
    std::mt19937 random(7);
    const QList<QByteArray> words{"name", "ip", "port", "flags", "127.0.0.1", "0", "-1", "65536", "99999999999999999999", "",
                                  "master", "slave", "@", "?", "::1", QByteArray("\0\xff\x1b[31m", 7), QByteArray(5000, 'a'),
                                  "role:master", "slave0:ip=,port=,=,", "OK", "NOQUORUM", "s_down,,,"};
    const auto word = [&] { return words[qsizetype(random() % unsigned(words.size()))]; };
    const std::function<RespValue(int)> any = [&](int depth) {
        RespValue value;
        value.kind = RespValue::Kind(random() % (depth > 3 ? 5 : 6));
        value.text = word();
        value.integer = qint64(random()) - 2'000'000'000;
        for (unsigned i = random() % 7; value.kind == RespValue::Kind::Array && i > 0; --i)
            value.items.append(any(depth + 1));
        return value;
    };
    for (int round = 0; round < 20'000; ++round) {
        const RespValue value = any(0);
        const Result<QList<SentinelReplica>> replicas = parseSentinelReplicas(value, from);
        const Result<SentinelMaster> master = parseSentinelMaster(value, from);
        QVERIFY(!master || !master->address.isNull());
        const Result<QuorumReply> quorum = parseQuorumReply(value, from);
        const Result<RedisRole> role = parseRedisRole(value, from);
        const Result<RedisInfo> info = RedisInfo::parse(value, from);
        if (info)
            QVERIFY(info->attached().size() <= 100);
        const SentinelEvent event = parseSentinelEvent(word(), word() + ' ' + word() + ' ' + word() + ' ' + word());
        QVERIFY(event.text.size() <= 301);
        Q_UNUSED(replicas);
        Q_UNUSED(quorum);
        Q_UNUSED(role);
    }
}

void SentinelWordsTest::cleansText()
{
    QCOMPARE(wiretext::clean("a\x1b[31mb\nc"), QStringLiteral("a [31mb c"));
    QCOMPARE(wiretext::clean(QByteArray(1000, 'x'), 10).size(), 11);
    QVERIFY(!wiretext::clean("requirepass hunter2").contains(QStringLiteral("hunter2")));
    QVERIFY(wiretext::endpoint("10.0.0.1; rm", "6379").isNull());
    QCOMPARE(wiretext::endpoint("[fd00::2]:6379"), at("fd00::2", 6379));
}

QTEST_GUILESS_MAIN(SentinelWordsTest)
#include "tst_sentinelwords.moc"
