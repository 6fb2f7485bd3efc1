// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bisect/bisectstand.h"
#include "tests/postgres/pgfixture.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using Trouble = SimulatedProvider::Trouble;

Q_DECLARE_METATYPE(SimulatedProvider::Trouble)

namespace {

const Error locked{ErrorCode::Busy, QStringLiteral("the project is locked")};
const Error full{ErrorCode::LimitReached, QStringLiteral("no more branches")};
const Error away{ErrorCode::ControlPlaneDown, QStringLiteral("the control plane is away")};
const Error halfWay{ErrorCode::NotProved, QStringLiteral("it failed half-way")};
const Error forbidden{ErrorCode::AuthenticationFailed, QStringLiteral("the key is refused")};
constexpr int always = 1'000'000;

} // namespace

/// Whole searches of a day on a simulated provider, whose copies are asked on a real PostgreSQL.
class BisectionTest : public QObject
{
    Q_OBJECT

    PgFixture m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<BisectStand> m_stand;

    QStringList recordedAsLeft() const
    {
        QStringList names;
        for (const ProbeCopy &copy : ProbeBook::left(m_stand->journals, BisectStand::resource()))
            names.append(copy.name);
        return names;
    }
    QString journalOf(const BisectionReport &report) const { return m_stand->journals + QLatin1Char('/') + report.run + QStringLiteral(".jsonl"); }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_server.start(), QString());
        QCOMPARE(m_server.execute(QStringLiteral("create sequence counter")), QString());
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_stand = std::make_unique<BisectStand>(m_folder->path(), m_server.url());
    }

    void momentOfADayIsFound_data()
    {
        QTest::addColumn<qint64>("at");
        QTest::newRow("in the first second") << qint64(1500);
        QTest::newRow("in the night") << qint64(14'400'123);
        QTest::newRow("twenty minutes ago") << qint64(85'200'001);
        QTest::newRow("in the last second") << qint64(86'400'900);
    }
    void momentOfADayIsFound()
    {
        QFETCH(qint64, at);
        const QDateTime fault = BisectStand::begin().addMSecs(at);
        m_stand->options.sql = BisectStand::symptomFrom(fault);
        const BisectionReport report = m_stand->search();
        QVERIFY2(report.search.isFound(), qPrintable(report.search.verdict));
        QVERIFY(report.search.lastGood < fault && report.search.firstBad >= fault);
        QVERIFY(report.search.bracket() <= std::chrono::seconds(1));
        QVERIFY2(report.search.probes <= 17, qPrintable(QString::number(report.search.probes)));
        QCOMPARE(report.search.firstChecks, 5);
        QCOMPARE(m_stand->provider.made.size(), report.search.firstChecks + report.search.probes);
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(recordedAsLeft(), QStringList());
        QVERIFY(verifyJournal(journalOf(report)).has_value());
    }

    void nameIsOnDiskBeforeItIsAskedFor()
    {
        int found = 0;
        m_stand->provider.beforeMaking = [&](int, const RestoreRequest &request) { found += recordedAsLeft() == QStringList{request.name} ? 1 : 0; };
        const BisectionReport report = m_stand->search();
        QCOMPARE(found, report.search.firstChecks + report.search.probes);
        const QDateTime now = QDateTime::currentDateTimeUtc();
        QVERIFY(m_stand->provider.lastExpiry.has_value());
        QVERIFY(qAbs(now.secsTo(*m_stand->provider.lastExpiry) - 3600) < 60);
    }

    void oneCopyExistsAtATime()
    {
        qsizetype most = 0;
        m_stand->provider.afterMaking = [&](int) { most = qMax(most, m_stand->provider.copies().size()); };
        QVERIFY(m_stand->search().search.isFound());
        QCOMPARE(most, 1);
    }

    void comingAndGoingIsSaid()
    {
        const qint64 begin = BisectStand::begin().toMSecsSinceEpoch(), third = 28'800'000;
        m_stand->options.sql = QStringLiteral("select (m between %1 and %2) or m > %3 from (select current_setting('bisect.moment')::bigint as m) s")
                                   .arg(begin + 1500).arg(begin + third + 3000).arg(begin + 86'400'500);
        const BisectionReport report = m_stand->search();
        QCOMPARE(outcomeWord(report.search.outcome), QStringLiteral("comes_and_goes"));
        QCOMPARE(report.toJson()[QStringLiteral("last_good")], QJsonValue());
        QCOMPARE(report.search.observations.size(), 5);
        QCOMPARE(m_stand->provider.copies(), QStringList());
    }

    void passingTroubleIsSaidAndWaitedFor_data()
    {
        QTest::addColumn<Trouble>("trouble");
        QTest::newRow("no more branches") << Trouble{QStringLiteral("restore"), 4, 3, full};
        QTest::newRow("locked") << Trouble{QStringLiteral("restore"), 1, 3, locked};
        QTest::newRow("down for a while") << Trouble{QStringLiteral("restore"), 9, 3, away};
        QTest::newRow("locked while it deletes") << Trouble{QStringLiteral("remove"), 2, 3, locked};
        QTest::newRow("down while it deletes") << Trouble{QStringLiteral("find"), 5, 3, away};
    }
    void passingTroubleIsSaidAndWaitedFor()
    {
        QFETCH(Trouble, trouble);
        m_stand->provider.troubles = {trouble};
        const BisectionReport report = m_stand->search();
        QVERIFY2(report.search.isFound(), qPrintable(report.search.verdict));
        QVERIFY2(m_stand->said.filter(trouble.error.message).size() >= 1, qPrintable(m_stand->said.join(QLatin1Char('\n'))));
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(recordedAsLeft(), QStringList());
    }

    void lastingTroubleEndsItWithWhatIsKnown_data()
    {
        QTest::addColumn<Trouble>("trouble");
        QTest::newRow("no more branches") << Trouble{QStringLiteral("restore"), 8, always, full};
        QTest::newRow("locked") << Trouble{QStringLiteral("restore"), 8, always, locked};
        QTest::newRow("down") << Trouble{QStringLiteral("restore"), 8, always, away};
        QTest::newRow("down, and done all the same") << Trouble{QStringLiteral("restore"), 8, always, away, true};
        QTest::newRow("key refused") << Trouble{QStringLiteral("restore"), 8, always, forbidden};
    }
    void lastingTroubleEndsItWithWhatIsKnown()
    {
        QFETCH(Trouble, trouble);
        m_stand->provider.troubles = {trouble};
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.search.outcome, SearchOutcome::Failed);
        QCOMPARE(report.search.error->code, trouble.error.code);
        QVERIFY(report.search.lastGood < BisectStand::fault() && report.search.firstBad >= BisectStand::fault());
        QCOMPARE(report.search.observations.size(), 7);
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(recordedAsLeft(), QStringList());
    }

    void lostAnswersCopyIsFoundAgain()
    {
        m_stand->provider.troubles = {{QStringLiteral("restore"), 6, 1, away, true}};
        QVERIFY(m_stand->search().search.isFound());
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(m_stand->provider.made.count(m_stand->provider.made.value(5)), 2);
    }

    void halfMadeCopyIsMadeAnew()
    {
        m_stand->provider.troubles = {{QStringLiteral("restore"), 7, 1, halfWay, true}};
        const BisectionReport report = m_stand->search();
        QVERIFY2(report.search.isFound(), qPrintable(report.search.verdict));
        QCOMPARE(m_stand->provider.made.size(), report.search.firstChecks + report.search.probes + 1);
        QCOMPARE(m_stand->provider.copies(), QStringList());
    }

    void momentWithoutACopyIsSaid()
    {
        m_stand->provider.troubles = {{QStringLiteral("restore"), 7, always, halfWay}};
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.search.outcome, SearchOutcome::CannotTell);
        QVERIFY2(report.search.verdict.contains(QLatin1String("no copy can be made")), qPrintable(report.search.verdict));
    }

    void copyThatCannotBeDeletedStopsTheNextOne()
    {
        m_stand->provider.troubles = {{QStringLiteral("remove"), 6, always, forbidden}};
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.search.outcome, SearchOutcome::Failed);
        QCOMPARE(report.search.observations.size(), 6); // what it told before counts
        QCOMPARE(report.copiesLeft, m_stand->provider.copies());
        QCOMPARE(report.copiesLeft.size(), 1);
        QCOMPARE(recordedAsLeft(), report.copiesLeft);
        // The next one deletes it, once that is possible.
        m_stand->provider.troubles.clear();
        QVERIFY(m_stand->search().search.isFound());
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(recordedAsLeft(), QStringList());
    }

    void cancelDeletesTheCopy_data()
    {
        QTest::addColumn<QString>("where");
        QTest::newRow("before it is asked for") << QStringLiteral("before");
        QTest::newRow("while it is made") << QStringLiteral("after");
        QTest::newRow("while it is asked") << QStringLiteral("query");
        QTest::newRow("while the provider is locked") << QStringLiteral("locked");
    }
    void cancelDeletesTheCopy()
    {
        QFETCH(QString, where);
        const auto cancelAt = [this, where](const QString &here) {
            return [this, isHere = here == where](int number, auto &&...) {
                if (isHere && number == 3)
                    m_stand->cancel.cancel();
            };
        };
        m_stand->provider.beforeMaking = cancelAt(QStringLiteral("before"));
        m_stand->provider.afterMaking = cancelAt(QStringLiteral("after"));
        std::thread later;
        if (where == QLatin1String("query")) {
            m_stand->options.sql = QStringLiteral("select pg_sleep(30) is null");
            m_stand->options.pace.statement = std::chrono::seconds(40);
            m_stand->onEntry = [&](const JournalEntry &entry) {
                if (entry.event == QLatin1String("acted"))
                    later = std::thread([this] {
                        while (m_server.value(QStringLiteral("select count(*) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()")) == QLatin1String("0"))
                            QThread::msleep(10);
                        m_stand->cancel.cancel();
                    });
            };
        }
        if (where == QLatin1String("locked")) {
            m_stand->options.pace.patience = m_stand->options.pace.pause = std::chrono::seconds(60);
            m_stand->provider.troubles = {{QStringLiteral("restore"), 3, always, locked}};
            m_stand->provider.beforeMaking = [&](int number, const RestoreRequest &) {
                if (number == 3)
                    later = std::thread([this] {
                        QThread::msleep(50);
                        m_stand->cancel.cancel();
                    });
            };
        }
        QElapsedTimer elapsed;
        elapsed.start();
        const BisectionReport report = m_stand->search();
        if (later.joinable())
            later.join();
        QCOMPARE(report.search.outcome, SearchOutcome::Cancelled);
        QVERIFY2(elapsed.elapsed() < 5000, qPrintable(QString::number(elapsed.elapsed())));
        QCOMPARE(m_stand->provider.copies(), QStringList());
        QCOMPARE(recordedAsLeft(), QStringList());
    }

    void copyOfAnotherMomentTellsNothing()
    {
        m_stand->provider.wrongByMs = -5000;
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.search.outcome, SearchOutcome::CannotTell);
        QVERIFY2(report.search.verdict.contains(QLatin1String("stands at")), qPrintable(report.search.verdict));
        QCOMPARE(m_stand->provider.copies(), QStringList());
    }

    void searchBeginsWhereItIsTold()
    {
        m_stand->options.from = BisectStand::fault().addSecs(-60);
        const BisectionReport report = m_stand->search();
        QVERIFY(report.search.isFound());
        QCOMPARE(report.search.observations.first().moment, m_stand->options.from);
    }

    void beginningOutsideTheWindowIsRefused_data()
    {
        QTest::addColumn<QDateTime>("from");
        QTest::newRow("before it") << BisectStand::begin().addSecs(-1);
        QTest::newRow("at its end") << BisectStand::end();
    }
    void beginningOutsideTheWindowIsRefused()
    {
        QFETCH(QDateTime, from);
        m_stand->options.from = from;
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.run, QString());
        QCOMPARE(report.search.error->code, ErrorCode::InvalidInput);
        QCOMPARE(m_stand->provider.made, QStringList());
    }

    void queryThatWritesIsRefused_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("copies");
        QTest::newRow("plainly") << QStringLiteral("delete from x") << 0;
        QTest::newRow("two statements") << QStringLiteral("select 1; select 2") << 0;
        QTest::newRow("hidden") << QStringLiteral("select nextval('counter') > 0") << 1;
    }
    void queryThatWritesIsRefused()
    {
        QFETCH(QString, sql);
        QFETCH(int, copies);
        m_stand->options.sql = sql;
        const BisectionReport report = m_stand->search();
        QCOMPARE(report.search.outcome, SearchOutcome::Failed);
        QCOMPARE(m_stand->provider.made.size(), copies);
        QCOMPARE(m_stand->provider.copies(), QStringList());
    }

    void dryRunMakesNothing()
    {
        const Result<BisectionOutlook> outlook = lookAhead({.plan = m_stand->plan, .provider = m_stand->provider, .clock = m_stand->clock,
                                                            .folder = m_stand->journals, .options = m_stand->options});
        QVERIFY(outlook.has_value());
        QCOMPARE(outlook->mostCopies, 22);
        QCOMPARE(m_stand->provider.made, QStringList());
        QVERIFY(!QDir(m_stand->journals).exists());
    }
};

QTEST_GUILESS_MAIN(BisectionTest)
#include "tst_bisection.moc"
