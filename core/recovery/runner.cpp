// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runner.h"

#include "core/base/log.h"
#include "core/base/redact.h"
#include "core/recovery/errorjson.h"

#include <QJsonArray>
#include <QThread>

namespace understudy {
namespace {

using Phase = StepRecord::Phase;
using Sight = Observation::Sight;

QJsonObject problem(const Error &error) { return {{QStringLiteral("error"), errorToJson(error)}}; }

/// The first check that forbids the act.
std::optional<Error> objectionOf(const QList<PreflightCheck> &checks)
{
    for (const PreflightCheck &check : checks) {
        if (check.verdict == PreflightCheck::Verdict::Fail)
            return Error{ErrorCode::PreflightFailed, QStringLiteral("%1: %2").arg(check.check, check.why),
                         QStringLiteral("This step was not done; mend it first, then try again.")};
    }
    return {};
}

QJsonArray checksJson(const QList<PreflightCheck> &checks)
{
    QJsonArray list;
    for (const PreflightCheck &check : checks) {
        list.append(QJsonObject{{QStringLiteral("check"), check.check},
                                {QStringLiteral("verdict"), verdictName(check.verdict)},
                                {QStringLiteral("why"), redacted(check.why)}});
    }
    return list;
}

QJsonArray actsJson(const StepPreview &preview)
{
    QJsonArray list;
    for (const ExactAct &act : preview.willDo)
        list.append(QJsonObject{{QStringLiteral("text"), redacted(act.text)}, {QStringLiteral("on"), act.on}});
    return list;
}

} // namespace

Runner::Runner(Setup setup) : m_setup(std::move(setup)), m_startedAt(m_setup.clock.monotonic()) {}

RunResult Runner::run()
{
    if (m_setup.record.closed)
        return resultOf({.outcome = m_setup.record.view.outcome, .explanation = m_setup.record.view.explanation});
    return finish(goThrough());
}

Runner::Ending Runner::goThrough()
{
    if (m_setup.resumed) {
        if (const Result<QString> released = release(); !released)
            return {.outcome = QStringLiteral("needs_operator"), .error = released.error(), .open = true};
    }
    if (m_setup.record.undoing)
        return undoAll();
    if (m_setup.atCommit == Decision::Kind::Keep && !m_setup.record.waitingCommit)
        return {.outcome = QStringLiteral("needs_operator"), .explanation = QStringLiteral("left in the middle, as it stands"), .left = true};
    if (m_setup.record.waitingCommit)
        return commit();
    for (size_t i = 0; i < m_setup.recipe.steps.size(); ++i) {
        surveyFrom(i);
        if (const std::optional<Ending> ending = carryOut(m_setup.recipe.steps[i]))
            return *ending;
    }
    return {.outcome = QStringLiteral("recovered")};
}

/// Pre-flights, up to the next step that lets the world come to rest. What they find is shown; whether
/// it refuses is decided by the step itself, which looks again.
void Runner::surveyFrom(size_t index)
{
    if (m_setup.resumed || index < m_surveyed)
        return;
    while (m_surveyed < m_setup.recipe.steps.size()) {
        Step &step = m_setup.recipe.steps[m_surveyed++];
        if (step.skipReason.isEmpty()) {
            if (const Result<QList<PreflightCheck>> checks = check(step); checks && !checks->isEmpty()) {
                if (!journal(step.id, QStringLiteral("preflight"), {{QStringLiteral("checks"), checksJson(*checks)}}))
                    return;
            }
        }
        if (step.settles)
            return;
    }
}

std::optional<Runner::Ending> Runner::carryOut(Step &step)
{
    if (isBehindUs(step))
        return std::nullopt;
    if (step.commit)
        return commit();
    for (;;) {
        Progress progress = step.skipReason.isEmpty()
            ? attempt(step)
            : journal(step.id, QStringLiteral("skipped"), {{QStringLiteral("reason"), step.skipReason}});
        if (progress)
            return std::nullopt;
        if (const std::optional<Ending> ending = troubled(step, progress.error()))
            return ending;
        if (recordOf(step).isOver())
            return std::nullopt;
    }
}

/// Done in an earlier sitting, and still true as far as it has to be.
bool Runner::isBehindUs(Step &step)
{
    if (!recordOf(step).isOver())
        return false;
    if (!step.holds || recordOf(step).phase != Phase::Verified)
        return true;
    const Result<Observation> seen = observe(step);
    return seen && seen->sight != Sight::NotYet;
}

/// Nothing: the step is over, or is to be tried again.
std::optional<Runner::Ending> Runner::troubled(Step &step, const Trouble &trouble)
{
    if (m_journalProblem)
        return Ending{.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
    if (trouble.kind == Trouble::Kind::StandStill)
        return Ending{.outcome = {}, .open = true};
    if (trouble.kind == Trouble::Kind::Undo)
        return undoAll();
    if (trouble.kind == Trouble::Kind::Override) {
        const QString event = step.optional || step.courtesy ? QStringLiteral("skipped") : QStringLiteral("overridden");
        if (!journal(step.id, event, {{QStringLiteral("reason"), trouble.reason}}))
            return Ending{.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
        return std::nullopt;
    }
    if (step.courtesy && !trouble.confirmationMissing) {
        QJsonObject detail = problem(trouble.error);
        detail.insert(QStringLiteral("advisory"), true);
        if (!journal(step.id, QStringLiteral("unknown"), detail))
            return Ending{.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
        return std::nullopt;
    }
    if (trouble.kind == Trouble::Kind::Refused && !m_setup.record.mayHaveActed())
        return Ending{.outcome = QStringLiteral("refused"), .explanation = trouble.error.text(), .error = trouble.error,
                      .confirmationMissing = trouble.confirmationMissing};
    const bool unknown = trouble.kind == Trouble::Kind::Unknown;
    QJsonObject detail = problem(trouble.error);
    if (!unknown && !recordOf(step).mayHaveActed)
        detail.insert(QStringLiteral("done"), false);
    if (!journal(step.id, unknown ? QStringLiteral("unknown") : QStringLiteral("failed"), detail))
        return Ending{.outcome = QStringLiteral("needs_operator"), .error = m_journalProblem, .open = true};
    const std::optional<Decision> decision = ask(
        {.about = unknown ? Question::About::Unknown : Question::About::Failure, .run = m_setup.record.view.id,
         .step = step.id, .phrase = m_setup.record.view.phrase, .problem = trouble.error});
    if (!decision)
        return Ending{.outcome = {}, .error = trouble.error, .open = true};
    switch (decision->kind) {
    case Decision::Kind::Retry:
        return std::nullopt;
    case Decision::Kind::Undo:
        return undoAll();
    case Decision::Kind::Skip:
        if (!decision->reason.isEmpty())
            return troubled(step, {Trouble::Kind::Override, trouble.error, decision->reason});
        [[fallthrough]];
    default:
        return Ending{.outcome = unknown ? QStringLiteral("needs_operator") : QStringLiteral("failed"),
                      .explanation = trouble.error.text(), .error = trouble.error,
                      .open = m_setup.record.mayHaveActed()};
    }
}

Runner::Progress Runner::attempt(Step &step)
{
    viewOf(step).state = StepState::Current;
    m_setup.record.view.current = indexOf(step);
    m_setup.record.view.state = RunView::State::Running;
    show();
    const bool before = recordOf(step).mayHaveActed;
    if (before) {
        if (Progress stopped = waitStopped(step); !stopped)
            return stopped;
    }
    const Result<Observation> seen = observe(step);
    if (!seen && seen.error().code == ErrorCode::Cancelled)
        return tl::unexpected<Trouble>({Trouble::Kind::StandStill, seen.error()});
    if (!seen)
        return tl::unexpected<Trouble>({Trouble::Kind::Unknown, seen.error()});
    switch (seen->sight) {
    case Sight::Unknown:
        return tl::unexpected<Trouble>({Trouble::Kind::Unknown, Error{ErrorCode::NotProved, seen->detail}});
    case Sight::NotNeeded:
        return journal(step.id, QStringLiteral("skipped"), {{QStringLiteral("reason"), seen->detail}});
    case Sight::AlreadyTrue:
        if (!before) {
            return journal(step.id, QStringLiteral("skipped"), {{QStringLiteral("reason"), QStringLiteral("already true")},
                                                                {QStringLiteral("seen"), seen->detail}});
        }
        if (Progress noted = journal(step.id, QStringLiteral("acted"), {{QStringLiteral("found"), seen->detail}}); !noted)
            return noted;
        return prove(step);
    case Sight::NotYet:
        break;
    }
    return step.act ? doIt(step) : prove(step);
}

Runner::Progress Runner::doIt(Step &step)
{
    QJsonObject intent;
    if (Progress agreed = agree(step, intent); !agreed)
        return agreed;
    if (Progress announced = journal(step.id, QStringLiteral("intent"), intent); !announced)
        return announced;
    StepContext running = context(step.id, m_setup.cancel);
    const Result<QString> reply = step.act(running);
    if (m_journalProblem)
        return tl::unexpected<Trouble>({Trouble::Kind::Unknown, *m_journalProblem});
    if (!reply)
        return interrupted(step, reply.error());
    if (Progress acted = journal(step.id, QStringLiteral("acted"), {{QStringLiteral("reply"), redacted(*reply)}}); !acted)
        return acted;
    return prove(step);
}

/// Shows what will be done, checks it, asks, and asks the target who it is before and after.
Runner::Progress Runner::agree(Step &step, QJsonObject &intent)
{
    const auto refused = [](const Error &error) {
        return tl::unexpected<Trouble>({Trouble::Kind::Refused, error});
    };
    StepContext looking = context(step.id, m_setup.cancel);
    StepPreview preview;
    if (step.preview) {
        Result<StepPreview> made = step.preview(looking);
        if (!made)
            return refused(made.error());
        preview = *made;
    }
    viewOf(step).preview = preview;
    const Result<QList<PreflightCheck>> checks = check(step);
    if (!checks)
        return refused(checks.error());
    if (!checks->isEmpty()) {
        if (Progress noted = journal(step.id, QStringLiteral("preflight"), {{QStringLiteral("checks"), checksJson(*checks)}}); !noted)
            return noted;
    }
    if (const std::optional<Error> against = objectionOf(*checks))
        return refused(*against);
    const Result<QString> confirmed = step.identity ? step.identity(looking) : Result<QString>(QString());
    if (!confirmed)
        return refused(confirmed.error());
    const bool waits = std::max(step.confirmation, preview.atLeast) != Confirmation::None;
    if (Progress asked = confirm(step, preview); !asked)
        return asked;
    // A person may have thought for minutes: what was well then need not be well now.
    const Result<QList<PreflightCheck>> again = waits ? check(step) : checks;
    if (!again)
        return refused(again.error());
    if (const std::optional<Error> against = objectionOf(*again))
        return refused(*against);
    const Result<QString> now = step.identity ? step.identity(looking) : Result<QString>(QString());
    if (!now || *now != *confirmed) {
        return refused({ErrorCode::TargetChanged, QStringLiteral("the target is not the one that was confirmed"),
                        QStringLiteral("Look again and confirm again."),
                        QStringLiteral("%1, now %2").arg(*confirmed, now ? *now : now.error().text())});
    }
    const Result<QJsonObject> facts = step.prepare ? step.prepare(looking) : Result<QJsonObject>(QJsonObject());
    if (!facts)
        return refused(facts.error());
    intent = {{QStringLiteral("will_do"), actsJson(preview)}, {QStringLiteral("facts"), *facts}};
    if (!confirmed->isEmpty())
        intent.insert(QStringLiteral("target"), *confirmed);
    return Unit{};
}

Runner::Progress Runner::confirm(Step &step, const StepPreview &preview)
{
    const Confirmation needed = std::max(step.confirmation, preview.atLeast);
    viewOf(step).confirmation = needed;
    if (needed == Confirmation::None || m_given.value(step.confirmedWith, Confirmation::None) >= needed)
        return Unit{};
    const QString phrase = m_setup.record.view.phrase;
    const std::optional<Decision> decision = ask(
        {.about = Question::About::Act, .run = m_setup.record.view.id, .step = step.id, .confirmation = needed,
         .phrase = phrase, .offered = step.offered, .courtesy = step.courtesy});
    const Error missing{ErrorCode::ConfirmationMissing, QStringLiteral("not confirmed"),
                        QStringLiteral("Nothing was done; confirm with the exact phrase to go on.")};
    if (!decision)
        return tl::unexpected<Trouble>({Trouble::Kind::StandStill, missing});
    if (decision->kind == Decision::Kind::Undo)
        return tl::unexpected<Trouble>({Trouble::Kind::Undo, missing});
    if (decision->kind == Decision::Kind::Skip && !decision->reason.isEmpty())
        return tl::unexpected<Trouble>({Trouble::Kind::Override, missing, decision->reason});
    const bool wrongPhrase = needed == Confirmation::Phrase && decision->phrase != phrase;
    if (decision->kind != Decision::Kind::Proceed || wrongPhrase)
        return tl::unexpected<Trouble>({Trouble::Kind::Refused, missing, {}, true});
    m_given.insert(step.id, needed);
    return journal(step.id, QStringLiteral("decided"), {{QStringLiteral("decision"), QStringLiteral("proceed")},
                                                        {QStringLiteral("confirmation"), confirmationName(needed)}});
}

std::optional<Decision> Runner::ask(const Question &question)
{
    m_setup.person.aboutToAsk();
    m_setup.record.view.current = m_setup.record.indexOf(question.step);
    if (question.about != Question::About::Commit)
        m_setup.record.view.state = RunView::State::WaitingForOperator;
    show();
    std::optional<Decision> decision = m_setup.person.ask(question, m_setup.cancel);
    if (question.about != Question::About::Commit)
        m_setup.record.view.state = RunView::State::Running;
    return decision;
}

/// The act gave no answer that can be trusted: only the world can say what has become of it.
Runner::Progress Runner::interrupted(Step &step, const Error &error)
{
    if (Progress stopped = waitStopped(step); !stopped)
        return stopped;
    const Result<Observation> seen = observe(step);
    if (seen && seen->sight == Sight::AlreadyTrue) {
        const QJsonObject detail{{QStringLiteral("reply"), redacted(error.text())}, {QStringLiteral("found"), seen->detail}};
        if (Progress acted = journal(step.id, QStringLiteral("acted"), detail); !acted)
            return acted;
        return prove(step);
    }
    if (seen && seen->sight == Sight::NotYet && seen->partly)
        return tl::unexpected<Trouble>({Trouble::Kind::Failed, error});
    if (seen && seen->sight == Sight::NotYet && error.code != ErrorCode::NeedsOperator) {
        recordOf(step).mayHaveActed = false;
        return tl::unexpected<Trouble>({Trouble::Kind::Failed, error});
    }
    return tl::unexpected<Trouble>({Trouble::Kind::Unknown, error});
}

Runner::Progress Runner::prove(Step &step)
{
    viewOf(step).state = StepState::Proving;
    show();
    StepContext looking = context(step.id, m_setup.cancel);
    Result<QString> evidence = QString();
    if (step.verify) {
        evidence = step.verify(looking);
    } else if (const Result<Observation> seen = observe(step); !seen) {
        evidence = fail(seen.error());
    } else if (seen->sight == Sight::AlreadyTrue) {
        evidence = seen->detail;
    } else {
        evidence = fail(ErrorCode::NotProved, QStringLiteral("%1 is not proved").arg(step.name), {}, seen->detail);
    }
    if (evidence)
        return journal(step.id, QStringLiteral("verified"), {{QStringLiteral("evidence"), redacted(*evidence)}});
    if (m_setup.cancel.isCancelled())
        return tl::unexpected<Trouble>({Trouble::Kind::StandStill, evidence.error()});
    if (step.advisory || evidence.error().code == ErrorCode::CannotTell) {
        QJsonObject detail = problem(evidence.error());
        detail.insert(QStringLiteral("advisory"), true);
        return journal(step.id, QStringLiteral("unknown"), detail);
    }
    const bool open = evidence.error().code == ErrorCode::NeedsOperator;
    return tl::unexpected<Trouble>({open ? Trouble::Kind::Unknown : Trouble::Kind::Failed, evidence.error()});
}

Runner::Progress Runner::waitStopped(Step &step)
{
    const Milliseconds until = m_setup.clock.monotonic() + step.deadline;
    StepContext looking = context(step.id, {});
    while (step.stillRunning) {
        const Result<bool> running = step.stillRunning(looking);
        if (running && !*running)
            break;
        if (m_setup.clock.monotonic() >= until) {
            return tl::unexpected<Trouble>({Trouble::Kind::Unknown,
                {ErrorCode::NeedsOperator, QStringLiteral("cannot tell whether %1 has stopped").arg(step.name),
                 QStringLiteral("Look at the system itself; then resume the run."),
                 running ? QStringLiteral("it is still under way") : running.error().text()}});
        }
        QThread::msleep(50);
    }
    return Unit{};
}

/// Never cancelled: what an interrupted run has left behind has to be seen.
Result<Observation> Runner::observe(Step &step)
{
    if (!step.observe)
        return Observation{.sight = Sight::NotYet};
    StepContext looking = context(step.id, step.settles || step.offered ? m_setup.cancel : CancelToken());
    return step.observe(looking);
}

Result<QList<PreflightCheck>> Runner::check(Step &step)
{
    if (!step.preflight)
        return QList<PreflightCheck>();
    StepContext looking = context(step.id, m_setup.cancel);
    Result<QList<PreflightCheck>> checks = step.preflight(looking);
    if (checks)
        viewOf(step).preflight = *checks;
    return checks;
}

Runner::Progress Runner::journal(const QString &step, const QString &event, const QJsonObject &detail)
{
    Result<JournalEntry> entry = m_setup.journal.append({.run = m_setup.record.view.id, .step = step, .event = event,
                                                         .detail = detail});
    if (!entry) {
        m_journalProblem = entry.error();
        log::error("recovery", entry.error().text());
        return tl::unexpected<Trouble>({Trouble::Kind::Unknown, entry.error()});
    }
    m_setup.record.apply(*entry);
    if (m_setup.onEntry)
        m_setup.onEntry(*entry);
    show();
    return Unit{};
}

StepContext Runner::context(const QString &step, const CancelToken &cancel)
{
    const auto asResult = [](const Progress &progress) {
        return progress ? Result<Unit>(Unit{}) : fail(progress.error().error);
    };
    return {.facts = m_setup.record.facts,
            .clock = m_setup.clock,
            .cancel = cancel,
            .say = [this, step](const QString &line) {
                const int index = m_setup.record.indexOf(step);
                if (index < 0)
                    return;
                QList<OutputLine> &output = m_setup.record.view.steps[index].output;
                // What waits for an obstacle names it at every try: once is enough, and 200 lines are kept.
                const QString text = redacted(line);
                if (!output.isEmpty() && output.last().text == text)
                    return;
                output.append({m_setup.clock.now(), text});
                if (output.size() > 200)
                    output.removeFirst();
                show();
            },
            .note = [this, step, asResult](const QJsonObject &facts) {
                return asResult(journal(step, QStringLiteral("note"), {{QStringLiteral("facts"), facts}}));
            },
            .retried = [this, step, asResult](const QString &why) {
                return asResult(journal(step, QStringLiteral("retried"), {{QStringLiteral("why"), redacted(why)}}));
            },
            .external = [this, step, asResult](const QString &what) {
                return asResult(journal(step, QStringLiteral("external"), {{QStringLiteral("what"), redacted(what)}}));
            },
            .hold = m_setup.hold};
}

void Runner::show()
{
    if (m_setup.onView)
        m_setup.onView(m_setup.record.view);
}

} // namespace understudy
