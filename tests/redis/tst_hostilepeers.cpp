// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redislink.h"
#include "core/systems/redis/redissession.h"

#include "tests/redis/hostilepeer.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;
using Manner = HostilePeer::Manner;

Q_DECLARE_METATYPE(understudy::HostilePeer::Manner)

/// Every manner of misbehaving, against the session and against the link, before and after the door.
class HostilePeersTest : public QObject
{
    Q_OBJECT
private slots:
    void sessionSaysWhy_data() { manners(); }
    void sessionSaysWhy();
    void linkSaysWhy_data() { manners(); }
    void linkSaysWhy();
    void linkSaysWhyAtTheDoor_data();
    void linkSaysWhyAtTheDoor();
    void subscriptionNoticesSilence();
    void unaskedRepliesEndTheLink();

private:
    static void manners();
    static RedisTarget targetOf(const HostilePeer &peer);
    static constexpr qint64 mostMemory = 64 * 1024 * 1024;
};

void HostilePeersTest::manners()
{
    QTest::addColumn<Manner>("manner");
    QTest::addColumn<int>("code");
    QTest::newRow("never answers") << Manner::NeverAnswers << int(ErrorCode::TimedOut);
    QTest::newRow("closes at once") << Manner::ClosesAtOnce << int(ErrorCode::ConnectionLost);
    QTest::newRow("half a reply for ever") << Manner::HalfReply << int(ErrorCode::TimedOut);
    QTest::newRow("huge array") << Manner::HugeArray << int(ErrorCode::TooLarge);
    QTest::newRow("huge bulk") << Manner::HugeBulk << int(ErrorCode::TooLarge);
    QTest::newRow("endless line") << Manner::EndlessLine << int(ErrorCode::TooLarge);
    QTest::newRow("reset mid-reply") << Manner::ResetMidReply << int(ErrorCode::ConnectionLost);
    QTest::newRow("garbage") << Manner::Garbage << int(ErrorCode::ProtocolViolation);
    QTest::newRow("slow drip") << Manner::SlowDrip << int(ErrorCode::TimedOut);
}

RedisTarget HostilePeersTest::targetOf(const HostilePeer &peer)
{
    RedisTarget target;
    target.address = peer.address();
    return target;
}

void HostilePeersTest::sessionSaysWhy()
{
    QFETCH(Manner, manner);
    QFETCH(int, code);
    const HostilePeer peer(manner, true);
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(targetOf(peer), 2s);
    QVERIFY2(session, session ? "" : qPrintable(session.error().text()));
    resetPeakMemory();
    const qint64 before = peakMemory();
    QElapsedTimer watch;
    watch.start();
    const Result<RespValue> reply = (*session)->call({"ROLE"}, manner == Manner::EndlessLine ? 20s : 300ms);
    QVERIFY(!reply);
    QVERIFY2(int(reply.error().code) == code, qPrintable(reply.error().text()));
    QVERIFY2(reply.error().message.contains(peer.address().text()), qPrintable(reply.error().message));
    if (code == int(ErrorCode::TimedOut))
        QVERIFY2(watch.elapsed() < 1000, qPrintable(QString::number(watch.elapsed())));
    QVERIFY2(peakMemory() - before < mostMemory, qPrintable(QString::number(peakMemory() - before)));
}

void HostilePeersTest::linkSaysWhy()
{
    QFETCH(Manner, manner);
    QFETCH(int, code);
    const HostilePeer peer(manner, true);
    RedisLink link(targetOf(peer));
    QSignalSpy lost(&link, &RedisLink::lost);
    link.start();
    QTRY_VERIFY(link.isReady());
    resetPeakMemory();
    const qint64 before = peakMemory();
    int answers = 0;
    std::optional<Error> error;
    const RedisLink::Answer answer = [&](const Result<RespValue> &reply) {
        ++answers;
        if (!reply)
            error = reply.error();
    };
    link.call({"ROLE"}, manner == Manner::EndlessLine ? 20s : 300ms, answer);
    link.call({"INFO"}, 20s, answer);
    QTRY_COMPARE_WITH_TIMEOUT(answers, 2, 20'000);
    QVERIFY(error);
    QVERIFY2(int(error->code) == code, qPrintable(error->text()));
    QVERIFY(lost.size() >= 1);
    QVERIFY2(peakMemory() - before < mostMemory, qPrintable(QString::number(peakMemory() - before)));
}

void HostilePeersTest::linkSaysWhyAtTheDoor_data()
{
    manners();
}

void HostilePeersTest::linkSaysWhyAtTheDoor()
{
    QFETCH(Manner, manner);
    QFETCH(int, code);
    const HostilePeer peer(manner, false);
    RedisLinkTiming timing;
    timing.connect = manner == Manner::EndlessLine ? 20s : 300ms;
    RedisLink link(targetOf(peer), timing);
    QSignalSpy lost(&link, &RedisLink::lost);
    link.start();
    QTRY_VERIFY_WITH_TIMEOUT(!lost.isEmpty(), 20'000);
    const Error error = lost.first().first().value<Error>();
    QVERIFY2(int(error.code) == code, qPrintable(error.text()));
    QVERIFY(!link.isReady());
}

void HostilePeersTest::subscriptionNoticesSilence()
{
    const HostilePeer peer(Manner::NeverAnswers, true);
    RedisLinkTiming timing;
    timing.connect = 300ms;
    RedisLink link(targetOf(peer), timing);
    link.subscribeTo({"*"});
    QSignalSpy lost(&link, &RedisLink::lost);
    link.start();
    QTRY_VERIFY(!lost.isEmpty());
    QCOMPARE(lost.first().first().value<Error>().code, ErrorCode::TimedOut);
}

void HostilePeersTest::unaskedRepliesEndTheLink()
{
    const HostilePeer peer(Manner::WrongKinds, true);
    RedisLink link(targetOf(peer));
    QSignalSpy lost(&link, &RedisLink::lost);
    link.start();
    QTRY_VERIFY(link.isReady());
    link.call({"ROLE"}, 2s, [](const Result<RespValue> &) {});
    QTRY_VERIFY(!lost.isEmpty());
    QCOMPARE(lost.first().first().value<Error>().code, ErrorCode::ProtocolViolation);
}

QTEST_GUILESS_MAIN(HostilePeersTest)
#include "tst_hostilepeers.moc"
