// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"
#include "core/recovery/runstore.h"
#include "core/recovery/scenarios/databaserecovery.h"
#include "tests/integration/programs.h"

using namespace understudy;

/// A restore and its way back on a real lab, killed wherever the journal can end and gone on with by another
/// process: one copy is made, files are switched whole or not at all, and nothing of a freeze stays.
/// By itself it goes through the places around acts; UNDERSTUDY_SWEEP=all goes through every entry.
class DatabaseKillTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    Plan m_plan;
    std::unique_ptr<SecretResolver> m_secrets;
    std::shared_ptr<const RestoreProvider> m_provider;
    QString m_to;
    QHash<QString, QByteArray> m_files; ///< as they were before anything
    int m_number = 0;

    QString folder() const { return m_lab.file(QStringLiteral("journals-%1").arg(m_number)); }
    QString drive(const QString &resume, const QString &where, const QString &verb) const
    {
        QProcess driver;
        driver.setStandardErrorFile(QProcess::nullDevice());
        driver.start(QStringLiteral(RECOVERY_DRIVER), {folder(), m_lab.plan, m_to, resume, where, verb});
        if (!driver.waitForFinished(90'000)) {
            driver.kill();
            driver.waitForFinished();
            return QStringLiteral("hangs");
        }
        return driver.exitStatus() == QProcess::CrashExit ? QStringLiteral("killed") : QString::fromUtf8(driver.readAllStandardOutput());
    }
    QString runId() const { return runstore::all(folder()).value(0).view.id; }
    QList<JournalEntry> entries() const
    {
        const Result<JournalReading> reading = readJournal(runstore::fileOf(folder(), runId()));
        return reading ? reading->entries : QList<JournalEntry>();
    }
    QStringList copiesMade() const
    {
        QStringList names;
        for (const JournalEntry &entry : entries()) {
            const QString name = entry.detail[QLatin1String("facts")].toObject()[QLatin1String("name")].toString();
            if (entry.step == QLatin1String("restore") && !name.isEmpty() && !names.contains(name))
                names.append(name);
        }
        return names;
    }
    QString setting() const
    {
        const Result<Secret> url = m_secrets->resolve(m_plan.database->url);
        Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(*url, std::chrono::seconds(5));
        if (!session)
            return session.error().text();
        const Result<PgTable> table = (*session)->query(QStringLiteral(
            "select coalesce(array_to_string(max(setconfig), ','), '') as s from pg_db_role_setting where setrole = 0"), std::chrono::seconds(5));
        return table ? table->text(QStringLiteral("s")).value_or(QString()) : table.error().text();
    }
    QByteArray contentOf(const QString &path) const
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QString wrongAfterRecovery(const QString &told) const
    {
        if (!told.startsWith(QLatin1String("recovered")))
            return told;
        const QStringList copies = copiesMade();
        if (copies.size() != 1)
            return QStringLiteral("copies: ") + copies.join(QLatin1Char(','));
        for (auto file = m_files.begin(); file != m_files.end(); ++file) {
            if (contentOf(file.key()) == *file)
                return file.key() + QStringLiteral(" was not switched");
        }
        const Result<JournalHead> journal = verifyJournal(runstore::fileOf(folder(), runId()));
        return journal ? QString() : journal.error().text();
    }
    /// Also puts the lab back to where the next place begins.
    QString wrongAfterWayBack(const QString &told) const
    {
        if (!told.startsWith(QLatin1String("undone")))
            return told;
        for (auto file = m_files.begin(); file != m_files.end(); ++file) {
            if (contentOf(file.key()) != *file)
                return file.key() + QStringLiteral(" is not as it was");
        }
        if (!setting().isEmpty())
            return QStringLiteral("left behind: ") + setting();
        for (const QString &name : copiesMade()) {
            const Result<std::optional<RestoredCopy>> copy = m_provider->find(name, std::chrono::seconds(10), {});
            if (copy && *copy) {
                if (const Result<Unit> gone = m_provider->remove((*copy)->id, std::chrono::seconds(30), {}); !gone)
                    return gone.error().text();
            }
        }
        return {};
    }
    /// There and back, killed once at `place`, counted from the way back's beginning when it is of that.
    QString complaint(const QString &place, bool ofWayBack)
    {
        ++m_number;
        QString told = drive(QStringLiteral("-"), ofWayBack ? QStringLiteral("-") : place, QStringLiteral("recover"));
        if (!ofWayBack && told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        if (!ofWayBack && !runId().isEmpty())
            told = drive(runId(), QStringLiteral("-"), QStringLiteral("recover"));
        if (const QString wrong = wrongAfterRecovery(told); !wrong.isEmpty())
            return wrong;
        QString where = ofWayBack ? place : QStringLiteral("-");
        if (where.startsWith(QLatin1String("entry ")))
            where = QStringLiteral("entry %1").arg(entries().size() + where.mid(6).toInt());
        told = drive(runId(), where, QStringLiteral("undo"));
        if (ofWayBack && told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        if (ofWayBack && !runstore::all(folder()).first().closed)
            told = drive(runId(), QStringLiteral("-"), QStringLiteral("undo"));
        else if (ofWayBack)
            told = runstore::all(folder()).first().view.outcome;
        return wrongAfterWayBack(told);
    }
    static bool everywhere() { return qEnvironmentVariable("UNDERSTUDY_SWEEP") == QLatin1String("all"); }
    /// Between an act and its entry in the journal, where a crash makes the most difference; or every entry there is.
    static void offerPlaces(const QStringList &aroundActs, qsizetype entries)
    {
        QTest::addColumn<QString>("place");
        QStringList places = aroundActs;
        for (qsizetype i = 1; i <= entries && everywhere(); ++i)
            places.append(QStringLiteral("entry %1").arg(i));
        for (const QString &place : places)
            QTest::newRow(qPrintable(place)) << place;
    }
    /// Once there and back without a crash: how many entries each way has.
    std::pair<qsizetype, qsizetype> wayLengths()
    {
        if (!everywhere())
            return {};
        ++m_number;
        if (!wrongAfterRecovery(drive(QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("recover"))).isEmpty())
            return {};
        const qsizetype there = entries().size();
        wrongAfterWayBack(drive(runId(), QStringLiteral("-"), QStringLiteral("undo")));
        return {there, entries().size() - there};
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        const PlanReading reading = readPlanFile(m_lab.plan, QDate::currentDate());
        QVERIFY(reading.plan);
        m_plan = *reading.plan;
        m_secrets = SecretResolver::forPlan(m_plan);
        const Result<std::shared_ptr<const RestoreProvider>> provider = makeRestoreProvider(m_plan, *m_secrets);
        QVERIFY2(provider, qPrintable(provider ? QString() : provider.error().text()));
        m_provider = *provider;
        for (const EnvFile &file : m_plan.application->envFiles)
            m_files.insert(file.path, contentOf(file.path));
        const Result<RestoreWindow> window = m_provider->window(std::chrono::seconds(10), {});
        QVERIFY(window);
        m_to = toRfc3339(window->latest);
    }

    void killedOnTheWayItIsDoneOnce_data()
    {
        offerPlaces({QStringLiteral("acted freeze"), QStringLiteral("acted restore"), QStringLiteral("acted switch-environment"),
                     QStringLiteral("acted restart-processes")},
                    wayLengths().first);
    }
    void killedOnTheWayItIsDoneOnce()
    {
        QFETCH(QString, place);
        QCOMPARE(complaint(place, false), QString());
    }

    void killedOnTheWayBackItIsGoneOnce_data()
    {
        offerPlaces({QStringLiteral("undone switch-environment"), QStringLiteral("undone freeze")}, wayLengths().second);
    }
    void killedOnTheWayBackItIsGoneOnce()
    {
        QFETCH(QString, place);
        QCOMPARE(complaint(place, true), QString());
    }
};

QTEST_GUILESS_MAIN(DatabaseKillTest)
#include "tst_databasekill.moc"
