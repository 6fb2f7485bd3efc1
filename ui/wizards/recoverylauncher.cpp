// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/recoverylauncher.h"

#include "ui/database/databasewords.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/prompter.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/databasechoices.h"
#include "ui/wizards/deploymentchoices.h"
#include "ui/wizards/recoverywizard.h"
#include "ui/wizards/steprail.h"
#include "ui/wizards/redischoices.h"
#include "ui/wizards/runwords.h"
#include "ui/wizards/salvagedialog.h"

#include <QStandardPaths>

namespace understudy::ui {

namespace {

/// The system that a scenario recovers: runs name it "redis", triage "redis-master-failure".
QString systemOf(const QString &scenario)
{
    if (scenario == QLatin1String("redis") || scenario == QLatin1String("redis-master-failure"))
        return QStringLiteral("redis");
    if (scenario == QLatin1String("database") || scenario == QLatin1String("database-loss"))
        return QStringLiteral("database");
    if (scenario == QLatin1String("deployment") || scenario == QLatin1String("bad-deployment"))
        return QStringLiteral("deployment");
    return {};
}

bool sameSystem(const QString &one, const QString &other)
{
    return one == other || (!systemOf(one).isEmpty() && systemOf(one) == systemOf(other));
}

QString whereItStands(const RunView &run)
{
    if (run.state == RunView::State::WaitingCommit)
        return RecoveryLauncher::tr("is proved and waits for keep or go back until %1 UTC; then the "
                                    "plan decides")
            .arg(run.commitUntil.toUTC().toString(QStringLiteral("HH:mm:ss")));
    // The one that was at work; a step that was passed over is no place to stand at.
    for (qsizetype i = run.steps.size(); i-- > 0;) {
        const StepState state = run.steps[i].state;
        if (state != StepState::Waiting && state != StepState::Skipped)
            return RecoveryLauncher::tr("stands still at: %1. Nothing is done until you decide")
                .arg(run.steps[i].name);
    }
    return RecoveryLauncher::tr("stands still before its first step. Nothing is done until you "
                                "decide");
}

} // namespace

RecoveryLauncher::RecoveryLauncher(ConsoleState &state, RunFactory &factory, Prompter &prompter,
                                   QObject *parent)
    : QObject(parent)
    , m_state(state)
    , m_factory(factory)
    , m_prompter(prompter)
{}

RecoveryLauncher::~RecoveryLauncher()
{
    qDeleteAll(m_wizards);
}

bool RecoveryLauncher::canRecover(const QString &scenario) const
{
    const QString system = systemOf(scenario);
    return system == QLatin1String("redis")      ? m_state.plan().redis.has_value()
           : system == QLatin1String("database") ? canBeRestored(m_state.plan())
           : system == QLatin1String("deployment") ? canBeRolledBack(m_state.plan())
                                                   : false;
}

RecoveryWizard *RecoveryLauncher::newest() const
{
    return m_wizards.isEmpty() ? nullptr : m_wizards.last();
}

RecoveryWizard *RecoveryLauncher::newWizard()
{
    RecoveryWizard *wizard = new RecoveryWizard(m_state.plan(), m_state.ticker(), m_prompter);
    m_wizards << wizard;
    wizard->rail()->watchCost(m_state);
    connect(wizard, &RecoveryWizard::runChanged, this,
            [this, wizard](const RunView &view) { follow(wizard, view); });
    connect(wizard, &RecoveryWizard::resumeAsked, this,
            [this, wizard](const QString &runId) { resume(wizard, runId); });
    connect(wizard, &RecoveryWizard::beginAsked, this,
            [this, wizard](const RunOptions &options) { begin(wizard, options); });
    connect(wizard, &RecoveryWizard::salvageAsked, this, [this, wizard](const QString &runId) { askWhereToSave(wizard, runId); });
    connect(wizard, &RecoveryWizard::closed, this, [this, wizard] {
        if (wizard->isOver())
            forget(wizard);
    });
    return wizard;
}

RecoveryWizard *RecoveryLauncher::wizardOf(const QString &scenario) const
{
    for (RecoveryWizard *wizard : m_wizards) {
        if (sameSystem(wizard->view().scenario, scenario) &&
            !(wizard->isOver() && !wizard->isVisible()))
            return wizard;
    }
    return nullptr;
}

void RecoveryLauncher::open(const QString &scenario)
{
    if (m_state.observeOnly() || !canRecover(scenario) || bringBack(scenario))
        return;
    if (systemOf(scenario) == QLatin1String("database"))
        showDatabaseStart({});
    else if (systemOf(scenario) == QLatin1String("deployment"))
        showDeploymentStart();
    else
        showRedisStart();
}

void RecoveryLauncher::openRestore(const QDateTime &moment)
{
    const QString scenario = QStringLiteral("database");
    if (m_state.observeOnly() || !canRecover(scenario))
        return;
    if (!bringBack(scenario)) {
        showDatabaseStart(moment);
        return;
    }
    RecoveryWizard *wizard = wizardOf(scenario);
    if (wizard && moment.isValid())
        wizard->say(tr("This was open already and goes first: %1, picked just now, is not taken over.")
                        .arg(utcText(moment)));
}

/// What is open goes first: its window, or the run that stands still.
bool RecoveryLauncher::bringBack(const QString &scenario)
{
    if (RecoveryWizard *wizard = wizardOf(scenario)) {
        wizard->open();
        return true;
    }
    for (const RunView &run : m_state.openRuns()) {
        if (sameSystem(run.scenario, scenario)) {
            openRun(run.id);
            sayWhatHappenedSince(run);
            return true;
        }
    }
    return false;
}

QStringList RecoveryLauncher::evidence(const QString &scenario) const
{
    for (const Recommendation &one : m_state.snapshot().recommendations) {
        if (sameSystem(one.scenario, scenario))
            return one.because;
    }
    return {};
}

void RecoveryLauncher::showRedisStart()
{
    const Plan &plan = m_state.plan();
    RedisChoices::Facts known;
    known.redis =
        m_state.snapshot().redis.value_or(RedisTopology{.masterName = plan.redis->master});
    known.hasBackends =
        plan.application && plan.application->processes.kind != ProcessesPlan::Kind::None;
    for (const Recommendation &one : m_state.snapshot().recommendations)
        known.restartNeeded |= one.command.contains(QLatin1String("--restart-backends"));
    RecoveryWizard *wizard = newWizard();
    wizard->showStart({.title = tr("Recover Redis %1").arg(plan.redis->master),
                       .because = evidence(QStringLiteral("redis")),
                       .otherwise = tr("Nothing recommends it now: Redis is left alone unless a "
                                       "planned move is asked for.")},
                      std::make_unique<RedisChoices>(known),
                      [this](const RunOptions &options) { return m_factory.outline(options); });
    wizard->open();
}

void RecoveryLauncher::showDatabaseStart(const QDateTime &moment)
{
    RecoveryWizard *wizard = newWizard();
    wizard->showStart(
        {.title = tr("Recover the database: restore %1").arg(databaseName(m_state.plan())),
         .because = evidence(QStringLiteral("database")),
         .otherwise = tr("Nothing recommends it now: it is your decision to go back to "
                         "an earlier moment.")},
        std::make_unique<DatabaseChoices>(
            m_state, moment,
            [this](const BisectionOptions &options) { return m_factory.searchMoment(options); }),
        [this](const RunOptions &options) { return m_factory.outline(options); });
    wizard->open();
}

void RecoveryLauncher::showDeploymentStart()
{
    RecoveryWizard *wizard = newWizard();
    wizard->showStart({.title = tr("Roll a deployment back: send users to the other colour"),
                       .because = evidence(QStringLiteral("deployment")),
                       .otherwise = tr("Nothing recommends it now: it is your decision to switch.")},
                      std::make_unique<DeploymentChoices>(m_state),
                      [this](const RunOptions &options) { return m_factory.outline(options); });
    wizard->open();
}

/// One run at a time holds a system: a new outage has to wait for the decision about the last one.
void RecoveryLauncher::sayWhatHappenedSince(const RunView &run)
{
    const bool isRedis = systemOf(run.scenario) == QLatin1String("redis");
    const SystemHealth *system = m_state.system(systemOf(run.scenario));
    const bool again =
        system && system->health == Health::Down && system->since.isValid() && run.recoveryTime;
    RecoveryWizard *wizard = wizardOf(run.scenario);
    if (again && wizard)
        wizard->say(tr("%1 is down again since %2 UTC, after this run had recovered it. Keep this "
                       "run first; then start the recovery of the new outage.")
                        .arg(isRedis ? tr("Redis") : tr("The database"), timeOfDay(system->since)));
}

void RecoveryLauncher::openRun(const QString &runId)
{
    if (m_state.observeOnly()) // to open it is to go on with it
        return;
    for (RecoveryWizard *wizard : m_wizards) {
        if (wizard->view().id == runId) {
            wizard->open();
            return;
        }
    }
    RecoveryWizard *wizard = newWizard();
    resume(wizard, runId);
    wizard->open();
}

void RecoveryLauncher::takeRunOfOthers(const RunView &run)
{
    const bool ours = std::any_of(m_wizards.cbegin(), m_wizards.cend(), [&run](const RecoveryWizard *wizard) {
        return wizard->view().id == run.id;
    });
    if (!ours)
        m_state.takeRun(run);
}

void RecoveryLauncher::resume(RecoveryWizard *wizard, const QString &runId)
{
    Result<std::unique_ptr<RunController>> controller = m_factory.resume(runId);
    if (controller)
        wizard->run(std::move(*controller), true);
    else
        wizard->say(controller.error().text());
}

/// A sitting that ended may leave its run open: then it still stands in the console's list, and the
/// wizard offers to go on with it.
void RecoveryLauncher::follow(RecoveryWizard *wizard, const RunView &view)
{
    if (view.state == RunView::State::Ended) {
        for (const RunView &open : m_factory.open()) {
            if (open.id == view.id && !view.id.isEmpty()) {
                m_state.takeRun(open);
                wizard->offerResume();
                return;
            }
        }
    }
    if (!view.id.isEmpty())
        m_state.takeRun(view);
}

/// What was seen before the outage and cannot be asked for any more.
RunOptions RecoveryLauncher::knowledge(RunOptions options) const
{
    if (systemOf(options.scenario) != QLatin1String("redis") || !m_state.snapshot().redis)
        return options;
    const RedisTopology &redis = *m_state.snapshot().redis;
    // Without a quorum no master is believed, but the one that is missed is still named.
    const std::optional<Endpoint> master = redis.master ? redis.master : redis.named;
    for (const RedisNode &node : redis.nodes) {
        options.nodes << node.address.text();
        if (master == node.address)
            options.lastMasterOffset = node.answers ? node.offset : node.comeTo;
    }
    return options;
}

void RecoveryLauncher::askWhereToSave(RecoveryWizard *wizard, const QString &runId)
{
    const bool undone = wizard->view().outcome == QLatin1String("undone");
    const QString words = undone ? tr("The rows that the copy has and the database in use does not, as SQL that puts them back.")
                                 : tr("The rows that the old database has and the restored one does not, as SQL that puts them back.");
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto *dialog = new SalvageDialog([this, runId](const QString &file) { return m_factory.salvage(runId, file); }, words,
                                     QStringLiteral("%1/salvage-%2.sql").arg(folder, runId), wizard);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QDateTime RecoveryLauncher::outageBegan(const RunOptions &options) const
{
    const SystemHealth *system = m_state.system(systemOf(options.scenario));
    const bool outage =
        system && system->health == Health::Down && system->since.isValid() && !options.planned;
    return outage ? system->since : QDateTime();
}

void RecoveryLauncher::begin(RecoveryWizard *wizard, const RunOptions &options)
{
    std::unique_ptr<RunController> controller =
        m_factory.begin(knowledge(options), outageBegan(options));
    if (controller)
        wizard->run(std::move(controller), false);
    else
        wizard->say(tr("The run could not be begun."));
}

void RecoveryLauncher::forget(RecoveryWizard *wizard)
{
    m_wizards.removeAll(wizard);
    wizard->deleteLater();
}

void RecoveryLauncher::offerStandingRuns(QWidget *over)
{
    const QList<RunView> runs = m_factory.open();
    for (auto run = runs.crbegin(); run != runs.crend(); ++run)
        m_state.takeRun(*run);
    if (m_state.observeOnly())
        return;
    for (const RunView &run : runs) {
        // Only a running console can carry out what the plan says for the end of a commit window.
        if (run.state == RunView::State::WaitingCommit)
            resume(newWizard(), run.id);
    }
    if (runs.isEmpty())
        return;
    const RunView &newestRun = runs.first();
    const QString id = newestRun.id;
    const QDateTime left =
        lastHappened(newestRun).isValid() ? lastHappened(newestRun) : newestRun.began;
    m_prompter.ask(over,
                   {.title = newestRun.state == RunView::State::WaitingCommit ? tr("A run waits for your decision")
                                                                               : tr("A run stands still"),
                    .text = tr("%1 (run %2) %3. Last heard of %4. Opening it looks at the world "
                               "first.")
                                .arg(newestRun.title, id, whereItStands(newestRun), ageText(left, m_state.now())),
                    .accept = tr("Open run %1").arg(id),
                    .refuse = tr("Leave it standing")},
                   [self = QPointer<RecoveryLauncher>(this), id](const Answer &answer) {
                       if (self && answer.accepted)
                           self->openRun(id);
                   });
}

} // namespace understudy::ui
