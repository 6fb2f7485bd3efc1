// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wizardstage.h"

#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;

/// The wizard where a run comes to its end: keep or go back, what failed, and the last page.
class RunDecisionTest : public WizardStage
{
    Q_OBJECT
private slots:
    void keepingIsADecisionOfItsOwn()
    {
        start(sampleruns::waitingCommit(now()));
        waitForGuard(act());
        QVERIFY(tabTo(act()));
        QTest::keyClick(act(), Qt::Key_Space);
        QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Keep);
    }
    void anOpenProofIsNeverCalledProved()
    {
        RunView view = sampleruns::waitingCommit(now());
        view.steps[sampleruns::Clients].state = StepState::Unknown;
        start(view);
        QStringList said;
        for (const QLabel *label : m_wizard->findChildren<QLabel *>()) {
            if (label->isVisible())
                said << label->text();
        }
        const QString all = said.join(QLatin1Char('\n'));
        QVERIFY(!all.contains(QLatin1String("verything is proved")));
        QVERIFY(all.contains(QLatin1String("1 proof still open")));
        QVERIFY(all.contains(QLatin1String("Not proved")));
    }
    void decidingLaterExtendsTheWindow()
    {
        start(sampleruns::waitingCommit(now()));
        QPushButton *later = m_wizard->findChild<QPushButton *>(QStringLiteral("extendButton"));
        QVERIFY(later && later->isVisible());
        later->click();
        QCOMPARE(m_run->decisions.size(), 1);
        QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Extend);
    }
    void whatSpeaksAgainstKeepingStandsOnThePage()
    {
        RunView run = sampleruns::waitingCommit(now());
        run.concern = QStringLiteral("Worse than before the switch: a third fails.");
        start(run);
        const QList<QLabel *> labels = m_wizard->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->isVisible() && label->text().contains(run.concern); }));
    }

    void theCommitWindowCountsDown()
    {
        start(sampleruns::waitingCommit(now()));
        const auto shown = [this](const QString &words) {
            for (const QLabel *label : m_wizard->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text().contains(words))
                    return true;
            }
            return false;
        };
        QVERIFY(shown(QStringLiteral("29:58 left")));
        m_clock.advance(std::chrono::minutes(1));
        emit m_ticker->ticked(now());
        QVERIFY(shown(QStringLiteral("28:58 left")));
    }
    void aFailedStepIsLookedAtAgain()
    {
        start(sampleruns::failedAt(now(), sampleruns::FailOver));
        QTest::keyClicks(part<QLineEdit>("phraseField"), QStringLiteral("lab: fail over mymaster"));
        waitForGuard(act());
        QTest::mouseClick(act(), Qt::LeftButton);
        QCOMPARE(m_run->decisions.size(), 1);
        QCOMPARE(m_run->decisions[0].kind, Decision::Kind::Retry);
    }
    void anUnansweredDecisionMayBeGivenAgain()
    {
        start(sampleruns::waitingAt(now(), sampleruns::Restart, Confirmation::Click));
        waitForGuard(act());
        QTest::mouseClick(act(), Qt::LeftButton);
        QVERIFY(!act()->isEnabled());
        m_clock.advance(std::chrono::seconds(6));
        emit m_ticker->ticked(now());
        QVERIFY(act()->isEnabled());
        QVERIFY(act()->isGuarded());
    }
    void needsTheOperatorSaysWhatToDo()
    {
        start(sampleruns::ended(now(), QStringLiteral("needs_operator")));
        QStringList said;
        for (const QLabel *label : m_wizard->findChildren<QLabel *>()) {
            if (label->isVisible())
                said << label->text();
        }
        const QString all = said.join(QLatin1Char('\n'));
        QVERIFY(all.contains(QLatin1String("Needs the operator")));
        QVERIFY(all.contains(QLatin1String("What now")));
        QVERIFY(all.contains(QLatin1String("resume this run")));
        QVERIFY(all.contains(QLatin1String("redis-cli -h 10.0.0.2")));
    }
    void theLastPageListsWhatWasLeftOut()
    {
        start(sampleruns::ended(now(), QStringLiteral("recovered")));
        QStringList said;
        for (const QLabel *label : m_wizard->findChildren<QLabel *>())
            said << label->text();
        const QString all = said.join(QLatin1Char('\n'));
        QVERIFY(all.contains(
            QLatin1String("Fence the old master: skipped, the old master does not answer")));
        QVERIFY(part<QPushButton>("closeButton")->isVisible());
    }
};

QTEST_MAIN(RunDecisionTest)
#include "tst_rundecision.moc"
