// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runner.h"

#include "core/base/log.h"
#include "core/base/redact.h"
#include "core/recovery/errorjson.h"

#include <QThread>

#include <thread>

// The ways out of a run: keep or go back, undo in reverse, and what is told at the end.
namespace understudy {

Runner::Ending Runner::commit()
{
    RunRecord &record = m_setup.record;
    if (!record.mayHaveActed())
        return {.outcome = QStringLiteral("recovered"), .explanation = nothingDone()};
    if (const Result<QString> released = release(); !released)
        return {.outcome = QStringLiteral("needs_operator"), .error = released.error(), .open = true};
    if (!record.waitingCommit && !openCommitWindow(false))
        return {.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
    for (;;) {
        const std::optional<Decision::Kind> kind = m_setup.atCommit ? m_setup.atCommit : decisionAtCommit();
        if (kind == Decision::Kind::Undo)
            return undoAll();
        if (kind == Decision::Kind::Extend && !openCommitWindow(true))
            return {.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
        if (!kind || (kind == Decision::Kind::Extend && m_setup.atCommit))
            return {.outcome = QStringLiteral("recovered"), .open = true};
        if (kind != Decision::Kind::Extend)
            return {.outcome = QStringLiteral("recovered"), .explanation = QStringLiteral("kept")};
    }
}

/// From now on, as long as the plan says.
Runner::Progress Runner::openCommitWindow(bool again)
{
    const QDateTime until = m_setup.clock.now().addMSecs(m_setup.commitWindow.length.count());
    QJsonObject detail = m_setup.recipe.summary ? m_setup.recipe.summary(m_setup.record.facts) : QJsonObject();
    detail.insert(QStringLiteral("commit_until"), toRfc3339(until));
    detail.insert(QStringLiteral("then"), m_setup.commitWindow.undo ? QStringLiteral("undo") : QStringLiteral("keep"));
    if (again)
        detail.insert(QStringLiteral("extended"), true);
    return journal(m_setup.recipe.steps.back().commit ? m_setup.recipe.steps.back().id : QString(),
                   QStringLiteral("waiting_commit"), detail);
}

/// The person's while there is time, the plan's afterwards; nothing: it goes on waiting without us.
std::optional<Decision::Kind> Runner::decisionAtCommit()
{
    const RunRecord &record = m_setup.record;
    const Decision::Kind planned = m_setup.commitWindow.undo ? Decision::Kind::Undo : Decision::Kind::Keep;
    if (m_setup.clock.now() >= record.view.commitUntil)
        return planned;
    if (!m_setup.hold)
        return std::nullopt;
    const std::optional<Decision> decision = askToCommit(
        {.about = Question::About::Commit, .run = record.view.id, .step = m_setup.recipe.steps.back().id,
         .phrase = record.view.phrase, .until = record.view.commitUntil});
    if (decision)
        return decision->kind;
    if (m_setup.cancel.isCancelled() || m_setup.clock.now() < record.view.commitUntil)
        return std::nullopt;
    return planned;
}

/// Redis may be well and its users not: what could not be proved belongs into the first line that is read.
QString Runner::nothingDone() const
{
    const qsizetype open = m_setup.record.view.count(StepState::Unknown);
    return open == 0 ? QStringLiteral("nothing had to be done")
                     : QStringLiteral("nothing was done, and not all is well: see what is not proved");
}

/// While the person makes up their mind, the recipe's watch looks on. This thread is blocked in the
/// question meanwhile and goes on only when the watch has ended: the journal has one writer at a time.
std::optional<Decision> Runner::askToCommit(const Question &question)
{
    m_setup.person.aboutToAsk();
    m_setup.record.view.current = m_setup.record.indexOf(question.step);
    show();
    const CancelToken answered;
    std::thread watch;
    if (m_setup.recipe.watch) {
        watch = std::thread([this, answered, step = question.step] {
            StepContext looking = context(step, answered);
            while (!answered.isCancelled()) {
                m_setup.recipe.watch(looking);
                QThread::msleep(20);
            }
        });
    }
    std::optional<Decision> decision = m_setup.person.ask(question, m_setup.cancel);
    answered.cancel();
    if (watch.joinable())
        watch.join();
    return decision;
}

Runner::Ending Runner::undoAll()
{
    const auto needsOperator = [](const std::optional<Error> &error) {
        return Ending{.outcome = QStringLiteral("needs_operator"), .error = error, .open = true};
    };
    if (!m_setup.record.undoing
        && !journal({}, QStringLiteral("decided"), {{QStringLiteral("decision"), QStringLiteral("undo")}}))
        return needsOperator(m_journalProblem);
    if (const Result<QString> released = release(); !released)
        return needsOperator(released.error());
    for (size_t i = m_setup.recipe.steps.size(); i-- > 0;) {
        Step &step = m_setup.recipe.steps[i];
        if (!recordOf(step).mayHaveActed || step.holds || step.courtesy || recordOf(step).phase == StepRecord::Phase::Undone)
            continue;
        while (const std::optional<Error> error = undo(step)) {
            if (m_journalProblem)
                return needsOperator(m_journalProblem);
            const std::optional<Decision> decision = ask(
                {.about = Question::About::Failure, .run = m_setup.record.view.id, .step = step.id,
                 .phrase = m_setup.record.view.phrase, .problem = *error});
            // One thing that cannot be taken back must not keep the rest of it: a person says why it is left.
            if (!step.bearsUndo && decision && decision->kind == Decision::Kind::Skip && !decision->reason.isEmpty()) {
                if (!journal(step.id, QStringLiteral("undone"), {{QStringLiteral("evidence"), QStringLiteral("left as it is: %1").arg(decision->reason)},
                                                                 {QStringLiteral("left"), true}}))
                    return needsOperator(m_journalProblem);
                break;
            }
            if (!decision || decision->kind != Decision::Kind::Retry)
                return needsOperator(error);
        }
    }
    return {.outcome = QStringLiteral("undone"), .explanation = leftBehind()};
}

QString Runner::leftBehind() const
{
    QStringList left;
    for (const Step &step : m_setup.recipe.steps) {
        const int index = m_setup.record.indexOf(step.id);
        if (index >= 0 && m_setup.record.steps.at(index).isLeft)
            left.append(QStringLiteral("%1 (%2)").arg(step.name, m_setup.record.view.steps.at(index).result));
    }
    return left.isEmpty() ? QString() : QStringLiteral("gone back, but not with everything: %1").arg(left.join(QStringLiteral("; ")));
}

std::optional<Error> Runner::undo(Step &step)
{
    std::optional<Error> error;
    if (!step.undo) {
        error = Error{ErrorCode::NoWayBack, QStringLiteral("%1 cannot be taken back").arg(step.name)};
    } else if (const Progress stopped = waitStopped(step); !stopped) {
        error = stopped.error().error;
    } else {
        if (!journal(step.id, QStringLiteral("intent"), {{QStringLiteral("undo"), true}}))
            return m_journalProblem;
        StepContext running = context(step.id, m_setup.cancel);
        const Result<QString> done = step.undo(running);
        if (done) {
            if (!journal(step.id, QStringLiteral("undone"), {{QStringLiteral("evidence"), redacted(*done)}}))
                return m_journalProblem;
            return std::nullopt;
        }
        error = done.error();
    }
    if (!journal(step.id, QStringLiteral("failed"), {{QStringLiteral("error"), errorToJson(*error)},
                                                     {QStringLiteral("undo"), true}}))
        return m_journalProblem;
    return error;
}

/// Goes on without a journal if it must: what is taken back here does harm by standing.
Result<QString> Runner::release()
{
    if (!m_setup.recipe.release)
        return QString();
    StepContext running = context({}, {});
    Result<QString> released = m_setup.recipe.release(running);
    if (!released)
        log::error("recovery", released.error().text());
    return released;
}

RunResult Runner::finish(Ending ending)
{
    if (const Result<QString> released = release(); !released) {
        ending = {.outcome = QStringLiteral("needs_operator"), .error = released.error(), .open = true};
    }
    if (ending.explanation.isEmpty() && ending.error)
        ending.explanation = ending.error->text();
    QJsonObject detail{{QStringLiteral("outcome"), ending.outcome},
                       {QStringLiteral("explanation"), redacted(ending.explanation)}};
    if (m_journalProblem) {
        // Nothing more can be written: the result is told, the run stays open.
        ending.open = true;
    } else if (ending.outcome == QLatin1String("needs_operator") && !ending.left) {
        (void)journal({}, QStringLiteral("needs_operator"), detail);
    } else if (!ending.open) {
        const bool undone = ending.outcome == QLatin1String("undone");
        if (m_setup.recipe.summary && (undone || ending.outcome == QLatin1String("recovered"))) {
            QJsonObject facts = m_setup.record.facts;
            facts.insert(QStringLiteral("outcome"), ending.outcome);
            QJsonObject summary = m_setup.recipe.summary(facts);
            if (undone) // nothing is recovered by it
                summary.remove(QStringLiteral("recovery_time_ms"));
            for (QJsonObject::const_iterator it = summary.begin(); it != summary.end(); ++it)
                detail.insert(it.key(), it.value());
        }
        (void)journal({}, QStringLiteral("closed"), detail);
    }
    if (ending.open && !m_setup.record.waitingCommit) {
        m_setup.record.view.state = RunView::State::WaitingForOperator;
        m_setup.record.view.explanation = ending.explanation;
    }
    show();
    return resultOf(ending);
}

RunResult Runner::resultOf(const Ending &ending) const
{
    const RunRecord &record = m_setup.record;
    RunResult result{.run = record.view.id,
                     .outcome = ending.outcome,
                     .explanation = ending.explanation,
                     .commitUntil = record.waitingCommit ? record.view.commitUntil : QDateTime(),
                     .took = m_setup.clock.monotonic() - m_startedAt,
                     .recoveryTime = record.view.recoveryTime,
                     .confirm = ending.confirmationMissing ? record.view.phrase : QString(),
                     .error = ending.error,
                     .view = record.view};
    if (m_setup.recipe.summary) {
        QJsonObject facts = record.facts;
        facts.insert(QStringLiteral("outcome"), ending.outcome);
        result.dataLoss = m_setup.recipe.summary(facts)[QStringLiteral("data_loss")].toObject();
    }
    return result;
}

} // namespace understudy
