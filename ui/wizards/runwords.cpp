// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/runwords.h"

#include "core/base/quantity.h"

#include <QCoreApplication>

namespace understudy::ui {

namespace {

struct RunText
{
    Q_DECLARE_TR_FUNCTIONS(RunWords)
};

QString joined(const QStringList &parts)
{
    QStringList said;
    for (const QString &part : parts) {
        if (!part.isEmpty())
            said << part;
    }
    return said.join(QStringLiteral(" · "));
}

QString numbered(const RunView &run)
{
    const StepView *step = currentStep(run);
    return step ? RunText::tr("step %1 %2").arg(run.current + 1).arg(step->name) : QString();
}

/// A later moment than the one known so far.
void later(QDateTime &newest, const QDateTime &candidate)
{
    if (candidate.isValid() && (!newest.isValid() || newest < candidate))
        newest = candidate;
}

} // namespace

QString stepWord(StepState state)
{
    switch (state) {
    case StepState::Waiting:
        return RunText::tr("waiting");
    case StepState::Current:
        return RunText::tr("waits for you");
    case StepState::Acting:
        return RunText::tr("acting");
    case StepState::Proving:
        return RunText::tr("proving");
    case StepState::Done:
        return RunText::tr("done");
    case StepState::Skipped:
        return RunText::tr("skipped");
    case StepState::Overridden:
        return RunText::tr("overridden");
    case StepState::Failed:
        return RunText::tr("failed");
    case StepState::Unknown:
        return RunText::tr("unknown");
    case StepState::Undone:
        return RunText::tr("undone");
    }
    return {};
}

QString proofText(const RunView &run)
{
    const int open = run.count(StepState::Unknown);
    if (open == 0)
        return RunText::tr("Everything is proved");
    return open == 1 ? RunText::tr("Done, with 1 proof still open")
                     : RunText::tr("Done, with %1 proofs still open").arg(open);
}

QString verbAndTarget(const RunView &run)
{
    const QString prefix = confirmPrefix(run.mode);
    return run.phrase.startsWith(prefix) ? run.phrase.mid(prefix.size()) : run.phrase;
}

QString hazardWords(const StepView &step)
{
    // A badge holds a few words; a longer account stands in a row of its own.
    constexpr qsizetype badge = 48;
    QString loss = step.preview.loss.size() <= badge ? step.preview.loss : RunText::tr("with loss");
    const bool verb = loss == RunText::tr("with loss") ||
        loss.startsWith(QLatin1String("may lose")) || loss.startsWith(QLatin1String("loses"));
    if (!loss.isEmpty() && !verb)
        loss = RunText::tr("may lose %1").arg(loss);
    switch (step.hazard) {
    case Hazard::None:
        return loss;
    case Hazard::Reversible:
        return loss.isEmpty() ? RunText::tr("reversible") : RunText::tr("reversible, %1").arg(loss);
    case Hazard::ReversibleWithLoss:
        return loss.isEmpty() ? RunText::tr("reversible, with loss")
                              : RunText::tr("reversible, %1").arg(loss);
    case Hazard::Irreversible:
        return loss.isEmpty() ? RunText::tr("no way back")
                              : RunText::tr("no way back, %1").arg(loss);
    }
    return {};
}

QString verdictWord(PreflightCheck::Verdict verdict)
{
    switch (verdict) {
    case PreflightCheck::Verdict::Pass:
        return RunText::tr("passed");
    case PreflightCheck::Verdict::Warn:
        return RunText::tr("warning");
    case PreflightCheck::Verdict::Fail:
        return RunText::tr("failed");
    case PreflightCheck::Verdict::Unknown:
        return RunText::tr("unknown");
    }
    return {};
}

QString outcomeTitle(const RunView &run)
{
    if (run.outcome == QLatin1String("recovered"))
        return run.count(StepState::Unknown) == 0
                   ? RunText::tr("Recovered and proved")
                   : RunText::tr("Recovered. %1").arg(proofText(run));
    if (run.outcome == QLatin1String("undone"))
        return RunText::tr("Undone: the run went back");
    if (run.outcome == QLatin1String("refused"))
        return RunText::tr("Refused: nothing was changed");
    if (run.outcome == QLatin1String("failed"))
        return RunText::tr("Failed");
    if (run.outcome == QLatin1String("needs_operator"))
        return RunText::tr("Needs the operator");
    return RunText::tr("The run stands still");
}

QString clockText(Milliseconds duration)
{
    const qint64 seconds = qMax(qint64(0), qint64(duration.count() / 1000));
    const QString tail = QStringLiteral("%1:%2");
    const QLatin1Char zero('0');
    if (seconds < 3600)
        return tail.arg(seconds / 60).arg(seconds % 60, 2, 10, zero);
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, zero)
        .arg(seconds % 60, 2, 10, zero);
}

QString timeOfDay(const QDateTime &time, bool milliseconds)
{
    return time.toUTC().toString(milliseconds ? QStringLiteral("HH:mm:ss.zzz")
                                              : QStringLiteral("HH:mm:ss"));
}

QDateTime lastHappened(const RunView &run)
{
    QDateTime newest;
    for (const StepView &step : run.steps) {
        later(newest, step.startedAt);
        if (step.startedAt.isValid() && step.took)
            later(newest, step.startedAt.addMSecs(step.took->count()));
        if (!step.output.isEmpty())
            later(newest, step.output.last().at);
    }
    return newest;
}

