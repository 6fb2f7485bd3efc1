// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sampleruns.h"
#include "scriptedrun.h"

#include "core/base/manualclock.h"
#include "ui/parts/holdbutton.h"
#include "ui/parts/prompter.h"
#include "ui/wizards/confirmbar.h"
#include "ui/wizards/recoverywizard.h"

#include <QApplication>
#include <QTest>

namespace understudy::tests {

using namespace understudy::ui;

/// Answers at once with what the test prepared.
class ReadyPrompter : public Prompter
{
public:
    void ask(QWidget *, const Question &question, std::function<void(const Answer &)> then) override
    {
        asked << question;
        then(answer);
    }
    QList<Question> asked;
    Answer answer;
};

/// Long enough for the 500 ms guard; waited for by its own state, not by the clock.
inline void waitForGuard(const ActButton *button)
{
    QTRY_VERIFY(!button->isGuarded());
}

/// A wizard over a run that stands wherever a test wants it.
class WizardStage : public QObject
{
    Q_OBJECT
protected:
    ManualClock m_clock;
    std::unique_ptr<Ticker> m_ticker;
    ReadyPrompter m_prompter;
    std::unique_ptr<RecoveryWizard> m_wizard;
    ScriptedRun *m_run = nullptr;

    QDateTime now() const { return m_clock.now(); }
    template<typename T> T *part(const char *name) const
    {
        return m_wizard->findChild<T *>(QString::fromLatin1(name));
    }
    ActButton *act() const { return m_wizard->findChild<ConfirmBar *>()->button(); }
    void start(const RunView &view)
    {
        auto run = std::make_unique<ScriptedRun>(view);
        m_run = run.get();
        m_wizard->run(std::move(run), false);
        m_wizard->open();
        QVERIFY(QTest::qWaitForWindowActive(m_wizard.get()));
    }
    /// Tab from where the focus is until it is on `target`; everything must be reachable so.
    bool tabTo(const QWidget *target) const
    {
        for (int i = 0; i < 60; ++i) {
            if (QApplication::focusWidget() == target)
                return true;
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        return false;
    }

private slots:
    void init()
    {
        m_ticker = std::make_unique<Ticker>(m_clock);
        m_ticker->stop();
        m_prompter.asked.clear();
        m_prompter.answer = {};
        Plan plan;
        plan.name = QStringLiteral("Drama Engine");
        plan.mode = Mode::Lab;
        plan.updated = QDate(2025, 12, 25);
        m_wizard = std::make_unique<RecoveryWizard>(plan, *m_ticker, m_prompter);
    }
    void cleanup() { m_wizard.reset(); }
};

} // namespace understudy::tests
