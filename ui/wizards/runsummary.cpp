// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runsummary.h"

#include "core/base/quantity.h"
#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/wizards/headingrow.h"
#include "ui/wizards/rowgrid.h"
#include "ui/wizards/runwords.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

Tone toneOf(const RunView &run)
{
    if (run.state == RunView::State::WaitingCommit && !run.concern.isEmpty())
        return Tone::Critical;
    if (run.state == RunView::State::WaitingCommit || run.outcome == QLatin1String("recovered"))
        return run.count(StepState::Unknown) == 0 ? Tone::Healthy : Tone::Warning;
    if (run.outcome == QLatin1String("failed") || run.outcome == QLatin1String("needs_operator"))
        return Tone::Critical;
    return Tone::Plain;
}

QString stepLine(int number, const StepView &step)
{
    const QString word =
        step.state == StepState::Waiting ? RunSummary::tr("not reached") : stepWord(step.state);
    const QString line = QStringLiteral("%1  %2: %3").arg(number).arg(step.name, word);
    return step.result.isEmpty() ? line : QString(line + QStringLiteral(", ") + step.result);
}

QStringList linesOf(const RunView &run, const std::function<bool(const StepView &)> &wanted)
{
    QStringList lines;
    for (int i = 0; i < run.steps.size(); ++i) {
        if (wanted(run.steps[i]))
            lines << stepLine(i + 1, run.steps[i]);
    }
    return lines;
}

bool wasLeftOut(const StepView &step)
{
    return step.state == StepState::Skipped || step.state == StepState::Overridden ||
           step.state == StepState::Waiting;
}

QString recoveryLine(const RunView &run)
{
    if (!run.recoveryTime)
        return {};
    if (run.within.count() <= 0)
        return durationText(*run.recoveryTime);
    const QString within =
        RunSummary::tr("%1 of %2").arg(durationText(*run.recoveryTime), durationText(run.within));
    return *run.recoveryTime <= run.within
               ? within
               : RunSummary::tr("%1: the objective was missed").arg(within);
}

/// The same commands that stood on the step's page, for the step that stopped the run.
QList<RowGrid::Command> byHand(const RunView &run)
{
    QList<RowGrid::Command> commands;
    for (const StepView &step : run.steps) {
        if (step.state != StepState::Failed && step.state != StepState::Unknown)
            continue;
        for (const QString &command : step.preview.byHand)
            commands << RowGrid::Command{command, {}};
    }
    return commands;
}

/// The newest line of whoever looks on while the decision waits.
QString meanwhile(const RunView &run)
{
    const StepView *step = currentStep(run);
    if (run.state != RunView::State::WaitingCommit || !step || step->output.isEmpty())
        return {};
    const OutputLine &line = step->output.last();
    return RunSummary::tr("%1 UTC: %2").arg(timeOfDay(line.at), line.text);
}

} // namespace

