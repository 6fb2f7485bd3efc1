// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runcontroller.h"

#include <QList>
#include <QObject>
#include <QPointer>

namespace understudy::ui {

class ConsoleState;
class Prompter;
class RecoveryWizard;

/// Opens the wizard of a scenario, or brings back the one that is open; finds runs that stand still
/// when the program starts. Owns the wizards; tells ConsoleState of every run.
class RecoveryLauncher : public QObject
{
    Q_OBJECT
public:
    RecoveryLauncher(ConsoleState &state, RunFactory &factory, Prompter &prompter,
                     QObject *parent = nullptr);
    ~RecoveryLauncher() override;

    /// Is there a recovery for it in this version ("redis-master-failure", "redis",
    /// "database-loss", "database"), and does the plan name what it needs?
    bool canRecover(const QString &scenario) const;
    /// The wizard of that scenario: the open run's when there is one, else a start page.
    void open(const QString &scenario);
    /// The same for the database, with a moment chosen beforehand; an open run goes first.
    void openRestore(const QDateTime &moment);
    void openRun(const QString &runId);
    /// A run as its journal tells it, of whichever program: one that a wizard here drives is known better by it.
    void takeRunOfOthers(const RunView &run);
    /// At program start: tells ConsoleState of runs that stand still, and offers to open the
    /// newest.
    void offerStandingRuns(QWidget *over);
    RecoveryWizard *newest() const; ///< null when none is open; for tests and for the window list

private:
    RecoveryWizard *newWizard();
    RecoveryWizard *wizardOf(const QString &scenario) const;
    bool bringBack(const QString &scenario);
    void showRedisStart();
    void showDeploymentStart();
    void showDatabaseStart(const QDateTime &moment);
    QStringList evidence(const QString &scenario) const;
    void begin(RecoveryWizard *wizard, const RunOptions &options);
    void resume(RecoveryWizard *wizard, const QString &runId);
    void follow(RecoveryWizard *wizard, const RunView &view);
    void sayWhatHappenedSince(const RunView &run);
    void askWhereToSave(RecoveryWizard *wizard, const QString &runId);
    RunOptions knowledge(RunOptions options) const;
    void forget(RecoveryWizard *wizard);
    QDateTime outageBegan(const RunOptions &options) const;

    ConsoleState &m_state;
    RunFactory &m_factory;
    Prompter &m_prompter;
    QList<RecoveryWizard *> m_wizards;
};

} // namespace understudy::ui
