// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsjudge.h"

#include <QTest>

using namespace understudy;
using Answer = InstanceView::Answer;

namespace {

InstanceView instance(const QString &startTime, Answer live = Answer::Ok,
                      Answer startup = Answer::Ok)
{
    InstanceView out{.url = QStringLiteral("http://") + startTime,
                     .live = live,
                     .startup = startup,
                     .ready = Answer::Ok};
    out.startTime = startTime;
    out.startTimes = QStringList{startTime};
    return out;
}

PoolsView twoPools()
{
    PoolsView out;
    out.pools = {{.colour = QStringLiteral("blue"),
                  .instances = {instance(QStringLiteral("b1")), instance(QStringLiteral("b2"))}},
                 {.colour = QStringLiteral("green"),
                  .instances = {instance(QStringLiteral("g1")), instance(QStringLiteral("g2"))}}};
    return out;
}

QList<EntryAnswer> answers(const QStringList &startTimes)
{
    QList<EntryAnswer> out;
    for (const QString &one : startTimes)
        out.append({.at = {},
                    .startTime = one,
                    .failure = one.isEmpty() ? QStringLiteral("entry answered 502") : QString()});
    return out;
}

ApplicationPlan plan()
{
    ApplicationPlan out;
    out.entry = QStringLiteral("http://entry");
    return out;
}

PoolsVerdict judged(PoolsView view, const QList<EntryAnswer> &counted)
{
    sumUpPools(view);
    countAnswers(view, counted);
    return judgePools(view, plan());
}

const QStringList byBlue{QStringLiteral("b1"), QStringLiteral("b2"), QStringLiteral("b1")};

} // namespace

class PoolsJudgeTest : public QObject
{
    Q_OBJECT
private slots:
    void poolThatFailsItsUsersIsNotHealthyWhateverItsInstancesSay()
    {
        PoolsView view = twoPools();
        QCOMPARE(judged(view, answers(byBlue)).health, Health::Healthy);
        view.pools[1].alarm.raised = true; // nobody is sent to green
        QCOMPARE(judged(view, answers(byBlue)).health, Health::Healthy);
        view.pools[0].alarm.raised = true;
        view.pools[0].errorRate = 0.2;
        const PoolsVerdict verdict = judged(view, answers(byBlue));
        QCOMPARE(verdict.health, Health::Degraded);
        QCOMPARE(verdict.reason, QStringLiteral("blue serves and fails 20 % of its users' requests"));
    }
    void answersAreMatchedByStartTime_data()
    {
        QTest::addColumn<QStringList>("startTimes");
        QTest::addColumn<QString>("serving");
        QTest::addColumn<int>("unknown");
        QTest::addColumn<int>("failed");
        const QString blue = QStringLiteral("blue");
        QTest::newRow("one colour") << byBlue << blue << 0 << 0;
        QTest::newRow("both") << QStringList{QStringLiteral("b1"), QStringLiteral("g1")}
                              << QStringLiteral("mixed") << 0 << 0;
        QTest::newRow("a stranger among them")
            << QStringList{QStringLiteral("b1"), QStringLiteral("x")} << QString() << 1 << 0;
        QTest::newRow("a failure among them")
            << QStringList{QStringLiteral("b1"), QString()} << blue << 0 << 1;
        QTest::newRow("none") << QStringList() << QString() << 0 << 0;
    }
    void answersAreMatchedByStartTime()
    {
        QFETCH(QStringList, startTimes);
        QFETCH(QString, serving);
        QFETCH(int, unknown);
        QFETCH(int, failed);
        PoolsView view = twoPools();
        countAnswers(view, answers(startTimes));
        QCOMPARE(view.serving, serving);
        QCOMPARE(view.answersUnknown, unknown);
        QCOMPARE(view.answersFailed, failed);
        QCOMPARE(view.answersCounted, int(startTimes.size()));
    }

    void workerThatWasMetEarlierStillCounts()
    {
        PoolsView view = twoPools();
        view.pools[0].instances[0].startTimes.append(QStringLiteral("b1 other worker"));
        countAnswers(view, answers({QStringLiteral("b1 other worker")}));
        QCOMPARE(view.serving, QStringLiteral("blue"));
    }

    void allWellIsHealthy()
    {
        QCOMPARE(judged(twoPools(), answers(byBlue)).health, Health::Healthy);
    }

    void coldOtherColourIsNoWayBack()
    {
        PoolsView view = twoPools();
        view.pools[1].instances[0] =
            instance(QStringLiteral("g1"), Answer::Ok, Answer::Unavailable);
        const PoolsVerdict verdict = judged(view, answers(byBlue));
        QCOMPARE(verdict.health, Health::Degraded);
        QVERIFY2(verdict.reason.contains(QLatin1String("no way back")), qPrintable(verdict.reason));
    }

    void nobodyServingIsDown()
    {
        const PoolsVerdict verdict = judged(twoPools(), answers({QString(), QString(), QString()}));
        QCOMPARE(verdict.health, Health::Down);
        QVERIFY2(verdict.reason.contains(QLatin1String("502")), qPrintable(verdict.reason));
    }

    void whatThisMachineCannotSeeIsUnknown()
    {
        QList<EntryAnswer> counted = answers({QString(), QString(), QString()});
        for (EntryAnswer &one : counted)
            one.code = ErrorCode::NameNotFound;
        QCOMPARE(judged(twoPools(), counted).health, Health::Unknown);
    }

    void servingColourIsJudged_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("answer");
        QTest::newRow("an instance refuses") << 0 << int(Answer::Refused);
        QTest::newRow("an instance does not answer") << 0 << int(Answer::NoAnswer);
        QTest::newRow("an instance is not ready") << 1 << int(Answer::Unavailable);
        QTest::newRow("an instance hangs when asked whether it is ready")
            << 1 << int(Answer::NoAnswer);
    }
    void servingColourIsJudged()
    {
        QFETCH(int, which);
        QFETCH(int, answer);
        PoolsView view = twoPools();
        (which == 0 ? view.pools[0].instances[1].live : view.pools[0].instances[1].ready) =
            Answer(answer);
        const PoolsVerdict verdict = judged(view, answers(byBlue));
        QCOMPARE(verdict.health, Health::Degraded);
        QVERIFY2(verdict.reason.contains(QLatin1String("http://b2")), qPrintable(verdict.reason));
    }

    void mixedAnswersAreDegraded()
    {
        QCOMPARE(judged(twoPools(), answers({QStringLiteral("b1"), QStringLiteral("g1")})).health,
                 Health::Degraded);
    }

    void strangersAreUnknown()
    {
        QCOMPARE(judged(twoPools(), answers({QStringLiteral("x"), QStringLiteral("y")})).health,
                 Health::Unknown);
    }

    void twoColoursOfOneProcessContradict()
    {
        PoolsView view = twoPools();
        QVERIFY(poolContradictions(view).isEmpty());
        view.pools[1].instances[0].startTime = QStringLiteral("b1");
        QCOMPARE(poolContradictions(view).size(), 1);
    }

    void planWithoutEntryIsJudgedByItsInstances()
    {
        PoolsView view = twoPools();
        sumUpPools(view);
        QCOMPARE(judgePools(view, ApplicationPlan()).health, Health::Healthy);
        for (PoolView &pool : view.pools) {
            for (InstanceView &one : pool.instances)
                one.live = Answer::Refused;
        }
        sumUpPools(view);
        QCOMPARE(judgePools(view, ApplicationPlan()).health, Health::Down);
    }
};

QTEST_GUILESS_MAIN(PoolsJudgeTest)
#include "tst_poolsjudge.moc"
