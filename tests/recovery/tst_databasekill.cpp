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
        driver.start(QStringLiteral(DATABASE_DRIVER), {folder(), m_lab.plan, m_to, resume, where, verb});
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
    /// Every entry, or those that a crash can make a difference at.
    static QStringList places(const QList<JournalEntry> &entries, qsizetype from)
    {
        const bool all = qEnvironmentVariable("UNDERSTUDY_SWEEP") == QLatin1String("all");
        QStringList list;
        for (qsizetype i = from; i < entries.size(); ++i) {
            const QString event = entries[i].event;
            const bool telling = event == QLatin1String("intent") || event == QLatin1String("note") || event == QLatin1String("undone");
            const bool acting = entries[i].step == QLatin1String("freeze") || entries[i].step == QLatin1String("restore")
                || entries[i].step == QLatin1String("switch-environment") || entries[i].step == QLatin1String("restart-processes");
            if (all || (telling && acting))
                list.append(QStringLiteral("entry %1").arg(i - from + 1));
        }
        return list;
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

    void killedAnywhereOnTheWayItIsDoneOnce()
    {
        ++m_number;
        QCOMPARE(wrongAfterRecovery(drive(QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("recover"))), QString());
        QStringList where = places(entries(), 0);
        QVERIFY(where.size() >= 8);
        where += {QStringLiteral("acted freeze"), QStringLiteral("acted restore"), QStringLiteral("acted switch-environment"),
                  QStringLiteral("acted restart-processes")};
        QCOMPARE(wrongAfterWayBack(drive(runId(), QStringLiteral("-"), QStringLiteral("undo"))), QString());
        QStringList wrong;
        for (const QString &place : where) {
            const QString found = complaint(place, false);
            if (!found.isEmpty())
                wrong.append(place + QStringLiteral(": ") + found);
            if (!found.isEmpty()) // the lab is not what the next place expects
                break;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void killedAnywhereOnTheWayBackItIsGoneOnce()
    {
        ++m_number;
        QCOMPARE(wrongAfterRecovery(drive(QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("recover"))), QString());
        const qsizetype there = entries().size();
        QCOMPARE(wrongAfterWayBack(drive(runId(), QStringLiteral("-"), QStringLiteral("undo"))), QString());
        QStringList where = places(entries(), there);
        QVERIFY(where.size() >= 4);
        where += {QStringLiteral("undone switch-environment"), QStringLiteral("undone freeze")};
        QStringList wrong;
        for (const QString &place : where) {
            const QString found = complaint(place, true);
            if (!found.isEmpty())
                wrong.append(place + QStringLiteral(" of the way back: ") + found);
            if (!found.isEmpty())
                break;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

QTEST_GUILESS_MAIN(DatabaseKillTest)
#include "tst_databasekill.moc"
