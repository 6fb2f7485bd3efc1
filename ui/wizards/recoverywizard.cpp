// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/recoverywizard.h"

#include "core/base/quantity.h"
#include "ui/parts/actbutton.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/modeband.h"
#include "ui/parts/text.h"
#include "ui/wizards/confirmbar.h"
#include "ui/wizards/runline.h"
#include "ui/wizards/runquestions.h"
#include "ui/wizards/runsummary.h"
#include "ui/wizards/runwords.h"
#include "ui/wizards/stepdetails.h"
#include "ui/wizards/steplist.h"
#include "ui/wizards/steprail.h"

#include <QAccessible>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

/// A decision that changed nothing for so long may be given again.
constexpr Milliseconds noAnswer{5000};

QString bandClock(const QDateTime &now)
{
    const QDateTime local = now.toLocalTime();
    return QStringLiteral("%1 UTC · %2 %3")
        .arg(now.toUTC().toString(QStringLiteral("HH:mm:ss")),
             local.toString(QStringLiteral("HH:mm:ss")), local.timeZoneAbbreviation());
}

} // namespace

RecoveryWizard::RecoveryWizard(const Plan &plan, const Ticker &ticker, Prompter &prompter,
                               QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_plan(plan)
    , m_ticker(ticker)
    , m_prompter(prompter)
{
    setObjectName(QStringLiteral("recoveryWizard"));
    setStyleProperty(this, "page", QStringLiteral("true"));
    setAttribute(Qt::WA_StyledBackground);
    build();
    // Frame and title bar come on top: at 1280x720 the buttons must still be on the screen.
    const QSize room = screen()->availableSize() - QSize(40, 48);
    resize(QSize(1180, 720).boundedTo(room));
    connect(&ticker, &Ticker::ticked, this, &RecoveryWizard::tick);
}

RecoveryWizard::~RecoveryWizard() = default;

void RecoveryWizard::build()
{
    m_band = new ModeBand(m_plan.mode, this);
    m_band->setSubject(m_plan.name);
    m_band->setDetail(tr("plan %1").arg(m_plan.updated.toString(Qt::ISODate)));
    m_line = new RunLine(this);
    m_rail = new StepRail(this);
    connect(m_rail->steps(), &StepList::chosen, this, &RecoveryWizard::showStep);
    QWidget *right = new QWidget(this);
    m_here = label({}, TextRole::Body, right);
    m_here->setObjectName(QStringLiteral("youWereHere"));
    m_here->setWordWrap(true);
    m_here->hide();
    m_progress = label({}, TextRole::Muted, right);
    m_progress->setObjectName(QStringLiteral("progress"));
    m_progress->setWordWrap(true);
    m_progress->hide();
    m_pages = new QStackedWidget(right);
    m_details = new StepDetails(m_pages);
    m_summary = new RunSummary(m_plan.commitWindow, m_pages);
    m_pages->addWidget(m_details);
    m_pages->addWidget(m_summary);
    m_confirm = new ConfirmBar(right);
    buildAsides();
    connect(m_confirm, &ConfirmBar::confirmed, this, &RecoveryWizard::confirm);

    auto *page = new QVBoxLayout(right);
    page->setContentsMargins(grid(3), grid(2), grid(3), grid(2));
    page->setSpacing(grid(1));
    page->addWidget(m_here);
    page->addWidget(m_progress);
    page->addWidget(m_pages, 1);
    page->addWidget(m_confirm);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(right, 1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_band);
    whole->addWidget(m_line);
    whole->addLayout(middle, 1);
}

void RecoveryWizard::showStart(const RecoveryStart::Facts &facts,
                               std::unique_ptr<StartChoices> choices,
                               RecoveryStart::Outline outline)
{
    m_start = new RecoveryStart(facts, std::move(choices), std::move(outline), m_pages);
    m_pages->addWidget(m_start);
    m_pages->setCurrentWidget(m_start);
    m_rail->hide();
    m_view = {.scenario = m_start->options().scenario, .title = facts.title, .mode = m_plan.mode};
    setWindowTitle(modeWord(m_plan.mode) + QStringLiteral(" · ") + facts.title);
    m_line->hide();
    connect(m_start, &RecoveryStart::optionsChanged, this, &RecoveryWizard::askToBegin);
    askToBegin();
}

void RecoveryWizard::askToBegin()
{
    const ActButton *before = m_confirm->button();
    m_confirm->request({.key = QStringLiteral("begin"),
                        .strength = Confirmation::Click,
                        .button = m_start->buttonText(),
                        .blocked = m_start->missing()});
    if (m_confirm->button() != before)
        orderTabs();
}

void RecoveryWizard::run(std::unique_ptr<RunController> controller, bool standing)
{
    m_controller = std::move(controller);
    connect(m_controller.get(), &RunController::changed, this, &RecoveryWizard::take);
    if (m_start) {
        m_pages->removeWidget(m_start);
        m_start->deleteLater();
        m_start = nullptr;
        m_confirm->withdraw();
    }
    m_rail->show();
    m_line->show();
    m_resumable = false;
    m_here->hide();
    m_view = {.scenario = m_view.scenario, .title = m_view.title};
    take(m_controller->view());
    if (standing)
        sayWhereOperatorWas(lastHappened(m_view), tr("the run was left standing"));
    m_controller->start();
}

void RecoveryWizard::offerResume()
{
    m_resumable = true;
    ++m_asked;
    refresh();
}

bool RecoveryWizard::isOver() const
{
    return !m_controller || m_view.state == RunView::State::Ended;
}

void RecoveryWizard::say(const QString &trouble)
{
    m_here->setText(trouble);
    m_here->show();
    QAccessibleEvent alert(m_here, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    m_asked++;
    if (m_start) {
        m_confirm->withdraw();
        askToBegin();
    }
}

void RecoveryWizard::take(const RunView &view)
{
    const RunView before = m_view;
    m_view = view;
    // A run that has only been asked for does not know its own name yet.
    if (m_view.title.isEmpty())
        m_view.title = before.title;
    if (m_view.scenario.isEmpty())
        m_view.scenario = before.scenario;
    const StepView *step = currentStep(view);
    const StepView *was = currentStep(before);
    const bool moved = view.state != before.state || view.current != before.current ||
                       (step && was && step->state != was->state);
    if (moved) {
        m_decidedAt = {};
        m_shown = view.current;
    }
    refresh();
    if (moved && !before.id.isEmpty() && before.current != view.current)
        m_here->hide();
    const QString news = announcement(before, view);
    if (!news.isEmpty()) {
        m_progress->setAccessibleName(news);
        QAccessibleEvent alert(m_progress, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
    if (moved)
        moveFocus();
    emit runChanged(view);
}

void RecoveryWizard::tick(const QDateTime &now)
{
    if (!isVisible())
        return;
    m_band->setClock(bandClock(now));
    if (!m_controller)
        return;
    m_line->setRun(m_view, now);
    m_rail->setRun(m_view, now);
    setTextIfChanged(m_progress, progressText(m_view, now));
    if (m_pages->currentWidget() == m_summary)
        m_summary->setRun(m_view, now);
    if (m_decidedAt.isValid() && m_decidedAt.msecsTo(now) > noAnswer.count()) {
        m_decidedAt = {};
        ++m_asked;
        refreshConfirm();
    }
}

void RecoveryWizard::showStep(int index)
{
    m_shown = index;
    refresh();
    if (m_shown == m_view.current)
        moveFocus();
}

void RecoveryWizard::refresh()
{
    const QDateTime now = m_ticker.now();
    setWindowTitle(modeWord(m_plan.mode) + QStringLiteral(" · ") + m_view.title);
    m_line->setRun(m_view, now);
    m_rail->setRun(m_view, now);
    m_rail->steps()->showRow(m_shown);
    setTextIfChanged(m_progress, progressText(m_view, now));
    m_progress->show();
    refreshPage();
    refreshConfirm();
    refreshAsides();
    orderTabs();
}

void RecoveryWizard::refreshPage()
{
    const bool closing =
        m_view.state == RunView::State::WaitingCommit || m_view.state == RunView::State::Ended;
    const bool summary = closing && (looksAtCurrent() || m_shown < 0);
    if (summary || m_shown < 0 || m_shown >= m_view.steps.size()) {
        m_summary->setRun(m_view, m_ticker.now());
        m_pages->setCurrentWidget(summary ? static_cast<QWidget *>(m_summary) : m_details);
        return;
    }
    m_details->setStep(m_shown + 1, m_view.steps[m_shown], coveredBy(m_view, m_view.steps[m_shown].id));
    m_pages->setCurrentWidget(m_details);
}

void RecoveryWizard::refreshConfirm()
{
    const StepView *step = currentStep(m_view);
    if (m_view.state == RunView::State::WaitingCommit && looksAtCurrent()) {
        const QString button = step && !step->preview.button.isEmpty()
                                   ? step->preview.button
                                   : tr("Keep: %1").arg(verbAndTarget(m_view));
        m_confirm->request({.key = QStringLiteral("keep %1").arg(m_asked),
                            .strength = Confirmation::Click,
                            .button = button});
        return;
    }
    if (m_view.state == RunView::State::Ended && m_resumable) {
        m_confirm->request({.key = QStringLiteral("resume %1").arg(m_asked),
                            .strength = Confirmation::Click,
                            .button = tr("Resume run %1: look first").arg(m_view.id)});
        return;
    }
    if (m_view.state != RunView::State::WaitingForOperator || !step || !looksAtCurrent() ||
        !isStanding(*step)) {
        m_confirm->withdraw();
        return;
    }
    const QString verb = step->preview.button.isEmpty() ? step->name : step->preview.button;
    const bool again = step->state != StepState::Current;
    // What asks for a decision is never weaker than a click, whatever the step says of itself.
    const Confirmation strength =
        step->confirmation == Confirmation::None ? Confirmation::Click : step->confirmation;
    m_confirm->request(
        {.key = QStringLiteral("%1 %2 %3").arg(step->id).arg(int(step->state)).arg(m_asked),
         .strength = strength,
         .button = again ? tr("Retry: %1").arg(verb) : verb,
         .phrase = m_view.phrase});
}

void RecoveryWizard::moveFocus()
{
    const StepView *step = currentStep(m_view);
    const QString reason = QStringLiteral("%1 %2 %3")
                               .arg(int(m_view.state))
                               .arg(m_view.current)
                               .arg(step ? int(step->state) : -1);
    if (reason == m_focusedFor && isActiveWindow())
        return;
    m_focusedFor = reason;
    QWidget *control = m_confirm->firstControl();
    // Without something to type the page itself is read first; the act is a deliberate move away.
    if (!control)
        control = m_pages->currentWidget();
    control->setFocus(Qt::OtherFocusReason);
}

void RecoveryWizard::orderTabs()
{
    // New rows and buttons join the end of the focus chain: put everything in reading order again.
    QWidget *last = m_rail->steps();
    const auto add = [&last](QWidget *next) {
        QWidget::setTabOrder(last, next);
        last = next;
    };
    QWidget *page = m_pages->currentWidget();
    add(page);
    for (QWidget *child : page->findChildren<QWidget *>()) {
        if ((child->focusPolicy() & Qt::TabFocus) != 0)
            add(child);
    }
    if (QWidget *field = m_confirm->firstControl())
        add(field);
    for (QPushButton *button : {m_skip, m_undo, m_extend, m_salvage, m_end, m_stop, m_back, m_close})
        add(button);
    if (m_confirm->button())
        add(m_confirm->button());
}

void RecoveryWizard::sayWhereOperatorWas(const QDateTime &left, const QString &because)
{
    if (!left.isValid() || isOver())
        return;
    const StepView *step = currentStep(m_view);
    const QString place = step ? tr("step %1 %2").arg(m_view.current + 1).arg(step->name)
                               : tr("before the first step");
    m_here->setText(
        tr("You were here %1, then %2: %3.").arg(ageText(left, m_ticker.now()), because, place));
    m_here->show();
}

void RecoveryWizard::open()
{
    if (m_leftAt.isValid())
        sayWhereOperatorWas(m_leftAt, tr("this window was closed"));
    m_leftAt = {};
    m_focusedFor.clear();
    show();
    raise();
    activateWindow();
    if (m_controller)
        showStep(m_view.current);
    moveFocus();
}

void RecoveryWizard::showEvent(QShowEvent *event)
{
    m_band->setClock(bandClock(m_ticker.now()));
    QWidget::showEvent(event);
}

void RecoveryWizard::closeEvent(QCloseEvent *event)
{
    m_leftAt = m_ticker.now();
    QWidget::closeEvent(event);
    emit closed();
}

void RecoveryWizard::confirm(const QString &phrase)
{
    if (m_start) {
        emit beginAsked(m_start->options());
        return;
    }
    if (m_view.state == RunView::State::Ended) {
        emit resumeAsked(m_view.id);
        return;
    }
    const StepView *step = currentStep(m_view);
    if (m_view.state == RunView::State::WaitingCommit)
        decide(Decision::Kind::Keep);
    else
        decide(step && step->state == StepState::Current ? Decision::Kind::Proceed
                                                         : Decision::Kind::Retry,
               phrase);
}

void RecoveryWizard::decide(Decision::Kind kind, const QString &phrase, const QString &reason)
{
    if (!m_controller)
        return;
    const StepView *step = currentStep(m_view);
    m_decidedAt = m_ticker.now();
    m_controller->decide(
        {.kind = kind, .phrase = phrase, .reason = reason, .step = step ? step->id : QString()});
}

/// Asks, and forgets the answer when the run has moved on meanwhile: it was about another moment.
void RecoveryWizard::ask(const Question &question, std::function<void(const Answer &)> then)
{
    const QPointer<RecoveryWizard> self(this);
    const std::pair<RunView::State, int> asked{m_view.state, m_view.current};
    m_prompter.ask(this, question, [self, asked, then](const Answer &answer) {
        if (self && answer.accepted && asked == std::pair{self->m_view.state, self->m_view.current})
            then(answer);
    });
}

} // namespace understudy::ui
