// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/redisrun.h"

#include <QProcess>
#include <QTest>

using namespace understudy;

/// Kills a planned move wherever its journal can end, and goes on with it in a new process.
class TestRedisResume : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_run = std::make_unique<RedisRun>();
        QCOMPARE(m_run->start(), QString());
        QStringList sentinels;
        for (int i = 0; i < 3; ++i)
            sentinels.append(m_run->redis.sentinel(i).text());
        m_sentinels = sentinels.join(QLatin1Char(','));
    }

    void cleanupTestCase() { m_run.reset(); }

    void killedAnywhereItIsDoneOnce()
    {
        // Two boundaries are not entries: accepted and not yet seen, acted and not yet journaled.
        QStringList places{QStringLiteral("accepted"), QStringLiteral("acted fence"), QStringLiteral("acted fail-over")};
        const qsizetype entries = wholeRun();
        QVERIFY(entries > 15);
        for (qsizetype entry = 1; entry <= entries; ++entry)
            places.append(QStringLiteral("entry %1").arg(entry));
        for (const QString &place : places) {
            const qint64 before = newestEpoch();
            const int master = m_run->redis.masterNode();
            QTemporaryDir folder;
            QVERIFY2(drive(folder.path(), QStringLiteral("-"), place).contains(QLatin1String("killed")), qPrintable(place));
            const QList<RunRecord> runs = runstore::all(folder.path());
            QCOMPARE(runs.size(), 1);
            const QString told = drive(folder.path(), runs.first().view.id, QStringLiteral("-"));
            QVERIFY2(told.startsWith(QLatin1String("recovered")), qPrintable(place + QLatin1Char('\n') + told));
            QVERIFY2(newestEpoch() == before + 1, qPrintable(QStringLiteral("%1: %2 failovers").arg(place).arg(newestEpoch() - before)));
            QVERIFY2(m_run->redis.masterNode() >= 0 && m_run->redis.masterNode() != master, qPrintable(place));
            for (int node = 0; node < 3; ++node)
                QTRY_VERIFY2(m_run->config(node, "min-replicas-to-write") == "0", qPrintable(QStringLiteral("%1: node %2 has %3").arg(place).arg(node)
                    .arg(QString::fromUtf8(m_run->config(node, "min-replicas-to-write")))));
            QVERIFY2(verifyJournal(runstore::fileOf(folder.path(), runs.first().view.id)).has_value(), qPrintable(place));
        }
    }

private:
    /// How many entries a run has that nobody kills.
    qsizetype wholeRun()
    {
        QTemporaryDir folder;
        const QString told = drive(folder.path(), QStringLiteral("-"), QStringLiteral("-"));
        if (!told.startsWith(QLatin1String("recovered")))
            qWarning("%s", qPrintable(told));
        const QList<RunRecord> runs = runstore::all(folder.path());
        return runs.isEmpty() ? 0 : qsizetype(runs.first().entries);
    }

    QString drive(const QString &folder, const QString &resume, const QString &where)
    {
        QProcess driver;
        driver.start(QStringLiteral(REDIS_DRIVER), {folder, m_sentinels, resume, where});
        if (!driver.waitForFinished(90'000)) {
            driver.kill();
            driver.waitForFinished();
            return QStringLiteral("hangs");
        }
        if (driver.exitStatus() == QProcess::CrashExit)
            return QStringLiteral("killed");
        return QString::fromUtf8(driver.readAllStandardOutput());
    }

    qint64 newestEpoch()
    {
        qint64 newest = 0;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            newest = qMax(newest, m_run->epoch(sentinel));
        return newest;
    }

    std::unique_ptr<RedisRun> m_run;
    QString m_sentinels;
};

QTEST_GUILESS_MAIN(TestRedisResume)
#include "tst_redisresume.moc"
