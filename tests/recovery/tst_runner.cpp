// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recovery/scriptedrecipe.h"

#include <QTest>

using namespace understudy;

namespace {

QString letter(char name) { return QString(QLatin1Char(name)); }
Decision answer(Decision::Kind kind, const QString &text = {})
{
    return {.kind = kind, .phrase = text, .reason = text};
}

} // namespace

class TestRunner : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_run = std::make_unique<ScriptedRun>();
        m_run->recipe = [this] { return m_run->of({m_run->step(letter('a')), m_run->step(letter('b')), ScriptedRun::keep()}); };
    }

    void goesThroughInOrderAndWaitsForCommit()
    {
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->events(), QStringList({QStringLiteral("a intent"), QStringLiteral("a acted"), QStringLiteral("a verified"),
                                               QStringLiteral("b intent"), QStringLiteral("b acted"), QStringLiteral("b verified"),
                                               QStringLiteral("keep waiting_commit")}));
        QCOMPARE(result.commitUntil, m_run->clock.now().addSecs(1800));
    }

    void whatIsAlreadyTrueIsSkippedAndClosesTheRun()
    {
        m_run->world = QStringList{letter('a'), letter('b')};
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->events(), QStringList({QStringLiteral("a skipped"), QStringLiteral("b skipped"), QStringLiteral("closed")}));
        QCOMPARE(result.view.steps.at(0).result, QStringLiteral("already true"));
        QVERIFY(!m_run->called.contains(QStringLiteral("act a")));
    }

    void intentIsOnDiskBeforeTheAct()
    {
        QStringList seen;
        m_run->recipe = [this, &seen] {
            Step step = m_run->step(letter('a'));
            step.act = [this, &seen](StepContext &) -> Result<QString> {
                seen = m_run->events();
                return QStringLiteral("OK");
            };
            return m_run->of({step});
        };
        m_run->sit();
        QCOMPARE(seen.last(), QStringLiteral("a intent"));
    }

    void withoutConfirmationNothingIsDone_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("phrase");
        QTest::addColumn<bool>("acts");
        QTest::newRow("refused") << int(Decision::Kind::Stop) << QString() << false;
        QTest::newRow("wrong phrase") << int(Decision::Kind::Proceed) << QStringLiteral("turn the World") << false;
        QTest::newRow("phrase without the mode") << int(Decision::Kind::Proceed) << QStringLiteral("turn the world") << false;
        QTest::newRow("right phrase") << int(Decision::Kind::Proceed) << QStringLiteral("lab: turn the world") << true;
    }

    void withoutConfirmationNothingIsDone()
    {
        QFETCH(int, kind);
        QFETCH(QString, phrase);
        QFETCH(bool, acts);
        m_run->plan.mode = Mode::Lab;
        m_run->recipe = [this] { return m_run->of({m_run->step(letter('a'), Confirmation::Phrase)}); };
        m_run->person.answers = {answer(Decision::Kind(kind), phrase)};
        const RunResult result = m_run->sit();
        QCOMPARE(m_run->world.contains(letter('a')), acts);
        QCOMPARE(result.outcome, acts ? QStringLiteral("recovered") : QStringLiteral("refused"));
        QCOMPARE(result.confirm, acts ? QString() : QStringLiteral("lab: turn the world"));
        QCOMPARE(result.exitCode(), acts ? 0 : 77);
    }

    void oneConfirmationCoversWhatIsNamedWithIt()
    {
        m_run->recipe = [this] {
            Step second = m_run->step(letter('b'), Confirmation::Hold);
            second.confirmedWith = letter('a');
            return m_run->of({m_run->step(letter('a'), Confirmation::Hold), second});
        };
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->person.asked.size(), 1);
    }

    void strongerConfirmationIsAskedForWhenThePreviewWantsIt()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'), Confirmation::Click);
            step.preview = [](StepContext &) -> Result<StepPreview> { return StepPreview{.atLeast = Confirmation::Phrase}; };
            return m_run->of({step});
        };
        m_run->sit();
        QCOMPARE(m_run->person.asked.first().confirmation, Confirmation::Phrase);
    }

    void targetThatChangedAfterConfirmationIsRefused()
    {
        int asked = 0;
        m_run->recipe = [this, &asked] {
            Step step = m_run->step(letter('a'), Confirmation::Click);
            step.identity = [&asked](StepContext &) -> Result<QString> { return QStringLiteral("run %1").arg(++asked); };
            return m_run->of({step});
        };
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("refused"));
        QCOMPARE(result.error->code, ErrorCode::TargetChanged);
        QVERIFY(m_run->world.isEmpty());
    }

    void failedPreflightRefusesBeforeTheFirstAct()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'));
            step.preflight = [](StepContext &) -> Result<QList<PreflightCheck>> {
                return QList<PreflightCheck>{{QStringLiteral("quorum"), PreflightCheck::Verdict::Fail, QStringLiteral("gone")}};
            };
            return m_run->of({step});
        };
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("refused"));
        QCOMPARE(result.error->code, ErrorCode::PreflightFailed);
        QVERIFY(m_run->world.isEmpty());
    }

    void preflightsWaitForTheStepThatSettles()
    {
        QStringList order;
        m_run->recipe = [this, &order] {
            Step judge{.id = QStringLiteral("judge"), .name = QStringLiteral("judge"),
                       .verify = [&order](StepContext &) -> Result<QString> { order.append(QStringLiteral("judged")); return QString(); },
                       .settles = true};
            Step step = m_run->step(letter('a'));
            step.preflight = [&order](StepContext &) -> Result<QList<PreflightCheck>> {
                order.append(QStringLiteral("preflight"));
                return QList<PreflightCheck>();
            };
            return m_run->of({judge, step});
        };
        m_run->sit();
        QCOMPARE(order.mid(0, 2), QStringList({QStringLiteral("judged"), QStringLiteral("preflight")}));
    }

    void failureIsAskedAboutAndCanBeTriedAgain()
    {
        int attempts = 0;
        m_run->recipe = [this, &attempts] {
            Step step = m_run->step(letter('a'));
            step.act = [this, &attempts](StepContext &) -> Result<QString> {
                if (++attempts == 1)
                    return fail(ErrorCode::RedisError, QStringLiteral("not now"));
                m_run->world.append(letter('a'));
                return QStringLiteral("OK");
            };
            return m_run->of({step});
        };
        m_run->person.answers = {answer(Decision::Kind::Retry)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->events().mid(0, 4), QStringList({QStringLiteral("a intent"), QStringLiteral("a failed"),
                                                         QStringLiteral("a intent"), QStringLiteral("a acted")}));
    }

    void actThatFailedButHappenedCountsAsDone()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'));
            step.act = [this](StepContext &) -> Result<QString> {
                m_run->world.append(letter('a'));
                return fail(ErrorCode::TimedOut, QStringLiteral("no answer"));
            };
            return m_run->of({step});
        };
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
    }

    void actThatFailedHalfWayIsTakenBackToo()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'));
            step.observe = [&world = m_run->world](StepContext &) -> Result<Observation> {
                return Observation{Observation::Sight::NotYet, QStringLiteral("one of two"), world.contains(QStringLiteral("half"))};
            };
            step.act = [this](StepContext &) -> Result<QString> {
                m_run->world.append(QStringLiteral("half"));
                return fail(ErrorCode::ProgramFailed, QStringLiteral("the second would not"));
            };
            step.undo = [this](StepContext &) -> Result<QString> {
                m_run->called.append(QStringLiteral("undo a"));
                m_run->world.removeAll(QStringLiteral("half"));
                return QStringLiteral("gone");
            };
            return m_run->of({step});
        };
        m_run->person.answers = {answer(Decision::Kind::Undo)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("undone"));
        QVERIFY(m_run->called.contains(QStringLiteral("undo a")));
        QCOMPARE(m_run->world, QStringList());
    }

    void actThatNobodyCanSeeIsUnknownAndNeedsTheOperator()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'));
            bool acted = false;
            step.observe = [acted](StepContext &) mutable -> Result<Observation> {
                const Observation::Sight sight = acted ? Observation::Sight::Unknown : Observation::Sight::NotYet;
                acted = true;
                return Observation{sight, QStringLiteral("nobody answers")};
            };
            step.act = [](StepContext &) -> Result<QString> { return fail(ErrorCode::TimedOut, QStringLiteral("no answer")); };
            return m_run->of({step});
        };
        m_run->person.answers = {answer(Decision::Kind::Stop)};
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("needs_operator"));
        QVERIFY(m_run->events().contains(QStringLiteral("a unknown")));
        QVERIFY(!m_run->events().contains(QStringLiteral("closed")));
    }

    void undoGoesBackInReverse()
    {
        m_run->sit();
        m_run->atCommit = Decision::Kind::Undo;
        QCOMPARE(m_run->sit().outcome, QStringLiteral("undone"));
        m_run->called.removeAll(QStringLiteral("release"));
        QCOMPARE(m_run->called, QStringList({QStringLiteral("act a"), QStringLiteral("act b"), QStringLiteral("undo b"), QStringLiteral("undo a")}));
        QVERIFY(m_run->world.isEmpty());
    }

    void whatCannotBeTakenBackIsLeftByAPersonWithTheReasonAndTheRestGoesBack()
    {
        m_run->recipe = [this] {
            Step stuck = m_run->step(letter('b'));
            stuck.undo = [](StepContext &) -> Result<QString> { return fail(ErrorCode::Unreachable, QStringLiteral("the host is gone")); };
            return m_run->of({m_run->step(letter('a')), stuck, ScriptedRun::keep()});
        };
        m_run->sit();
        m_run->atCommit = Decision::Kind::Undo;
        Decision skip = answer(Decision::Kind::Skip);
        skip.reason = QStringLiteral("the host is scrap");
        m_run->person.answers = {answer(Decision::Kind::Retry), answer(Decision::Kind::Skip), skip};
        // Without a reason nothing is left out, and the run stands for the operator.
        QCOMPARE(m_run->sit().outcome, QStringLiteral("needs_operator"));
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("undone"));
        QVERIFY2(result.explanation.contains(QLatin1String("the host is scrap")), qPrintable(result.explanation));
        QCOMPARE(m_run->world, QStringList{QStringLiteral("b")});
        QCOMPARE(result.view.steps.at(1).state, StepState::Overridden);
        QCOMPARE(result.view.steps.at(0).state, StepState::Undone);
    }

    void whatFailsWhileAPersonThinksIsNotActedOn()
    {
        m_run->recipe = [this] {
            Step step = m_run->step(letter('a'));
            step.confirmation = Confirmation::Click;
            auto asked = std::make_shared<int>(0);
            step.preflight = [asked](StepContext &) -> Result<QList<PreflightCheck>> {
                // Well in the survey and when the step is shown, and not any more once it was confirmed.
                const bool isWell = ++*asked <= 2;
                return QList<PreflightCheck>{{QStringLiteral("the target is well"), isWell ? PreflightCheck::Verdict::Pass : PreflightCheck::Verdict::Fail, QStringLiteral("it died")}};
            };
            return m_run->of({step, ScriptedRun::keep()});
        };
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("refused"));
        QVERIFY2(result.explanation.contains(QLatin1String("the target is well: it died")), qPrintable(result.explanation));
        QVERIFY(!m_run->called.contains(QStringLiteral("act a")));
    }

    void undoWaitsUntilTheInterruptedActHasStopped()
    {
        int running = 3;
        m_run->recipe = [this, &running] {
            Step step = m_run->step(letter('a'));
            step.stillRunning = [&running](StepContext &) -> Result<bool> { return --running > 0; };
            step.undo = [&running](StepContext &) -> Result<QString> {
                if (running > 0)
                    return fail(ErrorCode::Busy, QStringLiteral("undone while running"));
                return QStringLiteral("gone");
            };
            return m_run->of({step, ScriptedRun::keep()});
        };
        m_run->hold = true;
        m_run->person.answers = {answer(Decision::Kind::Undo)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("undone"));
    }

    void releaseIsCalledOnEveryWayOut_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("refused") << int(Decision::Kind::Stop);
        QTest::newRow("undone") << int(Decision::Kind::Undo);
        QTest::newRow("done") << int(Decision::Kind::Proceed);
        QTest::newRow("stands still") << -1;
    }

    void releaseIsCalledOnEveryWayOut()
    {
        QFETCH(int, kind);
        m_run->recipe = [this] {
            Step fence = m_run->step(QStringLiteral("fence"));
            fence.holds = true;
            return m_run->of({fence, m_run->step(letter('a'), Confirmation::Click)});
        };
        if (kind >= 0)
            m_run->person.answers = {answer(Decision::Kind(kind))};
        m_run->sit();
        QVERIFY(!m_run->world.contains(QStringLiteral("fence")));
    }

    void fenceAloneDoesNotCountAsDone()
    {
        m_run->recipe = [this] {
            Step fence = m_run->step(QStringLiteral("fence"));
            fence.holds = true;
            return m_run->of({fence, m_run->step(letter('a'), Confirmation::Click)});
        };
        m_run->person.answers = {answer(Decision::Kind::Stop)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("refused"));
    }

    void commitWindowThatPassedTakesThePlansWord_data()
    {
        QTest::addColumn<bool>("undo");
        QTest::newRow("keep") << false;
        QTest::newRow("undo") << true;
    }

    void commitWindowThatPassedTakesThePlansWord()
    {
        QFETCH(bool, undo);
        m_run->plan.commitWindow.undo = undo;
        m_run->sit();
        m_run->clock.advance(std::chrono::minutes(31));
        QCOMPARE(m_run->sit().outcome, undo ? QStringLiteral("undone") : QStringLiteral("recovered"));
        QCOMPARE(m_run->events().last(), QStringLiteral("closed"));
    }

    void extendedWindowBeginsAnew()
    {
        m_run->sit();
        m_run->clock.advance(std::chrono::minutes(20));
        m_run->hold = true;
        m_run->person.asked.clear();
        m_run->person.answers = {answer(Decision::Kind::Extend), answer(Decision::Kind::Undo)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("undone"));
        QCOMPARE(m_run->person.asked.size(), 2);
        QCOMPARE(m_run->person.asked.at(0).until, m_run->clock.now().addSecs(600));
        QCOMPARE(m_run->person.asked.at(1).until, m_run->clock.now().addSecs(1800));
    }

    void windowThatPassedUnwatchedCanStillBeExtended()
    {
        m_run->plan.commitWindow.undo = true;
        m_run->sit();
        m_run->clock.advance(std::chrono::minutes(31));
        m_run->atCommit = Decision::Kind::Extend;
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(result.commitUntil, m_run->clock.now().addSecs(1800));
        QCOMPARE(m_run->events().last(), QStringLiteral("keep waiting_commit"));
    }

    void killedAtAnyEntryNothingIsDoneTwiceAndNothingIsLost()
    {
        m_run->sit();
        const qsizetype whole = m_run->events().size() + 1;
        for (qsizetype entries = 1; entries <= whole; ++entries) {
            for (const bool actHappened : {false, true}) {
                init();
                m_run->sit();
                m_run->cutAfter(entries);
                // The world at the moment of the crash: what was journaled as intended may or may not be.
                const RunRecord record = RunRecord::of(readJournal(m_run->file())->entries);
                m_run->called.clear();
                m_run->world.clear();
                QStringList expected;
                for (int i = 0; i < 2; ++i) {
                    const QString &id = record.view.steps.at(i).id;
                    const bool stands = record.steps.at(i).phase >= StepRecord::Phase::Acted
                        || (record.steps.at(i).phase == StepRecord::Phase::Intended && actHappened);
                    if (stands)
                        m_run->world.append(id);
                    else
                        expected.append(QStringLiteral("act ") + id);
                }
                QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
                QCOMPARE(m_run->called.first(), QStringLiteral("release"));
                m_run->called.removeAll(QStringLiteral("release"));
                QCOMPARE(m_run->called, expected);
                QCOMPARE(m_run->world.size(), 2);
                QVERIFY(verifyJournal(m_run->file()).has_value());
            }
        }
    }

    void factsOutliveACrash()
    {
        m_run->recipe = [this] {
            Step first = m_run->step(letter('a'));
            first.prepare = [](StepContext &) -> Result<QJsonObject> { return QJsonObject{{QStringLiteral("old"), 1}}; };
            Step second = m_run->step(letter('b'), Confirmation::Click);
            second.act = [this](StepContext &context) -> Result<QString> {
                m_run->called.append(QStringLiteral("old %1").arg(context.facts[letter('a')].toObject()[QStringLiteral("old")].toInt()));
                m_run->world.append(letter('b'));
                return QString();
            };
            return m_run->of({first, second});
        };
        m_run->sit();
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        QVERIFY(m_run->called.contains(QStringLiteral("old 1")));
    }

    void overridingNeedsAReason()
    {
        m_run->recipe = [this] { return m_run->of({m_run->step(letter('a'), Confirmation::Click)}); };
        m_run->person.answers = {answer(Decision::Kind::Skip, QStringLiteral("done by hand"))};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->events().first(), QStringLiteral("a overridden"));
    }

    void proofThatMayStayOpenDoesNotStopTheRun()
    {
        m_run->recipe = [this] {
            Step proof{.id = letter('p'), .name = letter('p'),
                       .verify = [](StepContext &) -> Result<QString> { return fail(ErrorCode::NotProved, QStringLiteral("unseen")); },
                       .advisory = true};
            return m_run->of({m_run->step(letter('a')), proof, ScriptedRun::keep()});
        };
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(result.view.steps.at(1).state, StepState::Unknown);
    }

private:
    std::unique_ptr<ScriptedRun> m_run;
};

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
