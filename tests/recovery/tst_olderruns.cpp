// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/manualclock.h"
#include "core/recovery/olderruns.h"
#include "core/recovery/runstore.h"
#include "core/recovery/runwatch.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;

/// What runs that are still open mean to a new one, and to other programs that look on.
class OlderRunsTest : public QObject
{
    Q_OBJECT

    ManualClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    const QString m_old = QStringLiteral("R-20261101-000000-0001");
    const QString m_new = QStringLiteral("R-20261101-010000-0002");

    static Recipe recipe(const QString &resource = QStringLiteral("redis one"))
    {
        const auto nothing = [](StepContext &) -> Result<QString> { return QString(); };
        Recipe made{.scenario = QStringLiteral("redis"), .title = QStringLiteral("Recover"), .resource = resource};
        made.steps.push_back({.id = QStringLiteral("acknowledge"), .name = QStringLiteral("Acknowledge"), .act = nothing, .courtesy = true});
        made.steps.push_back({.id = QStringLiteral("move"), .name = QStringLiteral("Move"), .act = nothing});
        return made;
    }
    JournalEntry entry(const QString &run, const QString &step, const QString &event, const QJsonObject &detail = {}) const
    {
        return {.run = run, .step = step, .event = event, .detail = detail};
    }
    void write(const QList<JournalEntry> &entries)
    {
        const auto journal = JournalWriter::open(runstore::fileOf(m_folder->path(), m_old), m_clock);
        QVERIFY(journal);
        QVERIFY((*journal)->append(entry(m_old, {}, QStringLiteral("opened"), RunRecord::opening(recipe(), {}, {}, {}))));
        for (const JournalEntry &one : entries)
            QVERIFY((*journal)->append(one));
    }
    QList<JournalEntry> moved() const
    {
        return {entry(m_old, QStringLiteral("move"), QStringLiteral("intent")), entry(m_old, QStringLiteral("move"), QStringLiteral("acted")),
                entry(m_old, QStringLiteral("move"), QStringLiteral("verified"))};
    }
    QList<JournalEntry> waiting() const
    {
        return moved() + QList<JournalEntry>{entry(m_old, {}, QStringLiteral("waiting_commit"),
                                                   {{QStringLiteral("commit_until"), toRfc3339(m_clock.now().addSecs(600))}})};
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void runInTheMiddleKeepsANewOneOut_data()
    {
        QTest::addColumn<QString>("resource");
        QTest::addColumn<bool>("inTheMiddle");
        QTest::addColumn<bool>("free");
        QTest::newRow("stopped in the middle") << "redis one" << true << false;
        QTest::newRow("of another resource") << "redis two" << true << true;
        QTest::newRow("waits for keep or undo") << "redis one" << false << true;
    }
    void runInTheMiddleKeepsANewOneOut()
    {
        QFETCH(QString, resource);
        QFETCH(bool, inTheMiddle);
        QFETCH(bool, free);
        write(inTheMiddle ? moved() : waiting());
        const Result<Unit> may = OlderRuns(m_folder->path(), recipe(resource), m_clock).checkNoneInTheMiddle();
        QCOMPARE(may.has_value(), free);
        if (!may) {
            QCOMPARE(may.error().code, ErrorCode::ResourceLocked);
            QVERIFY(may.error().text().contains(m_old));
        }
    }

    void firstActKeepsWhatWaits()
    {
        write(waiting());
        OlderRuns older(m_folder->path(), recipe(), m_clock);
        older.take(entry(m_new, QStringLiteral("acknowledge"), QStringLiteral("intent")));
        QVERIFY(!runstore::one(m_folder->path(), m_old)->closed);
        older.take(entry(m_new, QStringLiteral("move"), QStringLiteral("intent")));
        const Result<RunRecord> record = runstore::one(m_folder->path(), m_old);
        QVERIFY(record->closed);
        QCOMPARE(record->view.outcome, QStringLiteral("recovered"));
        QVERIFY(record->view.explanation.contains(m_new));
        QVERIFY(verifyJournal(runstore::fileOf(m_folder->path(), m_old)));
    }

    void runsOfOthersAreSeenToOpenAndToEnd()
    {
        RunWatch watch(m_folder->path());
        QSignalSpy changes(&watch, &RunWatch::changed);
        watch.start();
        write(waiting());
        // It may be looked at in the middle of being written.
        QTRY_VERIFY(!changes.isEmpty() && changes.last().first().value<RunView>().state == RunView::State::WaitingCommit);
        changes.clear();
        OlderRuns(m_folder->path(), recipe(), m_clock).take(entry(m_new, QStringLiteral("move"), QStringLiteral("intent")));
        QTRY_VERIFY(!changes.isEmpty());
        QCOMPARE(changes.last().first().value<RunView>().state, RunView::State::Ended);
    }
};

QTEST_GUILESS_MAIN(OlderRunsTest)
#include "tst_olderruns.moc"
