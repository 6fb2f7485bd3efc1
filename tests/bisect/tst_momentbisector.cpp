// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/momentbisector.h"

#include <QTest>

#include <algorithm>

using namespace understudy;
using namespace std::chrono_literals;
using Kind = MomentSight::Kind;

namespace {

constexpr qint64 day = 86'400'000;
const QDateTime begin = QDateTime::fromMSecsSinceEpoch(1'790'000'000'000, Qt::UTC);

SearchSettings window(qint64 length = day, quint32 seed = 1)
{
    return {.earliest = begin, .latest = begin.addMSecs(length), .seed = seed};
}

QDateTime after(qint64 ms) { return begin.addMSecs(ms); }

/// The symptom begins with the transaction of that moment and stays.
MomentProbe beginsAt(const QDateTime &fault)
{
    return [fault](const QDateTime &moment) -> Result<MomentSight> { return MomentSight{moment >= fault ? Kind::Bad : Kind::Good, {}}; };
}

/// What is wrong with the answer to a search for `fault`; empty: nothing.
QString complaint(const SearchResult &result, const QDateTime &fault, int mostProbes)
{
    if (result.outcome != SearchOutcome::Found)
        return outcomeWord(result.outcome) + QStringLiteral(": ") + result.verdict;
    if (result.lastGood >= fault || result.firstBad < fault)
        return QStringLiteral("the bracket does not hold it: ") + result.verdict;
    if (result.bracket() > 1s)
        return QStringLiteral("the bracket is too long: ") + result.verdict;
    if (result.probes > mostProbes)
        return QStringLiteral("%1 probes").arg(result.probes);
    return {};
}

} // namespace

