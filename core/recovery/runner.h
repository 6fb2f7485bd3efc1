// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"
#include "core/recovery/operator.h"
#include "core/recovery/recipe.h"
#include "core/recovery/runrecord.h"
#include "core/recovery/runresult.h"

#include <QHash>

namespace understudy {

/// Carries out one Recipe, from its start or from where its journal ends. Blocks; one thread.
///
/// Pre-flight of all, then for each step: observe, ask, journal the intent, act, journal, prove. An act
/// that was interrupted is looked for in the world before anything else is said about it. `release` is
/// called on every way out, and first of all on resume. Nothing is done that is not journaled before.
class Runner
{
public:
    struct Setup
    {
        Recipe recipe;
        RunRecord record; ///< with the first entry applied; with all of them on resume
        JournalWriter &journal;
        Operator &person;
        const Clock &clock;
        CancelToken cancel;
        CommitWindow commitWindow;
        bool resumed = false;
        bool hold = false; ///< wait for keep or undo instead of leaving the run open for it
        std::optional<Decision::Kind> atCommit; ///< Keep or Undo, decided beforehand
        std::function<void(const JournalEntry &)> onEntry = {};
        std::function<void(const RunView &)> onView = {};
    };

    explicit Runner(Setup setup);
    RunResult run();

private:
    /// What stops the way from one step to the next.
    struct Trouble
    {
        enum class Kind { Refused, Failed, Unknown, Undo, StandStill, Override };
        Kind kind = Kind::Failed;
        Error error;
        QString reason = {};              ///< Override
        bool confirmationMissing = false; ///< Refused
    };
    using Progress = tl::expected<Unit, Trouble>;
    struct Ending
    {
        QString outcome; ///< empty: stands still
        QString explanation = {};
        std::optional<Error> error = {};
        bool open = false;                ///< the journal gets no last entry: the run can be gone on with
        bool confirmationMissing = false;
        bool left = false;                ///< ends for good, though it is not whole: a person has said so
    };

    Ending goThrough();
    std::optional<Ending> carryOut(Step &step);
    std::optional<Ending> troubled(Step &step, const Trouble &trouble);
    void surveyFrom(size_t index);
    bool isBehindUs(Step &step);

    Progress attempt(Step &step);
    Progress doIt(Step &step);
    Progress agree(Step &step, QJsonObject &intent);
    Progress confirm(Step &step, const StepPreview &preview);
    Progress interrupted(Step &step, const Error &error);
    Progress prove(Step &step);
    Progress waitStopped(Step &step);
    Result<Observation> observe(Step &step);
    Result<QList<PreflightCheck>> check(Step &step);

    std::optional<Decision> ask(const Question &question);
    Ending commit();
    Progress openCommitWindow(bool again);
    std::optional<Decision::Kind> decisionAtCommit();
    QString nothingDone() const;
    QString leftBehind() const; ///< what a person let stay on the way back; empty: nothing
    std::optional<Decision> askToCommit(const Question &question);
    Ending undoAll();
    std::optional<Error> undo(Step &step);
    Result<QString> release();
    RunResult finish(Ending ending);
    RunResult resultOf(const Ending &ending) const;

    Progress journal(const QString &step, const QString &event, const QJsonObject &detail);
    StepContext context(const QString &step, const CancelToken &cancel);
    void show();
    StepRecord &recordOf(const Step &step) { return m_setup.record.steps[indexOf(step)]; }
    StepView &viewOf(const Step &step) { return m_setup.record.view.steps[indexOf(step)]; }
    int indexOf(const Step &step) const { return int(&step - m_setup.recipe.steps.data()); }

    Setup m_setup;
    size_t m_surveyed = 0; ///< steps before this one have had their pre-flight
    QHash<QString, Confirmation> m_given; ///< confirmations of this sitting, by step
    Milliseconds m_startedAt;
    std::optional<Error> m_journalProblem;
};

} // namespace understudy
