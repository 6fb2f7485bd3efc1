// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisprobe.h"

#include "tests/redis/hostilepeer.h"
#include "tests/redis/probelistener.h"
#include "tests/redis/redisfixture.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;
using Manner = HostilePeer::Manner;

Q_DECLARE_METATYPE(understudy::HostilePeer::Manner)

/// One bad peer among good ones: its own readings are unknown and say why, all others stay fresh.
class RedisProbeHostileTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void asSentinel_data() { manners(); }
    void asSentinel();
    void asDataNode_data() { manners(); }
    void asDataNode();

private:
    static void manners();
    RedisProbeSetup setup() const;
    void judge(const ProbeListener &listener, const Endpoint &bad, const QString &word) const;

    SystemClock m_clock;
    std::unique_ptr<RedisFixture> m_redis;
};

void RedisProbeHostileTest::initTestCase()
{
    RedisFixtureOptions options;
    options.downAfterMs = 600'000;
    m_redis = std::make_unique<RedisFixture>(options);
    QCOMPARE(m_redis->start(), QString());
}

void RedisProbeHostileTest::manners()
{
    QTest::addColumn<Manner>("manner");
    QTest::addColumn<QString>("word");
    QTest::newRow("never answers") << Manner::NeverAnswers << QStringLiteral("gave no answer to");
    QTest::newRow("closes at once") << Manner::ClosesAtOnce << QStringLiteral("closed the connection");
    QTest::newRow("half a reply for ever") << Manner::HalfReply << QStringLiteral("gave no answer to");
    QTest::newRow("huge array") << Manner::HugeArray << QStringLiteral("announces an array of 2147483646");
    QTest::newRow("huge bulk") << Manner::HugeBulk << QStringLiteral("announces 2147483648 bytes");
    QTest::newRow("endless line") << Manner::EndlessLine << QStringLiteral("line longer than");
    QTest::newRow("reset mid-reply") << Manner::ResetMidReply << QStringLiteral("closed the connection");
    QTest::newRow("garbage") << Manner::Garbage << QStringLiteral("not of the Redis protocol");
    QTest::newRow("slow drip") << Manner::SlowDrip << QStringLiteral("gave no answer to");
    QTest::newRow("wrong kinds") << Manner::WrongKinds << QString();
}

RedisProbeSetup RedisProbeHostileTest::setup() const
{
    RedisProbeSetup setup;
    setup.plan = m_redis->plan();
    setup.plan.every = 200ms;
    setup.deadline = 1s;
    return setup;
}

void RedisProbeHostileTest::judge(const ProbeListener &listener, const Endpoint &bad, const QString &word) const
{
    bool said = false;
    for (const Reading &reading : listener.last().readings) {
        if (reading.name.contains(bad.text())) {
            QVERIFY2(reading.state == ReadingState::Unknown, qPrintable(reading.name + QLatin1Char('=') + reading.text()));
            said = said || reading.reason.contains(word);
        } else {
            QVERIFY2(reading.state == ReadingState::Fresh, qPrintable(reading.name + QStringLiteral(": ") + reading.reason));
        }
    }
    QVERIFY2(said, qPrintable(listener.reason()));
    QVERIFY(listener.last().redis->masterProved);
    QCOMPARE(listener.health(), Health::Degraded);
}

void RedisProbeHostileTest::asSentinel()
{
    QFETCH(Manner, manner);
    QFETCH(QString, word);
    const HostilePeer peer(manner, true);
    RedisProbeSetup hostile = setup();
    hostile.plan.sentinels.append(peer.address());
    resetPeakMemory();
    const qint64 before = peakMemory();
    RedisProbe probe(hostile, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY2(listener.isComplete() && listener.last().redis->nodes.size() == 3
                     && listener.reading(QStringLiteral("sentinel %1 events").arg(m_redis->sentinel(0).text())).state == ReadingState::Fresh,
                 qPrintable(listener.reason()));
    const qsizetype looks = listener.heard.size();
    QTRY_VERIFY(listener.heard.size() > looks + 5);
    judge(listener, peer.address(), word);
    QVERIFY2(peakMemory() - before < 64 * 1024 * 1024, qPrintable(QString::number(peakMemory() - before)));
}

void RedisProbeHostileTest::asDataNode()
{
    QFETCH(Manner, manner);
    QFETCH(QString, word);
    const HostilePeer peer(manner, true);
    RedisProbeSetup hostile = setup();
    hostile.plan.addresses.insert(m_redis->node(2).text(), peer.address());
    RedisProbe probe(hostile, m_clock);
    ProbeListener listener(probe);
    probe.start();
    QTRY_VERIFY2(listener.isComplete() && listener.last().redis->nodes.size() == 3
                     && listener.reading(QStringLiteral("sentinel %1 events").arg(m_redis->sentinel(0).text())).state == ReadingState::Fresh,
                 qPrintable(listener.reason()));
    const qsizetype looks = listener.heard.size();
    QTRY_VERIFY(listener.heard.size() > looks + 5);
    judge(listener, m_redis->node(2), word);
}

QTEST_GUILESS_MAIN(RedisProbeHostileTest)
#include "tst_redisprobehostile.moc"
