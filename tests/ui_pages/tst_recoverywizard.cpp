// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wizardstage.h"

#include "ui/shell/theme.h"
#include "ui/wizards/redischoices.h"
#include "ui/wizards/steplist.h"

#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;

class RecoveryWizardTest : public WizardStage
{
    Q_OBJECT
private slots:
    void aClickStepIsDoneByKeyboardAlone()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        waitForGuard(act());
        QVERIFY(tabTo(act()));
        QTest::keyClick(act(), Qt::Key_Space);
        QCOMPARE(m_run->decisions.size(), 1);
        QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Proceed);
        QCOMPARE(m_run->decisions[0].step, QStringLiteral("restart"));
    }
    void aHeldStepIsDoneByKeyboardAlone()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Fence, Confirmation::Hold));
        waitForGuard(act());
        QVERIFY(tabTo(act()));
        QTest::keyClick(act(), Qt::Key_Space);
        QCOMPARE(m_run->decisions.size(), 0);
        QTRY_COMPARE(m_run->decisions.size(), 1);
    }
    void escapeStopsTheCountdown()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Fence, Confirmation::Hold));
        HoldButton *hold = qobject_cast<HoldButton *>(act());
        QVERIFY(hold);
        waitForGuard(hold);
        hold->setFocus();
        QTest::keyClick(hold, Qt::Key_Space);
        QVERIFY(hold->isRunning());
        QTest::keyClick(hold, Qt::Key_Escape);
        QVERIFY(!hold->isRunning());
        QCOMPARE(m_run->decisions.size(), 0);
        QVERIFY(m_wizard->isVisible());
    }
    void aPhraseStepIsDoneByKeyboardAlone()
    {
        start(sampleruns::waitingAt(now(), sampleruns::FailOver, Confirmation::Phrase));
        QLineEdit *field = part<QLineEdit>("phraseField");
        QCOMPARE(QApplication::focusWidget(), field);
        QTest::keyClicks(field, QStringLiteral("lab: fail over mymaster"));
        waitForGuard(act());
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(m_run->decisions.size(), 0);
        QCOMPARE(QApplication::focusWidget(), act());
        QTest::keyClick(act(), Qt::Key_Space);
        QCOMPARE(m_run->decisions.size(), 1);
        QCOMPARE(m_run->decisions[0].phrase, QStringLiteral("lab: fail over mymaster"));
    }
    void aWrongPhraseLeavesTheButtonDead_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("without the mode") << "fail over mymaster";
        QTest::newRow("other case") << "Lab: fail over mymaster";
        QTest::newRow("trailing blank") << "lab: fail over mymaster ";
        QTest::newRow("cut") << "lab: fail over mymaste";
        QTest::newRow("empty") << "";
    }
    void aWrongPhraseLeavesTheButtonDead()
    {
        QFETCH(QString, typed);
        start(sampleruns::waitingAt(now(), sampleruns::FailOver, Confirmation::Phrase));
        QLineEdit *field = part<QLineEdit>("phraseField");
        QTest::keyClicks(field, typed);
        waitForGuard(act());
        QVERIFY(!act()->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        QTest::mouseClick(act(), Qt::LeftButton);
        QCOMPARE(m_run->decisions.size(), 0);
    }
    void inputWithinTheGuardDoesNothing()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        QVERIFY(act()->isGuarded());
        QTest::mouseDClick(act(), Qt::LeftButton);
        act()->setFocus();
        QTest::keyClick(act(), Qt::Key_Space);
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(act());
        spoken->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(m_run->decisions.size(), 0);
    }
    void mashingEnterNeverActs_data()
    {
        QTest::addColumn<int>("place");
        QTest::addColumn<Confirmation>("confirmation");
        QTest::newRow("click") << int(sampleruns::Restart) << Confirmation::Click;
        QTest::newRow("hold") << int(sampleruns::Fence) << Confirmation::Hold;
        QTest::newRow("phrase") << int(sampleruns::FailOver) << Confirmation::Phrase;
    }
    void mashingEnterNeverActs()
    {
        QFETCH(int, place);
        QFETCH(Confirmation, confirmation);
        start(sampleruns::waitingAt(now(), sampleruns::Place(place), confirmation));
        if (QLineEdit *field = part<QLineEdit>("phraseField"); field->isVisible())
            QTest::keyClicks(field, QStringLiteral("lab: fail over mymaster"));
        waitForGuard(act());
        for (int i = 0; i < 40; ++i) {
            QTest::keyClick(QApplication::focusWidget(), i % 2 ? Qt::Key_Enter : Qt::Key_Return);
            if (i % 3 == 0)
                QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        QVERIFY(m_prompter.asked.isEmpty());
        QCOMPARE(m_run->decisions.size(), 0);
    }
    void aSecondClickDoesNotDecideTwice()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        waitForGuard(act());
        QTest::mouseClick(act(), Qt::LeftButton);
        QTest::mouseDClick(act(), Qt::LeftButton);
        QCOMPARE(m_run->decisions.size(), 1);
    }
    void theNextStepsButtonIsGuardedAnew()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        waitForGuard(act());
        QTest::mouseClick(act(), Qt::LeftButton);
        m_run->become(sampleruns::waitingCommit(now()));
        QVERIFY(act()->isGuarded());
        QTest::mouseClick(act(), Qt::LeftButton);
        QCOMPARE(m_run->decisions.size(), 1);
    }
    void outputThatArrivesKeepsWhatWasTyped()
    {
        RunView view = sampleruns::waitingAt(now(), sampleruns::FailOver, Confirmation::Phrase);
        start(view);
        QLineEdit *field = part<QLineEdit>("phraseField");
        QTest::keyClicks(field, QStringLiteral("lab: fail"));
        view.steps[sampleruns::FailOver].output << OutputLine{now(), QStringLiteral("+sdown")};
        m_run->become(view);
        QCOMPARE(field->text(), QStringLiteral("lab: fail"));
        QCOMPARE(QApplication::focusWidget(), field);
        QVERIFY(
            part<QPlainTextEdit>("liveOutput")->toPlainText().contains(QLatin1String("+sdown")));
    }
    void whatFollowsWithoutAskingIsSaidBefore()
    {
        RunView view = sampleruns::waitingAt(now(), sampleruns::FailOver, Confirmation::Click);
        view.steps[sampleruns::Restart].confirmedWith = view.steps[sampleruns::FailOver].id;
        view.steps[sampleruns::Restart].confirmation = Confirmation::Click;
        start(view);
        QStringList said;
        for (const QLabel *one : m_wizard->findChildren<QLabel *>())
            said << one->text();
        const QString expected = QStringLiteral("%1 %2, without asking again").arg(sampleruns::Restart + 1).arg(view.steps[sampleruns::Restart].name);
        QVERIFY2(said.contains(expected), qPrintable(said.join(QLatin1Char('\n'))));
    }
    void skippingCostsAReason_data()
    {
        QTest::addColumn<bool>("accepted");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("decisions");
        QTest::newRow("with a reason") << true << "queues are off" << 1;
        QTest::newRow("blanks") << true << "   " << 0;
        QTest::newRow("refused") << false << "queues are off" << 0;
    }
    void skippingCostsAReason()
    {
        QFETCH(bool, accepted);
        QFETCH(QString, reason);
        QFETCH(int, decisions);
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        m_prompter.answer = {accepted, reason};
        QPushButton *skip = part<QPushButton>("skipButton");
        QVERIFY(tabTo(skip));
        QTest::keyClick(skip, Qt::Key_Space);
        QCOMPARE(m_prompter.asked.size(), 1);
        QVERIFY(m_prompter.asked[0].fieldRequired && !m_prompter.asked[0].field.isEmpty());
        QCOMPARE(m_run->decisions.size(), decisions);
        if (decisions > 0) {
            QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Skip);
            QCOMPARE(m_run->decisions[0].reason, reason);
        }
    }
    void aStepThatMovedOnMeanwhileIsNotSkipped()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        struct LatePrompter : Prompter
        {
            void ask(QWidget *, const Question &,
                     std::function<void(const Answer &)> answered) override
            {
                then = answered;
            }
            std::function<void(const Answer &)> then;
        } late;
        Plan plan;
        RecoveryWizard wizard(plan, *m_ticker, late);
        auto run = std::make_unique<ScriptedRun>(
            sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        ScriptedRun *raw = run.get();
        wizard.run(std::move(run), false);
        wizard.open();
        QTest::mouseClick(wizard.findChild<QPushButton *>(QStringLiteral("skipButton")),
                          Qt::LeftButton);
        raw->become(sampleruns::waitingCommit(now()));
        late.then({true, QStringLiteral("late")});
        QCOMPARE(raw->decisions.size(), 0);
    }
    void undoIsAskedByNameAndByPhraseFirst()
    {
        RunView view = sampleruns::waitingCommit(now());
        view.undoLoss = QStringLiteral("about 12 rows have been written since");
        start(view);
        m_prompter.answer = {.accepted = true};
        QPushButton *undo = part<QPushButton>("undoButton");
        QVERIFY(tabTo(undo));
        QTest::keyClick(undo, Qt::Key_Space);
        QCOMPARE(m_prompter.asked[0].accept, QStringLiteral("Undo: fail over mymaster"));
        QVERIFY(m_prompter.asked[0].text.contains(QLatin1String("Fail over")));
        QVERIFY(m_prompter.asked[0].text.contains(view.undoLoss));
        QCOMPARE(m_prompter.asked[0].expected, QStringLiteral("lab: undo fail over mymaster")); // not the phrase of going forward
        QCOMPARE(m_run->decisions.size(), 1);
        QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Undo);
    }
    void closingCancelsNothingAndComesBackToTheSameControl()
    {
        start(sampleruns::waitingAt(now(), sampleruns::FailOver, Confirmation::Phrase));
        QLineEdit *field = part<QLineEdit>("phraseField");
        m_wizard->close();
        QCOMPARE(m_run->cancelled, 0);
        QCOMPARE(m_run->decisions.size(), 0);
        m_clock.advance(std::chrono::minutes(10));
        m_wizard->open();
        QVERIFY(QTest::qWaitForWindowActive(m_wizard.get()));
        const QLabel *here = part<QLabel>("youWereHere");
        QVERIFY(here->isVisible());
        QVERIFY2(here->text().contains(QLatin1String("10 min ago")), qPrintable(here->text()));
        QVERIFY(here->text().contains(QLatin1String("step 3 Fail over")));
        QCOMPARE(QApplication::focusWidget(), field);
    }
    void aDoneStepCanBeReadButNotTicked()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        StepList *steps = m_wizard->findChild<StepList *>();
        steps->setFocus();
        QTest::keyClick(steps, Qt::Key_Home);
        QVERIFY(!act());
        QVERIFY(!part<QPushButton>("skipButton")->isVisible());
        QPushButton *back = part<QPushButton>("backButton");
        QVERIFY(back->isVisible());
        QTest::mouseClick(back, Qt::LeftButton);
        QVERIFY(act());
        QTest::keyClick(steps, Qt::Key_Space);
        QTest::mouseDClick(steps->viewport(), Qt::LeftButton, {},
                           steps->visualItemRect(steps->item(0)).center());
        QCOMPARE(m_run->decisions.size(), 0);
    }
    void stoppingAsksTheRunAndNothingElse()
    {
        start(sampleruns::actingAt(now(), sampleruns::FailOver));
        QTest::mouseClick(part<QPushButton>("stopButton"), Qt::LeftButton);
        QCOMPARE(m_run->cancelled, 1);
        QVERIFY(!act());
    }
    void theStartPageBeginsWithItsChoices()
    {
        RecoveryStart::Facts facts{.title = QStringLiteral("Recover Redis mymaster"),
                                   .because = {QStringLiteral("silent")}};
        RedisChoices::Facts redis{.redis = RedisTopology{.masterName = QStringLiteral("mymaster")}};
        RunOptions asked;
        connect(m_wizard.get(), &RecoveryWizard::beginAsked, this,
                [&asked](const RunOptions &options) { asked = options; });
        m_wizard->showStart(facts, std::make_unique<RedisChoices>(redis),
                            [this](const RunOptions &) { return sampleruns::preparing(now()); });
        m_wizard->open();
        QVERIFY(QTest::qWaitForWindowActive(m_wizard.get()));
        QCheckBox *planned = m_wizard->findChild<QCheckBox *>();
        QVERIFY(tabTo(planned));
        QTest::keyClick(planned, Qt::Key_Space);
        waitForGuard(act());
        QVERIFY(tabTo(act()));
        QTest::keyClick(act(), Qt::Key_Space);
        QCOMPARE(asked.scenario, QStringLiteral("redis"));
        QVERIFY(asked.planned);
    }
    void promotionByHandIsOfferedOnlyWhenNoSentinelAnswers_data()
    {
        QTest::addColumn<bool>("answers");
        QTest::newRow("one answers") << true;
        QTest::newRow("none answers") << false;
    }
    void promotionByHandIsOfferedOnlyWhenNoSentinelAnswers()
    {
        QFETCH(bool, answers);
        RecoveryStart::Facts facts{.title = QStringLiteral("Recover Redis mymaster")};
        RedisTopology topology{.masterName = QStringLiteral("mymaster")};
        topology.sentinels = {
            SentinelOpinion{.address = {QStringLiteral("10.0.0.1"), 26379}, .answers = answers}};
        m_wizard->showStart(facts, std::make_unique<RedisChoices>(RedisChoices::Facts{.redis = topology}), {});
        QCOMPARE(m_wizard->findChild<QComboBox *>() != nullptr, !answers);
    }
    void everyControlIsNamed_data()
    {
        QTest::addColumn<RunView>("view");
        const QDateTime at = m_clock.now();
        QTest::newRow("click") << sampleruns::waitingAt(at, sampleruns::Restart,
                                                        Confirmation::Click);
        QTest::newRow("hold") << sampleruns::waitingAt(at, sampleruns::Fence, Confirmation::Hold);
        QTest::newRow("phrase") << sampleruns::waitingAt(at, sampleruns::FailOver,
                                                         Confirmation::Phrase);
        QTest::newRow("acting") << sampleruns::actingAt(at, sampleruns::FailOver);
        QTest::newRow("commit") << sampleruns::waitingCommit(at);
        QTest::newRow("ended") << sampleruns::ended(at, QStringLiteral("needs_operator"));
    }
    void everyControlIsNamed()
    {
        QFETCH(RunView, view);
        start(view);
        for (QWidget *widget : m_wizard->findChildren<QWidget *>()) {
            if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0)
                continue;
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(),
                     widget->metaObject()->className());
        }
        if (act()) {
            QCOMPARE(QAccessible::queryAccessibleInterface(act())->text(QAccessible::Name),
                     act()->text());
            QVERIFY(!act()->isDefault() && !act()->autoDefault());
        }
    }
    void actionsStayInSightWithBigText_data()
    {
        QTest::addColumn<double>("scale");
        QTest::addColumn<RunView>("view");
        const QDateTime at = m_clock.now();
        for (const double scale : {1.0, 2.0}) {
            const int percent = int(scale * 100);
            QTest::addRow("phrase %d %%", percent)
                << scale << sampleruns::waitingAt(at, sampleruns::FailOver, Confirmation::Phrase);
            QTest::addRow("hold %d %%", percent)
                << scale << sampleruns::waitingAt(at, sampleruns::Fence, Confirmation::Hold);
            QTest::addRow("commit %d %%", percent) << scale << sampleruns::waitingCommit(at);
            QTest::addRow("failed %d %%", percent)
                << scale << sampleruns::failedAt(at, sampleruns::FailOver);
        }
    }
    void actionsStayInSightWithBigText()
    {
        QFETCH(double, scale);
        QFETCH(RunView, view);
        applyTheme(*qApp, {.choice = ThemeChoice::Dark, .scale = scale});
        start(view);
        m_wizard->resize(1280, 720);
        QTRY_COMPARE(m_wizard->size(), QSize(1280, 720));
        for (QWidget *control : m_wizard->findChildren<QWidget *>()) {
            const bool button = qobject_cast<QPushButton *>(control) &&
                                control->parentWidget()->inherits("understudy::ui::ButtonRow");
            if (!control->isVisible() || !(button || qobject_cast<QLineEdit *>(control)))
                continue;
            const QRect box(control->mapTo(m_wizard.get(), QPoint()), control->size());
            QVERIFY2(m_wizard->rect().contains(box), qPrintable(control->objectName()));
            QVERIFY2(box.width() >= control->minimumSizeHint().width(),
                     qPrintable(control->objectName()));
        }
        QVERIFY(act()->height() >= 44);
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    }
};

QTEST_MAIN(RecoveryWizardTest)
#include "tst_recoverywizard.moc"
