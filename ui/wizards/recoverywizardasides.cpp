// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/recoverywizard.h"

#include "core/base/quantity.h"
#include "ui/wizards/confirmbar.h"
#include "ui/wizards/runquestions.h"
#include "ui/wizards/runwords.h"

#include <QPushButton>

// What can be done beside the step's own act: leave it out, take it back, put the decision off, end, save, close.
namespace understudy::ui {
namespace {

QPushButton *aside(const QString &text, const QString &name, QWidget *parent)
{
    QPushButton *button = new QPushButton(text, parent);
    button->setObjectName(name);
    button->setAutoDefault(false);
    button->setMinimumHeight(44);
    return button;
}

} // namespace

void RecoveryWizard::buildAsides()
{
    m_skip = aside(tr("Skip…"), QStringLiteral("skipButton"), m_confirm);
    m_undo = aside(tr("Undo…"), QStringLiteral("undoButton"), m_confirm);
    m_extend = aside(tr("Decide later: %1 more").arg(durationText(m_plan.commitWindow.length)), QStringLiteral("extendButton"), m_confirm);
    m_end = aside(tr("End the run…"), QStringLiteral("endButton"), m_confirm);
    m_stop = aside(tr("Stop at the next safe point"), QStringLiteral("stopButton"), m_confirm);
    m_back = aside(tr("Back to the current step"), QStringLiteral("backButton"), m_confirm);
    m_salvage = aside(tr("Save lost rows as SQL…"), QStringLiteral("salvageButton"), m_confirm);
    m_close = aside(tr("Checklist complete: close"), QStringLiteral("closeButton"), m_confirm);
    for (QPushButton *button : {m_skip, m_undo, m_extend, m_salvage, m_end, m_stop, m_back, m_close}) {
        m_confirm->addAside(button);
        button->hide();
    }
    connect(m_skip, &QPushButton::clicked, this, &RecoveryWizard::askSkip);
    connect(m_undo, &QPushButton::clicked, this, &RecoveryWizard::askUndo);
    connect(m_extend, &QPushButton::clicked, this, [this] { decide(Decision::Kind::Extend); });
    connect(m_end, &QPushButton::clicked, this, &RecoveryWizard::askEnd);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_controller->cancel(); });
    connect(m_back, &QPushButton::clicked, this, [this] { showStep(m_view.current); });
    connect(m_salvage, &QPushButton::clicked, this, [this] { emit salvageAsked(m_view.id); });
    connect(m_close, &QPushButton::clicked, this, &QWidget::close);
}

void RecoveryWizard::refreshAsides()
{
    const StepView *step = currentStep(m_view);
    const bool waits =
        m_view.state == RunView::State::WaitingForOperator && step && isStanding(*step);
    const bool commit = m_view.state == RunView::State::WaitingCommit;
    const bool ended = m_view.state == RunView::State::Ended;
    const QList<const StepView *> taken = undoable(m_view);
    m_skip->setVisible(waits && looksAtCurrent());
    m_skip->setToolTip(tr("Leaves this step out. It needs a reason, and stays visible to the end."));
    m_undo->setVisible((waits || commit) && looksAtCurrent());
    m_extend->setVisible(commit && looksAtCurrent());
    m_extend->setToolTip(tr("The time to decide begins anew."));
    m_end->setVisible(waits && looksAtCurrent());
    m_end->setToolTip(tr("Nothing more is done. What was done stays as it is."));
    m_undo->setText(commit ? tr("Go back…") : tr("Undo…"));
    m_undo->setEnabled(!taken.isEmpty());
    m_undo->setToolTip(taken.isEmpty() ? tr("Nothing that acted has a way back")
                                       : tr("Newest that can be undone: %1").arg(taken.first()->name));
    const bool busy =
        m_view.state == RunView::State::Running || m_view.state == RunView::State::Preparing;
    m_stop->setVisible(m_controller && busy);
    m_back->setVisible(!looksAtCurrent() && !ended && m_view.current >= 0);
    m_close->setVisible(ended);
    const bool complete =
        m_view.outcome == QLatin1String("recovered") || m_view.outcome == QLatin1String("undone");
    m_salvage->setVisible(hasLeftRowsBehind(m_view) && looksAtCurrent());
    m_close->setText(complete ? tr("Checklist complete: close") : tr("Close this window"));
}

void RecoveryWizard::askSkip()
{
    ask(runquestions::skip(m_view), [this](const Answer &answer) {
        if (!answer.text.trimmed().isEmpty())
            decide(Decision::Kind::Skip, {}, answer.text.trimmed());
    });
}

void RecoveryWizard::askEnd()
{
    ask(runquestions::end(m_view), [this](const Answer &) { decide(Decision::Kind::Stop); });
}

void RecoveryWizard::askUndo()
{
    if (!undoable(m_view).isEmpty())
        ask(runquestions::undo(m_view), [this](const Answer &) { decide(Decision::Kind::Undo); });
}

} // namespace understudy::ui
