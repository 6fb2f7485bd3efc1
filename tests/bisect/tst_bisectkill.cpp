// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bisect/bisectstand.h"
#include "tests/postgres/pgfixture.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;

/// A search that is killed leaves no copy behind for longer than until the next start.
class BisectKillTest : public QObject
{
    Q_OBJECT

    PgFixture m_server;

    void start(QProcess &driver, const QString &folder, const QString &where) const
    {
        driver.start(QStringLiteral(BISECT_DRIVER), {folder, QString::number(m_server.port()), where});
    }
    ProbeSweep sweep(BisectStand &stand) const
    {
        return sweepProbes(stand.journals, BisectStand::resource(), stand.provider, {.deadline = std::chrono::seconds(5)}, stand.clock);
    }

private slots:
    void initTestCase() { QCOMPARE(m_server.start(), QString()); }

    void nextStartDeletesWhatAKilledOneLeft_data()
    {
        QTest::addColumn<QString>("where");
        QTest::addColumn<int>("left");     // copies at the provider
        QTest::addColumn<int>("recorded"); // names on disk
        QTest::newRow("opened") << QStringLiteral("entry 1") << 0 << 0;
        QTest::newRow("the first name written") << QStringLiteral("entry 2") << 0 << 1;
        QTest::newRow("about to ask") << QStringLiteral("making 1") << 0 << 1;
        QTest::newRow("asked, the answer lost") << QStringLiteral("made 1") << 1 << 1;
        QTest::newRow("made, recorded") << QStringLiteral("entry 3") << 1 << 1;
        QTest::newRow("asked its question") << QStringLiteral("entry 4") << 1 << 1;
        QTest::newRow("removed, not recorded") << QStringLiteral("removed 1") << 0 << 1;
        QTest::newRow("removed, recorded") << QStringLiteral("entry 5") << 0 << 0;
        QTest::newRow("in the middle") << QStringLiteral("made 9") << 1 << 1;
        QTest::newRow("between two looks") << QStringLiteral("entry 41") << 0 << 0;
    }
    void nextStartDeletesWhatAKilledOneLeft()
    {
        QFETCH(QString, where);
        QFETCH(int, left);
        QFETCH(int, recorded);
        const QTemporaryDir folder;
        QProcess driver;
        start(driver, folder.path(), where);
        QVERIFY(driver.waitForFinished(30'000));
        QCOMPARE(driver.exitStatus(), QProcess::CrashExit);
        BisectStand stand(folder.path(), m_server.url());
        QCOMPARE(stand.provider.copies().size(), left);
        QCOMPARE(ProbeBook::left(stand.journals, BisectStand::resource()).size(), recorded);
        const BisectionReport report = stand.search();
        QVERIFY2(report.search.isFound(), qPrintable(report.search.verdict));
        QCOMPARE(stand.provider.copies(), QStringList());
        QCOMPARE(ProbeBook::left(stand.journals, BisectStand::resource()).size(), 0);
    }

    void otherProgramsDeleteItToo()
    {
        const QTemporaryDir folder;
        QProcess driver;
        start(driver, folder.path(), QStringLiteral("made 3"));
        QVERIFY(driver.waitForFinished(30'000));
        BisectStand stand(folder.path(), m_server.url());
        const QStringList left = stand.provider.copies();
        QCOMPARE(left.size(), 1);
        QCOMPARE(sweep(stand).gone, left);
        QCOMPARE(stand.provider.copies(), QStringList());
        QCOMPARE(sweep(stand).gone, QStringList());
    }

    void anotherDatabasesCopiesAreLeftAlone()
    {
        const QTemporaryDir folder;
        QProcess driver;
        start(driver, folder.path(), QStringLiteral("made 1"));
        QVERIFY(driver.waitForFinished(30'000));
        BisectStand stand(folder.path(), m_server.url());
        stand.plan.database->neon->project = QStringLiteral("another");
        QVERIFY(stand.search().search.isFound());
        QCOMPARE(stand.provider.copies().size(), 1);
    }

    void runningSearchKeepsItsCopy()
    {
        const QTemporaryDir folder;
        QProcess driver;
        start(driver, folder.path(), QStringLiteral("stays"));
        QVERIFY(driver.waitForReadyRead(30'000));
        BisectStand stand(folder.path(), m_server.url());
        QVERIFY(sweep(stand).inUse);
        QCOMPARE(stand.provider.copies().size(), 1);
        // Nor does a second search begin beside it.
        const BisectionReport report = stand.search();
        QCOMPARE(report.run, QString());
        QCOMPARE(report.search.error->code, ErrorCode::ResourceLocked);
        QCOMPARE(stand.provider.copies().size(), 1);
        driver.kill();
        QVERIFY(driver.waitForFinished(10'000));
        QCOMPARE(sweep(stand).gone.size(), 1);
        QCOMPARE(stand.provider.copies(), QStringList());
    }
};

QTEST_GUILESS_MAIN(BisectKillTest)
#include "tst_bisectkill.moc"
