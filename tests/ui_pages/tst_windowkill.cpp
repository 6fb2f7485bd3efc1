// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runfactory.h"
#include "tests/recovery/redisrun.h"
#include "ui/parts/actbutton.h"
#include "ui/parts/prompter.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/confirmbar.h"
#include "ui/wizards/recoverylauncher.h"
#include "ui/wizards/recoverywizard.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QProcess>
#include <QTest>
#include <QTextStream>
#include <QTimer>

using namespace understudy;
using namespace understudy::ui;

namespace {

class ReadyPrompter : public Prompter
{
public:
    void ask(QWidget *, const ui::Question &question, std::function<void(const Answer &)> then) override
    {
        asked.append(question.accept);
        then({.accepted = true, .text = {}});
    }
    QStringList asked;
};

Plan planFor(const QString &sentinels)
{
    Plan plan;
    plan.name = QStringLiteral("test");
    plan.mode = Mode::Lab;
    plan.version = QStringLiteral("sha256:test");
    plan.redis = RedisPlan{.master = QStringLiteral("mymaster")};
    for (const QString &sentinel : sentinels.split(QLatin1Char(',')))
        plan.redis->sentinels.append({sentinel.section(QLatin1Char(':'), 0, 0), sentinel.section(QLatin1Char(':'), 1).toUShort()});
    return plan;
}

/// Presses whatever the wizard has to be told, as an operator does who agrees to everything.
void press(const RecoveryWizard &wizard)
{
    ConfirmBar *bar = wizard.findChild<ConfirmBar *>();
    ActButton *button = bar ? bar->button() : nullptr;
    if (!button || button->isGuarded() || !button->isVisible())
        return;
    if (QLineEdit *field = wizard.findChild<QLineEdit *>(QStringLiteral("phraseField")); field && field->isVisible() && field->text().isEmpty())
        QTest::keyClicks(field, wizard.view().phrase);
    // A held one has to be left alone while it counts down.
    if (button->isEnabled() && !button->hasFocus()) {
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
    }
}

/// The console's own parts in a process that can be killed: "begin" starts a planned move, "reopen" goes on
/// with what is offered, and keeps it.
int window(const QStringList &arguments)
{
    const Plan plan = planFor(arguments.value(3));
    const FixedSecrets secrets;
    const SystemClock clock;
    ConsoleState state(plan, clock);
    LiveRunFactory factory(plan, secrets, clock, arguments.value(2));
    ReadyPrompter prompter;
    RecoveryLauncher launcher(state, factory, prompter);
    const bool reopened = arguments.value(4) == QLatin1String("reopen");
    if (reopened) {
        launcher.offerStandingRuns(nullptr);
        if (prompter.asked.isEmpty() || !launcher.newest())
            return 2;
    } else {
        launcher.open(QStringLiteral("redis"));
        emit launcher.newest()->beginAsked({.scenario = QStringLiteral("redis"), .planned = true});
    }
    QTimer hand;
    QObject::connect(&hand, &QTimer::timeout, &launcher, [&] {
        const RecoveryWizard *wizard = launcher.newest();
        const bool waits = wizard && wizard->view().state == RunView::State::WaitingCommit;
        if (wizard && wizard->view().state == RunView::State::Ended) {
            QTextStream(stdout) << prompter.asked.join(QLatin1Char(' ')) << '\n' << wizard->view().outcome << ' ' << wizard->view().explanation << '\n';
            QCoreApplication::exit(0);
        } else if (wizard && (reopened || !waits)) {
            press(*wizard);
        }
    });
    hand.start(20);
    return QApplication::exec();
}

} // namespace

/// The console is killed in the middle of a run; the one that is opened next offers to go on with it.
class WindowKillTest : public QObject
{
    Q_OBJECT

private slots:
    void killedInMidRunItIsOfferedAndNothingIsDoneTwice_data()
    {
        QTest::addColumn<QString>("when");
        QTest::newRow("the fence stands") << QStringLiteral("fence verified");
        QTest::newRow("about to ask Sentinel") << QStringLiteral("fail-over intent");
        QTest::newRow("Sentinel has moved it") << QStringLiteral("fail-over acted");
        QTest::newRow("waiting for keep or undo") << QStringLiteral("keep waiting_commit");
    }

    void killedInMidRunItIsOfferedAndNothingIsDoneTwice()
    {
        QFETCH(QString, when);
        RedisRun run;
        QCOMPARE(run.start(), QString());
        const qint64 before = run.epoch();
        QProcess first;
        start(first, run, QStringLiteral("begin"));
        QVERIFY(waitFor(run, when));
        first.kill();
        QVERIFY(first.waitForFinished());
        const QList<RunRecord> runs = runstore::all(run.folder.path());
        QCOMPARE(runs.size(), 1);
        QVERIFY(!runs.first().closed);

        QProcess second;
        start(second, run, QStringLiteral("reopen"));
        const bool ended = second.waitForFinished(60'000);
        if (!ended)
            second.kill();
        const QByteArray said = second.readAll();
        run.lastRun = runs.first().view.id;
        QVERIFY2(ended && second.exitCode() == 0, QByteArray(said + run.events().join(QLatin1Char('\n')).toUtf8()));
        QVERIFY2(said.contains(QByteArray("Open run " + run.lastRun.toUtf8())), said);
        QVERIFY2(said.contains("recovered"), said);
        QCOMPARE(run.events().last(), QStringLiteral("closed"));
        qint64 newest = 0;
        for (int sentinel = 0; sentinel < 3; ++sentinel)
            newest = qMax(newest, run.epoch(sentinel));
        QCOMPARE(newest, before + 1);
        QVERIFY(run.redis.masterNode() > 0);
        for (int node = 0; node < 3; ++node)
            QTRY_COMPARE_WITH_TIMEOUT(run.config(node, "min-replicas-to-write"), QByteArray("0"), 15'000);
        QVERIFY(verifyJournal(runstore::fileOf(run.folder.path(), run.lastRun)).has_value());
    }

private:
    static void start(QProcess &process, const RedisRun &run, const QString &verb)
    {
        QStringList sentinels;
        for (int i = 0; i < run.redis.sentinels(); ++i)
            sentinels.append(run.redis.sentinel(i).text());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--window"), run.folder.path(), sentinels.join(QLatin1Char(',')), verb});
        QVERIFY(process.waitForStarted());
    }

    /// Until the journal has the entry "step event"; as often as the disk can be asked.
    static bool waitFor(const RedisRun &run, const QString &when)
    {
        return QTest::qWaitFor([&] {
            const QStringList names = QDir(run.folder.path()).entryList({QStringLiteral("R-*.jsonl")});
            const Result<JournalReading> reading = names.isEmpty() ? Result<JournalReading>(fail(ErrorCode::NotFound, {}))
                                                                   : readJournal(run.folder.filePath(names.first()));
            return reading && std::any_of(reading->entries.begin(), reading->entries.end(), [&](const JournalEntry &entry) {
                       return entry.step + QLatin1Char(' ') + entry.event == when;
                   });
        }, 60'000);
    }
};

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    if (QCoreApplication::arguments().value(1) == QLatin1String("--window"))
        return window(QCoreApplication::arguments());
    WindowKillTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_windowkill.moc"