class MomentBisectorTest : public QObject
{
    Q_OBJECT

private slots:
    void beginningIsFoundWherever_data()
    {
        QTest::addColumn<qint64>("length");
        QTest::addColumn<qint64>("at");
        QTest::addColumn<int>("mostProbes");
        QTest::newRow("right behind the earliest") << day << qint64(1) << 17;
        QTest::newRow("a second behind the earliest") << day << qint64(1000) << 17;
        QTest::newRow("a second and a bit behind it") << day << qint64(1001) << 17;
        QTest::newRow("a third in") << day << day / 3 << 17;
        QTest::newRow("in the middle") << day << day / 2 << 17;
        QTest::newRow("a bit after the middle") << day << day / 2 + 1 << 17;
        QTest::newRow("twenty minutes ago") << day << day - 1'200'000 << 17;
        QTest::newRow("a second before the latest") << day << day - 1000 << 17;
        QTest::newRow("at the latest") << day << day << 17;
        QTest::newRow("a week") << 7 * day << 5 * day + 12345 << 20;
        QTest::newRow("three minutes") << qint64(180'000) << qint64(77'777) << 8;
        QTest::newRow("two and a half seconds") << qint64(2500) << qint64(1300) << 2;
        QTest::newRow("one second") << qint64(1000) << qint64(500) << 0;
        QTest::newRow("one millisecond") << qint64(1) << qint64(1) << 0;
    }
    void beginningIsFoundWherever()
    {
        QFETCH(qint64, length);
        QFETCH(qint64, at);
        QFETCH(int, mostProbes);
        for (quint32 seed = 0; seed < 50; ++seed) {
            const QString wrong = complaint(MomentBisector(window(length, seed), beginsAt(after(at))).run(), after(at), mostProbes);
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(wrong)));
        }
    }

    void noPlaceInADayTakesMoreThan17Probes()
    {
        // Every 77 s, with steps that meet no boundary of a halving twice.
        for (qint64 at = 1; at <= day; at += 77'003) {
            const SearchResult result = MomentBisector(window(day, quint32(at)), beginsAt(after(at))).run();
            const QString wrong = complaint(result, after(at), 17);
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1 ms: %2").arg(at).arg(wrong)));
            QCOMPARE(result.firstChecks, 5);
        }
    }

    void seventeenHalvingsAreEnoughWithoutLuck()
    {
        // Without random moments nothing shortens the window beforehand.
        SearchSettings settings = window();
        settings.randomChecks = 0;
        const SearchResult result = MomentBisector(settings, beginsAt(after(1))).run();
        QCOMPARE(complaint(result, after(1), 17), QString());
        QCOMPARE(result.probes, 17);
        QCOMPARE(result.firstChecks, 2);
    }

    void endsAreLookedAtFirst()
    {
        QList<QDateTime> looked;
        const MomentProbe probe = beginsAt(after(day / 2));
        const SearchSettings settings = window();
        MomentBisector(settings, [&](const QDateTime &moment) { looked.append(moment); return probe(moment); }).run();
        QCOMPARE(looked.value(0), settings.latest);
        QCOMPARE(looked.value(1), settings.earliest);
        for (int third = 0; third < 3; ++third)
            QVERIFY(looked.value(2 + third) > after(day / 3 * third) && looked.value(2 + third) < after(day / 3 * (third + 1) + 1000));
    }

    void sameSeedLooksAtTheSameMoments()
    {
        const auto seen = [](quint32 seed) { return MomentBisector(window(day, seed), beginsAt(after(day / 2))).run().observations; };
        QCOMPARE(seen(7), seen(7));
        QVERIFY(seen(7) != seen(8));
    }

    void wrongEndsStopTheSearch_data()
    {
        QTest::addColumn<qint64>("at");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<int>("looks");
        QTest::newRow("all good") << day + 1 << QStringLiteral("all_good") << 1;
        QTest::newRow("all bad") << qint64(0) << QStringLiteral("all_bad") << 2;
    }
    void wrongEndsStopTheSearch()
    {
        QFETCH(qint64, at);
        QFETCH(QString, outcome);
        QFETCH(int, looks);
        const SearchResult result = MomentBisector(window(), beginsAt(after(at))).run();
        QCOMPARE(outcomeWord(result.outcome), outcome);
        QCOMPARE(result.firstChecks, looks);
        QCOMPARE(result.probes, 0);
        QVERIFY(!result.lastGood.isValid() || !result.firstBad.isValid());
        QVERIFY(!result.hint.isEmpty());
    }

    void comingAndGoingIsSaidWithAllThatWasSeen()
    {
        // Bad in the first third, good in the second, bad at the end.
        for (quint32 seed = 0; seed < 100; ++seed) {
            const SearchResult result = MomentBisector(window(day, seed), [](const QDateTime &moment) -> Result<MomentSight> {
                const bool isBad = (moment > begin && moment < after(day / 3 + 2000)) || moment > after(day - 500);
                return MomentSight{isBad ? Kind::Bad : Kind::Good, {}};
            }).run();
            QCOMPARE(outcomeWord(result.outcome), QStringLiteral("comes_and_goes"));
            QVERIFY(!result.lastGood.isValid() && !result.firstBad.isValid());
            QCOMPARE(result.probes, 0);
            QCOMPARE(result.observations.size(), 5);
            QVERIFY(std::is_sorted(result.observations.begin(), result.observations.end(),
                                   [](const MomentObservation &one, const MomentObservation &other) { return one.moment < other.moment; }));
            QVERIFY2(result.verdict.contains(QLatin1String("good again at")), qPrintable(result.verdict));
        }
    }

    void foundBracketIsAlwaysATrueOne()
    {
        // Where it comes and goes unseen, what is found is a real beginning all the same, never a guess.
        const auto isBad = [](const QDateTime &moment) { return moment.toMSecsSinceEpoch() / 7'000'000 % 2 == 1 || moment >= after(day); };
        int found = 0, said = 0;
        for (quint32 seed = 0; seed < 200; ++seed) {
            SearchSettings settings = window(day, seed);
            while (isBad(settings.earliest))
                settings.earliest = settings.earliest.addSecs(60);
            const SearchResult result = MomentBisector(settings, [&](const QDateTime &moment) -> Result<MomentSight> {
                return MomentSight{isBad(moment) ? Kind::Bad : Kind::Good, {}};
            }).run();
            if (result.outcome == SearchOutcome::ComesAndGoes) {
                ++said;
                continue;
            }
            QVERIFY2(result.isFound(), qPrintable(result.verdict));
            QVERIFY(!isBad(result.lastGood) && isBad(result.firstBad) && result.bracket() <= 1s);
            QVERIFY(!result.remarks.isEmpty());
            ++found;
        }
        QVERIFY2(said > 50 && found > 0, qPrintable(QStringLiteral("%1 said, %2 found").arg(said).arg(found)));
    }

    void whatNobodyCanTellIsSaid_data()
    {
        QTest::addColumn<int>("look"); // from 1
        QTest::addColumn<QString>("outcome");
        QTest::newRow("latest") << 1 << QStringLiteral("cannot_tell");
        QTest::newRow("earliest") << 2 << QStringLiteral("cannot_tell");
        QTest::newRow("a random moment") << 4 << QStringLiteral("found");
        QTest::newRow("the first halving") << 6 << QStringLiteral("cannot_tell");
        QTest::newRow("a later halving") << 12 << QStringLiteral("cannot_tell");
    }
    void whatNobodyCanTellIsSaid()
    {
        QFETCH(int, look);
        QFETCH(QString, outcome);
        int looks = 0;
        const MomentProbe probe = beginsAt(after(day / 5));
        const SearchResult result = MomentBisector(window(), [&](const QDateTime &moment) {
            return ++looks == look ? Result<MomentSight>(MomentSight{Kind::CannotTell, QStringLiteral("no such table")}) : probe(moment);
        }).run();
        QCOMPARE(outcomeWord(result.outcome), outcome);
        const QString said = result.verdict + result.remarks.join(QLatin1Char(' '));
        QVERIFY2(said.contains(QLatin1String("no such table")), qPrintable(said));
        if (look > 5) { // what is known by then is told
            QVERIFY(result.lastGood < after(day / 5));
            QVERIFY(result.firstBad >= after(day / 5));
        }
    }

    void brokenProviderEndsItWithWhatIsKnown()
    {
        int looks = 0;
        const MomentProbe probe = beginsAt(after(day / 2));
        const SearchResult result = MomentBisector(window(), [&](const QDateTime &moment) {
            return ++looks == 9 ? Result<MomentSight>(fail(ErrorCode::ControlPlaneDown, QStringLiteral("away"))) : probe(moment);
        }).run();
        QCOMPARE(result.outcome, SearchOutcome::Failed);
        QCOMPARE(result.error->code, ErrorCode::ControlPlaneDown);
        QVERIFY(result.lastGood < after(day / 2) && result.firstBad >= after(day / 2));
        QCOMPARE(looks, 9);
    }

    void cancelEndsItBetweenTwoLooks()
    {
        const CancelToken cancel;
        int looks = 0;
        const MomentProbe probe = beginsAt(after(day / 2));
        const SearchResult result = MomentBisector(window(), [&](const QDateTime &moment) {
            if (++looks == 7)
                cancel.cancel();
            return probe(moment);
        }, {}, cancel).run();
        QCOMPARE(result.outcome, SearchOutcome::Cancelled);
        QCOMPARE(looks, 7);
        QCOMPARE(result.observations.size(), 7);
    }

    void usedUpProbesAreSaid()
    {
        SearchSettings settings = window();
        settings.mostProbes = 4;
        const SearchResult result = MomentBisector(settings, beginsAt(after(day / 2))).run();
        QCOMPARE(result.outcome, SearchOutcome::ProbesUsedUp);
        QCOMPARE(result.probes, 4);
        QVERIFY(result.lastGood < after(day / 2) && result.firstBad >= after(day / 2));
    }

    void progressIsToldBeforeAndAfterEachLook()
    {
        int before = 0, behind = 0;
        const SearchResult result = MomentBisector(window(), beginsAt(after(day / 2)), [&](const SearchView &view, const QDateTime &next) {
            (next.isValid() ? before : behind) += 1;
            QCOMPARE(view.observations.size(), next.isValid() ? before - 1 : behind);
            QCOMPARE(view.mostProbes, 17);
        }).run();
        QCOMPARE(before, result.firstChecks + result.probes);
        QCOMPARE(behind, before);
    }

    void windowWithoutTimeIsRefused()
    {
        bool looked = false;
        const SearchResult result = MomentBisector(window(0), [&looked](const QDateTime &) -> Result<MomentSight> {
            looked = true;
            return MomentSight{};
        }).run();
        QCOMPARE(result.outcome, SearchOutcome::Failed);
        QCOMPARE(result.error->code, ErrorCode::InvalidInput);
        QVERIFY(!looked);
    }
};

QTEST_GUILESS_MAIN(MomentBisectorTest)
#include "tst_momentbisector.moc"
