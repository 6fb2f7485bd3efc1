// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/consoleoptions.h"
#include "app/console/startcheck.h"
#include "core/base/cancel.h"
#include "core/health/watch.h"
#include "core/recovery/runfactory.h"
#include "core/recovery/runwatch.h"
#include "core/systems/secrets/secretresolver.h"
#include "ui/parts/prompter.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/recoverylauncher.h"

#include <memory>
#include <thread>

namespace understudy {

namespace ui {
class MainWindow;
}

/// Puts the parts together for one plan: the engine that watches, the state that pages show, and the
/// window. All on the GUI thread but the engine.
class ConsoleSession : public QObject
{
    Q_OBJECT
public:
    ConsoleSession(const Plan &plan, const ConsoleOptions &options, const Clock &clock, QObject *parent = nullptr);
    ~ConsoleSession() override;
    [[nodiscard]] Result<Unit> open(); ///< shows the window; fails for a page that does not exist

private:
    void addPages();
    void connectEngine();
    void connectRecovery();
    void checkStart();
    void offerMissingSecrets();
    void typeSecret(const SecretReference &reference);

    ConsoleOptions m_options;
    const Clock &m_clock;
    std::unique_ptr<SecretResolver> m_secrets;
    ui::WindowPrompter m_prompter;
    ui::ConsoleState m_state;
    LiveRunFactory m_runs;
    std::unique_ptr<ui::MainWindow> m_window;
    QHash<QString, RunView::State> m_runStates; ///< of the open runs
    std::unique_ptr<RunWatch> m_runWatch;
    std::unique_ptr<ui::RecoveryLauncher> m_launcher; ///< null when only observing
    std::unique_ptr<Watch> m_watch;
    std::thread m_checker;
    const CancelToken m_closing; ///< ends what m_checker waits for
    StartFindings m_findings;
    bool m_checked = false;
    bool m_lookedAtAll = false;
};

} // namespace understudy
