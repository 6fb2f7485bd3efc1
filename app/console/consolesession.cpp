// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolesession.h"

#include "core/base/paths.h"
#include "core/recovery/bisect/bisection.h"
#include "ui/database/databasepage.h"
#include "ui/journal/journalpage.h"
#include "ui/overview/overviewpage.h"
#include "ui/plan/planpage.h"
#include "ui/pools/poolspage.h"
#include "ui/redis/redispage.h"
#include "ui/shell/mainwindow.h"

#include <QDesktopServices>
#include <QUrl>

namespace understudy {

ConsoleSession::ConsoleSession(const Plan &plan, const ConsoleOptions &options, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_clock(clock)
    , m_secrets(SecretResolver::forPlan(plan))
    , m_state(plan, clock, options.observe)
    , m_runs(plan, *m_secrets, clock, paths::journals())
{
    const ui::WindowMemory memory(paths::config() + QStringLiteral("/window.ini"));
    m_window = std::make_unique<ui::MainWindow>(m_state, ui::Theme{.choice = options.theme, .scale = memory.scale()}, memory);
    addPages();
    if (options.page.isEmpty())
        m_window->openPage(memory.page());
    m_watch = std::make_unique<Watch>(plan, *m_secrets, clock);
    connectEngine();
    connectRecovery();
}

ConsoleSession::~ConsoleSession()
{
    m_closing.cancel();
    if (m_checker.joinable())
        m_checker.join();
}

void ConsoleSession::addPages()
{
    m_window->addPage(new ui::OverviewPage(m_state));
    // What the plan leaves out does not exist anywhere.
    if (m_state.plan().database) {
        ui::DatabasePage *database = new ui::DatabasePage(m_state);
        m_window->addPage(database);
        connect(database, &ui::DatabasePage::restoreAsked, this, [this](const QDateTime &moment) {
            if (m_launcher)
                m_launcher->openRestore(moment);
        });
    }
    if (m_state.plan().redis)
        m_window->addPage(new ui::RedisPage(m_state));
    if (m_state.plan().application)
        m_window->addPage(new ui::PoolsPage(m_state));
    m_window->addPage(new ui::JournalPage(m_state, paths::journals()));
    ui::PlanPage *plan = new ui::PlanPage(m_state);
    m_window->addPage(plan);
    connect(plan, &ui::PlanPage::linkAsked, this, [](const QUrl &link) { QDesktopServices::openUrl(link); });
}

void ConsoleSession::connectEngine()
{
    connect(m_watch.get(), &Watch::snapshotReady, &m_state, &ui::ConsoleState::takeSnapshot);
    connect(m_watch.get(), &Watch::eventsHappened, &m_state, &ui::ConsoleState::takeEvents);
    connect(&m_state, &ui::ConsoleState::lookAsked, m_watch.get(), &Watch::lookNow);
    connect(m_watch.get(), &Watch::everySystemLookedAt, this, [this] {
        m_lookedAtAll = true;
        if (m_checked)
            m_state.setStartLine(startLine(m_findings, m_state.snapshot(), m_state.observeOnly()));
    });
}

void ConsoleSession::connectRecovery()
{
    if (m_options.observe)
        return;
    m_launcher = std::make_unique<ui::RecoveryLauncher>(m_state, m_runs, m_prompter);
    connect(m_window.get(), &ui::MainWindow::recoveryAsked, m_launcher.get(), &ui::RecoveryLauncher::open);
    connect(m_window.get(), &ui::MainWindow::runAsked, m_launcher.get(), &ui::RecoveryLauncher::openRun);
    // What a run has changed is to be seen at once, not at the next turn.
    connect(&m_state, &ui::ConsoleState::runsChanged, this, [this] {
        QHash<QString, RunView::State> states;
        for (const RunView &run : m_state.openRuns())
            states.insert(run.id, run.state);
        if (states != m_runStates)
            m_watch->lookNow();
        m_runStates = states;
    });
    m_runWatch = std::make_unique<RunWatch>(paths::journals());
    connect(m_runWatch.get(), &RunWatch::changed, m_launcher.get(), &ui::RecoveryLauncher::takeRunOfOthers);
}

Result<Unit> ConsoleSession::open()
{
    if (!m_options.page.isEmpty() && !m_window->openPage(m_options.page))
        return fail(ErrorCode::InvalidInput, QStringLiteral("no such page: '%1'").arg(m_options.page),
                    QStringLiteral("Write one of: %1.").arg(m_window->pageKeys().join(QStringLiteral(", "))));
    m_window->showRestored();
    m_watch->start();
    checkStart();
    if (m_launcher)
        m_launcher->offerStandingRuns(m_window.get());
    if (m_runWatch)
        m_runWatch->start();
    return Unit{};
}

void ConsoleSession::checkStart()
{
    m_checker = std::thread([this] {
        const StartFindings findings = findAtStart(m_state.plan(), *m_secrets, paths::journals());
        QMetaObject::invokeMethod(this, [this, findings] {
            m_findings = findings;
            m_checked = true;
            if (m_lookedAtAll)
                m_state.setStartLine(startLine(m_findings, m_state.snapshot(), m_state.observeOnly()));
            offerMissingSecrets();
        }, Qt::QueuedConnection);
        // Copies that a search for the good moment has left which died. Last: it may have to wait for their provider.
        if (!m_options.observe)
            sweepLeftProbes(m_state.plan(), *m_secrets, paths::journals(), {.cancel = m_closing}, m_clock);
    });
}

void ConsoleSession::offerMissingSecrets()
{
    for (const SecretReference &missing : std::as_const(m_findings.missing))
        m_window->addCommand({tr("Type %1").arg(missing.describe()), tr("a secret, for this session only"),
                              [this, missing] { typeSecret(missing); }});
}

void ConsoleSession::typeSecret(const SecretReference &reference)
{
    m_prompter.ask(m_window.get(),
                   {.title = tr("A secret is missing"),
                    .text = tr("The plan says that it is found in: %1. It was not. What you type is kept in memory until this console closes, and nowhere else.").arg(reference.describe()),
                    .field = tr("Secret"), .secret = true, .accept = tr("Use it for this session"), .refuse = tr("Leave it out")},
                   [this, reference](const ui::Answer &answer) {
                       if (!answer.accepted)
                           return;
                       m_secrets->provide(reference, Secret(answer.text.toUtf8()));
                       m_watch->lookNow();
                   });
}

} // namespace understudy
