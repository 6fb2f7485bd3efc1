// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"
#include "core/recovery/runstore.h"
#include "core/recovery/scenarios/deploymentlook.h"
#include "tests/integration/programs.h"

using namespace understudy;

/// A switch of colours and its way back on a real lab with a real nginx, killed at every entry of the journal and
/// between each act and its entry, and gone on with by another process: one colour serves, and the site file is as
/// it was at the end.
class DeploymentKillTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    Plan m_plan;
    QString m_site;
    QByteArray m_before;
    int m_number = 0;

    QString folder() const { return m_lab.file(QStringLiteral("journals-%1").arg(m_number)); }
    QString drive(const QString &resume, const QString &where, const QString &verb) const
    {
        QProcess driver;
        driver.setStandardErrorFile(QProcess::nullDevice());
        driver.start(QStringLiteral(RECOVERY_DRIVER), {folder(), m_lab.plan, QStringLiteral("green"), resume, where, verb});
        if (!driver.waitForFinished(90'000)) {
            driver.kill();
            driver.waitForFinished();
            return QStringLiteral("hangs");
        }
        return driver.exitStatus() == QProcess::CrashExit ? QStringLiteral("killed") : QString::fromUtf8(driver.readAllStandardOutput());
    }
    RunRecord record() const { return runstore::all(folder()).value(0); }
    qsizetype entryCount() const
    {
        const Result<JournalReading> reading = readJournal(runstore::fileOf(folder(), record().view.id));
        return reading ? reading->entries.size() : 0;
    }
    QByteArray site() const
    {
        QFile file(m_site);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : file.errorString().toUtf8();
    }
    /// Empty, or who serves instead.
    QString wrongServing(const QString &colour) const
    {
        deployment::DeploymentLook look = deployment::lookAtDeployment(m_plan, false, {});
        return look.serving() == colour ? QString() : QStringLiteral("%1 was to serve: %2").arg(colour, look.entry.text());
    }
    QString wrongJournal() const
    {
        const Result<JournalHead> journal = verifyJournal(runstore::fileOf(folder(), record().view.id));
        return journal ? QString() : journal.error().text();
    }
    /// Goes on with a killed sitting as an operator would: by the run's id, or by beginning when nothing was written.
    QString goOn(const QString &verb)
    {
        const RunRecord left = record();
        if (left.closed) // killed after its last entry: there is nothing to go on with
            return left.view.outcome;
        return drive(left.view.id.isEmpty() ? QStringLiteral("-") : left.view.id, QStringLiteral("-"), verb);
    }
    QString complaint(const QString &place, bool ofWayBack)
    {
        ++m_number;
        QString told = drive(QStringLiteral("-"), ofWayBack ? QStringLiteral("-") : place, QStringLiteral("recover"));
        if (!ofWayBack && told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        if (!ofWayBack)
            told = goOn(QStringLiteral("recover"));
        if (!told.startsWith(QLatin1String("recovered")))
            return told;
        if (const QString wrong = wrongServing(QStringLiteral("green")) + wrongJournal(); !wrong.isEmpty())
            return wrong;
        QString where = ofWayBack ? place : QStringLiteral("-");
        if (where.startsWith(QLatin1String("entry ")))
            where = QStringLiteral("entry %1").arg(entryCount() + where.mid(6).toInt());
        told = drive(record().view.id, where, QStringLiteral("undo"));
        if (ofWayBack && told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        if (ofWayBack)
            told = goOn(QStringLiteral("undo"));
        if (!told.startsWith(QLatin1String("undone")))
            return told;
        if (site() != m_before)
            return QStringLiteral("the site file is not as it was");
        return wrongServing(QStringLiteral("blue")) + wrongJournal();
    }
    static void offerPlaces(const QString &aroundAct, qsizetype entries)
    {
        QTest::addColumn<QString>("place");
        QTest::newRow(qPrintable(aroundAct)) << aroundAct;
        for (qsizetype i = 1; i <= entries; ++i)
            QTest::addRow("entry %d", int(i)) << QStringLiteral("entry %1").arg(i);
    }

    qsizetype m_there = 0, m_back = 0;

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        const PlanReading reading = readPlanFile(m_lab.plan, QDate::currentDate());
        QVERIFY(reading.plan);
        m_plan = *reading.plan;
        m_plan.paging = {};
        m_site = m_plan.application->traffic.values.value(QStringLiteral("path"));
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
        m_before = site();
        // Once there and back without a crash: how many entries each way has.
        ++m_number;
        const QString there = drive(QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("recover"));
        QVERIFY2(there.startsWith(QLatin1String("recovered")), qPrintable(there));
        QVERIFY(site() != m_before);
        m_there = entryCount();
        const QString back = drive(record().view.id, QStringLiteral("-"), QStringLiteral("undo"));
        QVERIFY2(back.startsWith(QLatin1String("undone")), qPrintable(back));
        m_back = entryCount() - m_there;
        QCOMPARE(site(), m_before);
    }

    void killedOnTheWayItIsDoneOnce_data() { offerPlaces(QStringLiteral("acted switch"), m_there); }
    void killedOnTheWayItIsDoneOnce()
    {
        QFETCH(QString, place);
        QCOMPARE(complaint(place, false), QString());
    }

    void killedOnTheWayBackItIsGoneOnce_data() { offerPlaces(QStringLiteral("undone switch"), m_back); }
    void killedOnTheWayBackItIsGoneOnce()
    {
        QFETCH(QString, place);
        QCOMPARE(complaint(place, true), QString());
    }
};

QTEST_GUILESS_MAIN(DeploymentKillTest)
#include "tst_deploymentkill.moc"
