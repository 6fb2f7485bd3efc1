// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/redisdrive.h"

#include <QTest>

#include <algorithm>

using namespace understudy;

namespace {

QString lastId(const RedisRun &run)
{
    const QList<RunRecord> runs = runstore::all(run.folder.path());
    return runs.size() == 1 ? runs.first().view.id : QString();
}

qsizetype entries(const RedisRun &run) { return runstore::all(run.folder.path()).value(0).entries; }

/// How many there are at least, however often Sentinel has to be asked.
qsizetype entriesWithoutRetries(const RedisRun &run)
{
    const Result<JournalReading> reading = readJournal(runstore::fileOf(run.folder.path(), lastId(run)));
    return std::count_if(reading->entries.begin(), reading->entries.end(), [](const JournalEntry &entry) { return entry.event != QLatin1String("retried"); });
}

/// Waits for what Sentinel itself does a moment later.
QString settled(RedisRun &run, std::initializer_list<int> nodes)
{
    QString wrong;
    for (const int node : nodes) {
        if (!QTest::qWaitFor([&] { return (wrong = leftBehind(run, node)).isEmpty(); }, 15'000))
            return wrong;
    }
    const Result<JournalHead> journal = verifyJournal(runstore::fileOf(run.folder.path(), lastId(run)));
    return journal ? QString() : journal.error().text();
}

} // namespace

/// A forced failover and a way back, each killed wherever its journal can end and gone on with by another
/// process. Each place has a Redis of its own.
class TestRedisKill : public QObject
{
    Q_OBJECT

private slots:
    void forcedFailoverKilledAnywhereIsDoneOnce()
    {
        qsizetype whole = 0;
        QCOMPARE(forced(QStringLiteral("-"), &whole), QString());
        QVERIFY2(whole > 15, qPrintable(QString::number(whole)));
        QStringList places{QStringLiteral("accepted"), QStringLiteral("acted fail-over")};
        for (qsizetype entry = 1; entry <= whole; ++entry)
            places.append(QStringLiteral("entry %1").arg(entry));
        const QStringList wrong = complaints(places, [](const QString &place) { return forced(place); });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void wayBackKilledAnywhereIsGoneOnce()
    {
        qsizetype whole = 0;
        QCOMPARE(back(QStringLiteral("-"), &whole), QString());
        QVERIFY2(whole > 5, qPrintable(QString::number(whole)));
        QStringList places{QStringLiteral("accepted"), QStringLiteral("undone fail-over")};
        for (qsizetype entry = 1; entry <= whole; ++entry)
            places.append(QStringLiteral("entry %1").arg(entry));
        const QStringList wrong = complaints(places, [](const QString &place) { return back(place); });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

private:
    static QString forced(const QString &place, qsizetype *whole = nullptr)
    {
        RedisRun run;
        if (const QString problem = run.start(); !problem.isEmpty())
            return problem;
        run.redis.killSentinel(1);
        run.redis.killSentinel(2);
        run.redis.killNode(0);
        const qint64 before = run.epoch();
        QString told = driveRedis(run, QStringLiteral("-"), place, QStringLiteral("forced"));
        if (whole)
            *whole = entriesWithoutRetries(run);
        else if (told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        else
            told = driveRedis(run, lastId(run), QStringLiteral("-"), QStringLiteral("forced"));
        if (!told.startsWith(QLatin1String("recovered")))
            return told;
        if (run.epoch() != before + 1)
            return QStringLiteral("%1 failovers").arg(run.epoch() - before);
        if (run.redis.masterNode() < 1)
            return QStringLiteral("no new master");
        return settled(run, {1, 2});
    }

    /// Places are counted from the decision to go back.
    static QString back(const QString &place, qsizetype *whole = nullptr)
    {
        RedisRun run({.downAfterMs = 5000, .infoPeriodMs = 500});
        if (const QString problem = run.start(); !problem.isEmpty())
            return problem;
        const qint64 before = run.epoch();
        QString told = driveRedis(run, QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("planned"));
        if (!told.startsWith(QLatin1String("recovered")))
            return told;
        const qsizetype there = entries(run);
        const int number = place.startsWith(QLatin1String("entry ")) ? place.mid(6).toInt() : 0;
        const QString where = number > 0 ? QStringLiteral("entry %1").arg(there + number) : place;
        told = driveRedis(run, lastId(run), where, QStringLiteral("undo"));
        if (whole)
            *whole = entries(run) - there;
        else if (told != QLatin1String("killed"))
            return QStringLiteral("was to be killed: ") + told;
        else if (!runstore::all(run.folder.path()).first().closed) // run resume and run undo both have to go on with it
            told = driveRedis(run, lastId(run), QStringLiteral("-"), number % 2 == 0 ? QStringLiteral("undo") : QStringLiteral("planned"));
        else
            told = runstore::all(run.folder.path()).first().view.outcome;
        if (!told.startsWith(QLatin1String("undone")))
            return told;
        if (run.epoch() != before + 2)
            return QStringLiteral("%1 failovers").arg(run.epoch() - before);
        if (run.redis.masterNode() != 0)
            return QStringLiteral("the master is not where it was");
        return settled(run, {0, 1, 2});
    }
};

QTEST_GUILESS_MAIN(TestRedisKill)
#include "tst_rediskill.moc"
