// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/restorablemoment.h"

#include "core/base/manualclock.h"

#include <QTest>

using namespace understudy;

namespace {

constexpr quint64 segment = 16'777'216;
const QString walOne = QStringLiteral("000000010000000000000001"); // ends at 2 * segment
const QString walTwo = QStringLiteral("000000010000000000000002");

} // namespace

class RestorableMomentTest : public QObject
{
    Q_OBJECT
private:
    const QDateTime m_start = ManualClock().now();

    DatabaseLook look(int second, quint64 position, const QString &archived, quint64 nextTransaction = 0) const
    {
        DatabaseLook out;
        out.server = QStringLiteral("127.0.0.1:5432");
        out.clock = m_start.addSecs(second);
        out.position = position;
        out.segmentSize = segment;
        out.lastArchivedWal = archived;
        out.lastArchivedAt = m_start.addSecs(-1);
        // Every look sees another transaction, unless the test says otherwise.
        out.nextTransaction = nextTransaction ? nextTransaction : quint64(1000 + second);
        out.oldestRunning = out.nextTransaction;
        return out;
    }

private slots:
    void segmentsEnd_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qulonglong>("end"); // 0: no segment
        QTest::newRow("first") << walOne << qulonglong(2 * segment);
        QTest::newRow("high part") << "0000000200000003000000FF" << qulonglong(4) * 4'294'967'296;
        QTest::newRow("history") << "00000002.history" << qulonglong(0);
        QTest::newRow("backup label") << "000000010000000000000002.00000028.backup" << qulonglong(0);
        QTest::newRow("none") << "" << qulonglong(0);
    }
    void segmentsEnd()
    {
        QFETCH(QString, name);
        QFETCH(qulonglong, end);
        QCOMPARE(qulonglong(endOfSegment(name, segment).value_or(0)), end);
    }
    void nothingIsKnownBeforeTheFirstArchiving()
    {
        RestorableMoment moment;
        moment.learn(look(0, segment + 5, {}));
        QVERIFY(!moment.known());
    }
    void newestLookWithinTheArchiveCounts()
    {
        RestorableMoment moment;
        moment.learn(look(0, segment + 100, {}));
        moment.learn(look(5, segment + 200, {}));
        moment.learn(look(10, 2 * segment + 300, walOne));
        QCOMPARE(moment.known()->at, m_start.addSecs(5));
    }
    void archiveThatStandsStillAges()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment, walOne));
        for (int second = 5; second < 60; second += 5)
            moment.learn(look(second, 2 * segment + quint64(second), walOne));
        QCOMPARE(moment.known()->at, m_start);
    }
    void idleServerLosesNothing()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment, walOne, 500));
        // A checkpoint moves the position though nobody wrote anything.
        moment.learn(look(3600, 2 * segment + 120, walOne, 500));
        QCOMPARE(moment.known()->at, m_start.addSecs(3600));
    }
    void transactionRunningWhenTheArchiveEndedIsNotSafe()
    {
        RestorableMoment moment;
        DatabaseLook busy = look(0, 2 * segment, walOne, 500);
        busy.oldestRunning = 499;
        moment.learn(busy);
        moment.learn(look(60, 2 * segment + 120, walOne, 500));
        QCOMPARE(moment.known()->at, m_start);
    }
    void oneLookRestsOnTheSegmentsLastWrite()
    {
        RestorableMoment moment;
        DatabaseLook first = look(0, 2 * segment + 9, walOne);
        first.segmentWrittenAt = m_start.addSecs(-3);
        moment.learn(first);
        QCOMPARE(moment.known()->at, m_start.addSecs(-3));
    }
    void oneLookWithoutRightsSaysThatItIsABound()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment + 9, walOne));
        QCOMPARE(moment.known()->at, m_start.addSecs(-1));
        QVERIFY(moment.known()->basis.startsWith(QLatin1String("at best")));
    }
    void restoredServerForgetsWhatWasSeen()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment, walOne));
        moment.learn(look(5, 3 * segment, walTwo));
        DatabaseLook restored = look(10, segment + 7, {});
        moment.learn(restored);
        QVERIFY(!moment.known());
    }
    void crashThatLosesTheStatisticsLosesNoKnowledge()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment, walOne));
        DatabaseLook afterCrash = look(60, 2 * segment + 500, {});
        afterCrash.lastArchivedAt = {};
        moment.learn(afterCrash);
        QCOMPARE(moment.known()->at, m_start);
    }
    void longStandstillStaysExactAtItsBeginning()
    {
        RestorableMoment moment;
        moment.learn(look(0, 2 * segment, walOne));
        for (int second = 1; second < 20'000; ++second)
            moment.learn(look(second, 2 * segment + quint64(second), walOne));
        QCOMPARE(moment.known()->at, m_start);
        moment.learn(look(20'000, 3 * segment + 1, walTwo));
        QVERIFY(moment.known()->at >= m_start.addSecs(19'900));
    }
};

QTEST_GUILESS_MAIN(RestorableMomentTest)
#include "tst_restorablemoment.moc"