RunSummary::RunSummary(const CommitWindow &commit, QWidget *parent)
    : QScrollArea(parent)
    , m_commit(commit)
    , m_badge(new StateBadge)
    , m_heading(new HeadingRow(m_badge))
    , m_countdown(label({}, TextRole::Body))
    , m_meanwhile(label({}, TextRole::Muted))
{
    setObjectName(QStringLiteral("runSummary"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setStyleProperty(this, "reading", QStringLiteral("true"));
    m_countdown->setWordWrap(true);
    m_meanwhile->setWordWrap(true);
    m_meanwhile->setObjectName(QStringLiteral("meanwhile"));
    QWidget *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(grid(1), 0, 0, 0);
    column->setSpacing(grid(1));
    column->addWidget(m_heading);
    column->addWidget(m_countdown);
    column->addWidget(m_meanwhile);
    column->addStretch(1);
    setWidget(page);
}

QString RunSummary::countdown(const RunView &run, const QDateTime &now) const
{
    if (run.state != RunView::State::WaitingCommit || !run.commitUntil.isValid())
        return {};
    const Milliseconds left(qMax(qint64(0), now.msecsTo(run.commitUntil)));
    const QString then = m_commit.undo ? tr("then it goes back by itself") : tr("then it is kept");
    return tr("Decide until %1 UTC (%2 local): %3 left, %4.")
        .arg(timeOfDay(run.commitUntil),
             run.commitUntil.toLocalTime().toString(QStringLiteral("HH:mm:ss")), clockText(left),
             then);
}

void RunSummary::warnOfTime(Milliseconds left)
{
    for (const int minutes : {1, 5}) {
        if (left > std::chrono::minutes(minutes) ||
            (m_minutesWarned != 0 && m_minutesWarned <= minutes))
            continue;
        m_minutesWarned = minutes;
        m_countdown->setAccessibleDescription(
            minutes == 1 ? tr("Less than a minute left to decide")
                         : tr("Less than %1 minutes left to decide").arg(minutes));
        QAccessibleEvent alert(m_countdown, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
        return;
    }
}

void RunSummary::setRun(const RunView &run, const QDateTime &now)
{
    const QString left = countdown(run, now);
    setTextIfChanged(m_countdown, left);
    m_countdown->setVisible(!left.isEmpty());
    if (!left.isEmpty())
        warnOfTime(Milliseconds(now.msecsTo(run.commitUntil)));
    setTextIfChanged(m_meanwhile, meanwhile(run));
    m_meanwhile->setVisible(!m_meanwhile->text().isEmpty());
    // What a step says while the decision waits is shown above: the rows stay, and whoever reads them keeps the place.
    RunView told = run;
    for (StepView &step : told.steps)
        step.output.clear();
    if (m_rows && told == m_shown)
        return;
    m_shown = told;
    rebuild(run);
}

void RunSummary::rebuild(const RunView &run)
{
    const bool open = run.state == RunView::State::WaitingCommit;
    m_heading->setText(open ? tr("Keep it, or go back") : outcomeTitle(run));
    const QString proved = run.concern.isEmpty() ? proofText(run).toLower() : tr("proved, and not well since");
    m_badge->setState(toneOf(run), open ? proved : tr("the run has ended"));
    m_badge->setVisible(open || toneOf(run) == Tone::Critical);
    setAccessibleName(QStringLiteral("%1. %2").arg(m_heading->text(), run.explanation));
    delete m_rows;
    m_rows = new RowGrid(widget());
    const bool trouble =
        run.outcome == QLatin1String("needs_operator") || run.outcome == QLatin1String("failed");
    m_rows->addText(tr("Against it"), open ? run.concern : QString());
    m_rows->addText(trouble ? tr("What now") : tr("Meaning"), run.explanation);
    m_rows->addLines(trouble ? tr("Stopped at") : tr("Not proved"),
                     linesOf(run, [](const StepView &step) {
                         return step.state == StepState::Failed || step.state == StepState::Unknown;
                     }));
    m_rows->addCommands(tr("By hand"), byHand(run));
    m_rows->addText(tr("Recovered in"), recoveryLine(run));
    m_rows->addText(tr("Data loss"), run.dataLoss);
    m_rows->addText(tr("Going back"), open ? run.undoLoss : QString());
    m_rows->addLines(tr("Proved"), linesOf(run, [](const StepView &step) {
                         return step.state == StepState::Done;
                     }));
    m_rows->addLines(tr("Undone"), linesOf(run, [](const StepView &step) {
                         return step.state == StepState::Undone;
                     }));
    QStringList leftOut = linesOf(run, [&run, open](const StepView &step) {
        // To keep or go back is the last step itself: it is being decided, or has been.
        const bool decision = open || run.outcome == QLatin1String("recovered");
        return wasLeftOut(step) && !(decision && &step == currentStep(run));
    });
    if (leftOut.isEmpty())
        leftOut << tr("nothing was skipped or overridden");
    m_rows->addLines(tr("Left out"), leftOut);
    if (!run.journalFile.isEmpty())
        m_rows->addCommands(tr("Journal"), {RowGrid::Command{run.journalFile, {}}});
    qobject_cast<QVBoxLayout *>(widget()->layout())->insertWidget(3, m_rows);
}

} // namespace understudy::ui