Milliseconds outageSoFar(const RunView &run, const QDateTime &now)
{
    if (run.recoveryTime)
        return *run.recoveryTime;
    if (!run.began.isValid())
        return Milliseconds(0);
    QDateTime until = now;
    if (run.state == RunView::State::Ended) {
        const QDateTime last = lastHappened(run);
        until = last.isValid() ? last : run.began;
    }
    return Milliseconds(qMax(qint64(0), run.began.msecsTo(until)));
}

QString raceText(const RunView &run, const QDateTime &now)
{
    const QString used = clockText(outageSoFar(run, now));
    if (run.recoveryTime) {
        return run.within.count() > 0
                   ? RunText::tr("recovered in %1 of %2")
                         .arg(durationText(*run.recoveryTime), durationText(run.within))
                   : RunText::tr("recovered in %1").arg(durationText(*run.recoveryTime));
    }
    if (run.within.count() <= 0)
        return RunText::tr("%1 since it began").arg(used);
    return joined({RunText::tr("RTO %1 of %2").arg(used, durationText(run.within)), run.objective});
}

QString progressText(const RunView &run, const QDateTime &now)
{
    switch (run.state) {
    case RunView::State::Preparing:
        return RunText::tr("Looking at everything first; nothing is changed");
    case RunView::State::WaitingCommit:
        return run.concern.isEmpty() ? RunText::tr("%1: keep it, or go back").arg(proofText(run))
                                     : RunText::tr("Proved, and not well since: see what speaks against keeping it");
    case RunView::State::Ended:
        return outcomeTitle(run);
    case RunView::State::WaitingForOperator:
    case RunView::State::Running:
        break;
    }
    const StepView *step = currentStep(run);
    if (!step)
        return {};
    // A step that is looked at before it asks is already the current one.
    const bool looking = run.state == RunView::State::Running && step->state == StepState::Current;
    QString said = looking ? RunText::tr("looking") : stepWord(step->state);
    said[0] = said[0].toUpper();
    const QString since = step->startedAt.isValid()
                              ? clockText(Milliseconds(step->startedAt.msecsTo(now)))
                              : QString();
    QString last;
    if (!step->output.isEmpty()) {
        const OutputLine &line = step->output.last();
        last = RunText::tr("last, %1 ago: %2")
                   .arg(clockText(Milliseconds(line.at.msecsTo(now))), line.text);
    }
    return joined({said, since, last});
}

QString announcement(const RunView &before, const RunView &after)
{
    if (after.state == RunView::State::Ended && before.state != RunView::State::Ended)
        return joined({outcomeTitle(after), after.explanation});
    if (after.state == RunView::State::WaitingCommit &&
        before.state != RunView::State::WaitingCommit) {
        return RunText::tr("%1. Keep it, or go back, until %2 UTC")
            .arg(proofText(after), timeOfDay(after.commitUntil));
    }
    if (after.concern != before.concern && !after.concern.isEmpty())
        return after.concern;
    const StepView *now = currentStep(after);
    const StepView *then = currentStep(before);
    const bool asks = after.state == RunView::State::WaitingForOperator;
    const bool asked = before.state == RunView::State::WaitingForOperator;
    if (!now || (now->state == StepState::Current && !asks))
        return {};
    if (then && then->id == now->id && then->state == now->state && asks == asked)
        return {};
    QString said = numbered(after) + QStringLiteral(": ") + stepWord(now->state);
    said[0] = said[0].toUpper();
    return now->state == StepState::Current ? joined({said, now->preview.button}) : said;
}

QString countsText(const RunView &run)
{
    return RunText::tr("skipped %1 · overridden %2 · unknown %3")
        .arg(run.count(StepState::Skipped))
        .arg(run.count(StepState::Overridden))
        .arg(run.count(StepState::Unknown));
}

QList<const StepView *> undoable(const RunView &run)
{
    QList<const StepView *> steps;
    for (qsizetype i = run.steps.size() - 1; i >= 0; --i) {
        const StepView &step = run.steps[i];
        const bool acted = step.state == StepState::Done || step.state == StepState::Overridden ||
                           step.state == StepState::Failed || step.state == StepState::Unknown;
        if (acted && step.canUndo)
            steps << &step;
    }
    return steps;
}

bool hasLeftRowsBehind(const RunView &run)
{
    const bool over = run.state == RunView::State::WaitingCommit || run.state == RunView::State::Ended;
    return over && run.scenario == QLatin1String("database-loss")
           && std::any_of(run.steps.cbegin(), run.steps.cend(), [](const StepView &step) {
                  return step.id == QLatin1String("switch-environment") && (step.state == StepState::Done || step.state == StepState::Undone);
              });
}

bool isStanding(const StepView &step)
{
    return step.state == StepState::Current || step.state == StepState::Failed ||
           step.state == StepState::Unknown;
}

const StepView *currentStep(const RunView &run)
{
    return run.current >= 0 && run.current < run.steps.size() ? &run.steps[run.current] : nullptr;
}

QStringList coveredBy(const RunView &run, const QString &step)
{
    QStringList names;
    for (int i = 0; i < run.steps.size(); ++i) {
        const StepView &one = run.steps[i];
        if (one.confirmedWith == step && one.state == StepState::Waiting && one.confirmation != Confirmation::None)
            names << QStringLiteral("%1 %2").arg(i + 1).arg(one.name);
    }
    return names;
}

} // namespace understudy::ui
