// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runfactory.h"

#include "core/recovery/bisect/momentsearch.h"
#include "core/recovery/liveruncontroller.h"
#include "core/recovery/runexecution.h"
#include "core/recovery/runstore.h"
#include "core/recovery/salvagejob.h"

namespace understudy {

LiveRunFactory::LiveRunFactory(Plan plan, const SecretResolver &secrets, const Clock &clock, QString journalFolder)
    : m_plan(std::move(plan)), m_secrets(secrets), m_clock(clock), m_folder(std::move(journalFolder))
{
}

std::unique_ptr<RunController> LiveRunFactory::begin(const RunOptions &options, const QDateTime &outageBegan)
{
    return std::make_unique<LiveRunController>(LiveRunController::Setup{
        .plan = m_plan, .secrets = m_secrets, .clock = m_clock, .folder = m_folder, .options = options,
        .outageBegan = outageBegan});
}

Result<std::unique_ptr<RunController>> LiveRunFactory::resume(const QString &runId)
{
    const Result<RunRecord> record = runstore::one(m_folder, runId);
    if (!record)
        return fail(record.error());
    if (record->closed)
        return fail(ErrorCode::InvalidInput, QStringLiteral("run %1 has ended: %2").arg(runId, record->view.outcome));
    return std::make_unique<LiveRunController>(LiveRunController::Setup{
        .plan = m_plan, .secrets = m_secrets, .clock = m_clock, .folder = m_folder, .resume = runId,
        .view = record->view});
}

RunView LiveRunFactory::outline(const RunOptions &options) const
{
    // Passwords are no part of an outline, and finding them can take long.
    Plan plan = m_plan;
    if (plan.redis)
        plan.redis->password = plan.redis->sentinelPassword = {};
    if (plan.application)
        plan.application->queuesToken = {};
    const Result<Recipe> recipe = makeRecipe(plan, options, m_secrets);
    if (!recipe)
        return {};
    RunView view{.scenario = recipe->scenario, .title = recipe->title, .mode = plan.mode, .planName = plan.name,
                 .phrase = confirmPrefix(plan.mode) + recipe->phrase, .objective = recipe->objective,
                 .within = recipe->within};
    for (const Step &step : recipe->steps) {
        StepView shown{.id = step.id, .name = step.name, .hazard = step.hazard, .confirmation = step.confirmation,
                       .optional = step.optional, .canUndo = step.undo || step.holds, .confirmedWith = step.confirmedWith, .result = step.skipReason};
        if (!step.skipReason.isEmpty())
            shown.state = StepState::Skipped;
        view.steps.append(shown);
    }
    return view;
}

std::unique_ptr<MomentSearch> RunFactory::searchMoment(const BisectionOptions &)
{
    return nullptr;
}

std::unique_ptr<MomentSearch> LiveRunFactory::searchMoment(const BisectionOptions &options)
{
    return std::make_unique<LiveMomentSearch>(m_plan, m_secrets, m_clock, m_folder, options);
}

std::unique_ptr<SalvageJob> RunFactory::salvage(const QString &, const QString &)
{
    return nullptr;
}

std::unique_ptr<SalvageJob> LiveRunFactory::salvage(const QString &runId, const QString &file)
{
    return std::make_unique<LiveSalvageJob>(m_plan, m_secrets, m_clock, m_folder, runId, file);
}

QList<RunView> LiveRunFactory::open() const
{
    QList<RunView> views;
    for (const RunRecord &record : runstore::all(m_folder)) {
        if (!record.closed)
            views.append(record.view);
    }
    return views;
}

QStringList LiveRunFactory::expired() const
{
    QStringList runs;
    for (const RunRecord &record : runstore::all(m_folder)) {
        if (record.waitingCommit && record.view.planVersion == m_plan.version && record.view.commitUntil <= m_clock.now())
            runs.append(record.view.id);
    }
    return runs;
}

} // namespace understudy
