// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runexecution.h"

#include "core/journal/resourcelock.h"
#include "core/recovery/olderruns.h"
#include "core/recovery/pagernotes.h"
#include "core/recovery/runner.h"
#include "core/recovery/runstore.h"
#include "core/recovery/scenarios/failoverredis.h"
#include "core/recovery/scenarios/recoverdatabase.h"
#include "core/recovery/scenarios/recoverdeployment.h"

namespace understudy {
namespace {

RunResult neverBegan(const Error &error)
{
    return {.outcome = QStringLiteral("refused"), .explanation = error.text(), .error = error};
}

Result<Unit> checkResumable(const RunRecord &record, const Plan &plan, std::optional<Decision::Kind> deciding)
{
    if (record.closed)
        return fail(ErrorCode::InvalidInput, QStringLiteral("run %1 has ended: %2").arg(record.view.id, record.view.outcome),
                    QStringLiteral("Begin a new run."));
    if (record.view.planVersion != plan.version)
        return fail(ErrorCode::PlanInvalid, QStringLiteral("the plan has changed since run %1 began").arg(record.view.id),
                    QStringLiteral("Resume with the plan file as it was (%1), or end the run by hand.").arg(record.view.planVersion));
    const bool tooEarly = deciding == Decision::Kind::Extend && !record.waitingCommit;
    if (tooEarly || (deciding && !record.waitingCommit && !record.undoing && !record.mayHaveActed()))
        return fail(ErrorCode::InvalidInput, QStringLiteral("run %1 does not wait for a decision").arg(record.view.id),
                    QStringLiteral("Resume it first."));
    return Unit{};
}

Result<RunRecord> opened(const RunExecution &execution, const RunOptions &options, const Recipe &recipe, const QString &run, JournalWriter &journal)
{
    Result<JournalEntry> entry = journal.append(
        {.run = run, .event = QStringLiteral("opened"),
         .detail = RunRecord::opening(recipe, options, execution.plan, execution.outageBegan)});
    if (!entry)
        return fail(entry.error());
    RunRecord record = RunRecord::of({*entry});
    record.view.journalFile = runstore::fileOf(execution.folder, run);
    if (execution.onEntry)
        execution.onEntry(*entry);
    return record;
}

RunResult sit(const RunExecution &execution, const RunOptions &options, Recipe recipe, const QString &run)
{
    const Result<std::unique_ptr<ResourceLock>> lock = ResourceLock::take(execution.folder, recipe.resource, run);
    if (!lock)
        return neverBegan(lock.error());
    const bool resumed = !execution.resume.isEmpty();
    std::optional<OlderRuns> older;
    if (!resumed) {
        older.emplace(execution.folder, recipe, execution.clock);
        if (const Result<Unit> free = older->checkNoneInTheMiddle(); !free)
            return neverBegan(free.error());
    }
    const Result<std::unique_ptr<JournalWriter>> journal
        = JournalWriter::open(runstore::fileOf(execution.folder, run), execution.clock);
    if (!journal)
        return neverBegan(journal.error());
    // Read under the lock: until now another program may have been at it.
    Result<RunRecord> record = resumed ? runstore::one(execution.folder, run) : opened(execution, options, recipe, run, **journal);
    if (!record)
        return neverBegan(record.error());
    if (const Result<Unit> fit = checkResumable(*record, execution.plan, execution.atCommit); !fit)
        return neverBegan(fit.error());
    if (execution.atCommit == Decision::Kind::Undo && !record->waitingCommit)
        record->undoing = true;
    PagerNotes notes(execution.plan, execution.secrets, *record, execution.cancel);
    RunResult result = Runner({.recipe = std::move(recipe),
                   .record = std::move(*record),
                   .journal = **journal,
                   .person = execution.person,
                   .clock = execution.clock,
                   .cancel = execution.cancel,
                   .commitWindow = execution.plan.commitWindow,
                   .resumed = resumed,
                   .hold = execution.hold,
                   .atCommit = execution.atCommit,
                   .onEntry = [&execution, &notes, &older](const JournalEntry &entry) {
                       if (older)
                           older->take(entry);
                       notes.take(entry);
                       if (execution.onEntry)
                           execution.onEntry(entry);
                   },
                   .onView = execution.onView})
        .run();
    result.pagerNotes = notes.wait();
    return result;
}

} // namespace

RunResult execute(const RunExecution &execution)
{
    RunOptions options = execution.options;
    QString run = execution.resume;
    if (run.isEmpty()) {
        run = runstore::newId(execution.clock);
        Result<RunOptions> chosen = withSourceChosen(execution.plan, options, execution.secrets, execution.cancel);
        if (!chosen)
            return neverBegan(chosen.error());
        options = *chosen;
    } else {
        const Result<RunRecord> record = runstore::one(execution.folder, run);
        if (!record)
            return neverBegan(record.error());
        options = record->options;
    }
    Result<Recipe> recipe = makeRecipe(execution.plan, options, execution.secrets);
    if (!recipe)
        return neverBegan(recipe.error());
    if (execution.adapt)
        execution.adapt(*recipe);
    return sit(execution, options, std::move(*recipe), run);
}

Result<Recipe> makeRecipe(const Plan &plan, const RunOptions &options, const SecretResolver &secrets)
{
    if (options.scenario == QLatin1String("redis"))
        return failOverRedis(plan, options, secrets);
    if (options.scenario == QLatin1String("database"))
        return recoverDatabase(plan, options, secrets);
    if (options.scenario == QLatin1String("deployment"))
        return recoverDeployment(plan, options, secrets);
    return fail(ErrorCode::InvalidInput, QStringLiteral("no recipe for %1 in this version").arg(options.scenario),
                QStringLiteral("Follow the plan's own words for it: `understudyctl plan render`."));
}

} // namespace understudy
