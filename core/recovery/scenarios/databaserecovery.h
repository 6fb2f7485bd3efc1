// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/systems/postgres/pgconnection.h"
#include "core/systems/restore/restoreprovider.h"
#include "core/systems/secrets/secretresolver.h"

#include <mutex>

namespace understudy {

/// Makes the plan's provider of restores. Resolves secrets, so it blocks.
using RestoreProviderMaker = std::function<Result<std::shared_ptr<const RestoreProvider>>(const Plan &plan, const SecretResolver &secrets)>;

/// What the steps of one recovery of the database share. The steps keep what they learn in the facts;
/// here stand only what must not be journaled (addresses with passwords) and what is dear to make twice.
/// Building one looks at nothing. Thread safe.
class DatabaseRecovery
{
public:
    /// `secrets` outlives it. `options.to` is a moment in UTC.
    DatabaseRecovery(Plan plan, RunOptions options, const SecretResolver &secrets, RestoreProviderMaker maker);

    const Plan &plan() const { return m_plan; }
    const DatabasePlan &database() const { return *m_plan.database; }
    const RunOptions &options() const { return m_options; }
    const SecretResolver &secrets() const { return m_secrets; }
    QDateTime moment() const { return m_options.to; }
    /// "thecopy": what the plan calls the database, for titles and for the phrase.
    QString name() const;

    [[nodiscard]] Result<std::shared_ptr<const RestoreProvider>> provider() const;
    /// The database as it was before any switch, also after one: then its address is read from the backup of
    /// the env file that this run has made.
    [[nodiscard]] Result<Secret> oldUrl(const StepContext &context) const;
    /// The copy that this run has made, with its addresses. NotFound before there is one.
    [[nodiscard]] Result<RestoredCopy> copy(const StepContext &context) const;

    /// A fresh connection, for one question or a few.
    [[nodiscard]] static Result<std::unique_ptr<PgConnection>> connect(const Secret &url, const StepContext &context,
                                                                       Milliseconds deadline = std::chrono::seconds(5));

private:
    const Plan m_plan;
    const RunOptions m_options;
    const SecretResolver &m_secrets;
    const RestoreProviderMaker m_maker;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const RestoreProvider> m_provider;
    mutable std::optional<RestoredCopy> m_copy;
};
using DatabaseRecoveryPtr = std::shared_ptr<const DatabaseRecovery>;

/// What the plan names: Neon, pgBackRest.
[[nodiscard]] Result<std::shared_ptr<const RestoreProvider>> makeRestoreProvider(const Plan &plan, const SecretResolver &secrets);
/// The plan with the Neon branch that the application is on just now in the place of the one that it names: they
/// differ after a recovery that was kept. As it is without Neon, or when it cannot be told. Blocks, 15 s at most.
Plan withBranchFollowed(Plan plan, const SecretResolver &secrets, const CancelToken &cancel);
/// Who restores in a run with these options: `otherwise`, or the logical backup that it names, or from the branch that it names.
RestoreProviderMaker restoreProviderFor(const RunOptions &options, const RestoreProviderMaker &otherwise = makeRestoreProvider);

namespace databasesteps {

Step freeze(const DatabaseRecoveryPtr &database); ///< as the options say
Step stopWriters(const DatabaseRecoveryPtr &database);
/// The plan's procedure may name a command that checks the restore point.
std::optional<ProcedureStep> ownVerification(const Plan &plan);
/// Runs it, 15 s at most, and tells in one line what its words are worth; empty: the plan names none. Never a proof.
QString askOwnVerification(const Plan &plan, const CancelToken &cancel);
/// Rows a minute on the old database, from two looks a second apart; nothing when that cannot be seen.
std::optional<double> writesPerMinute(StepContext &context, const DatabaseRecovery &database);
QString rateWords(double rowsPerMinute);
Step restorePoint(const DatabaseRecoveryPtr &database);
Step keepSource(const DatabaseRecoveryPtr &database);
Step restore(const DatabaseRecoveryPtr &database);
Step proveMoment(const DatabaseRecoveryPtr &database);
Step estimateLoss(const DatabaseRecoveryPtr &database); ///< before there is a copy: from times and counters
Step countLoss(const DatabaseRecoveryPtr &database);    ///< row by row, with the copy
Step measureLoss(const DatabaseRecoveryPtr &database);  ///< after the switch: what came after the count
Step integrity(const DatabaseRecoveryPtr &database);
Step proveServing(const DatabaseRecoveryPtr &database);
/// On the way back, before processes are started again on the old database: what they then open can write.
Result<QString> letWritesIn(StepContext &context, const DatabaseRecovery &database);
QJsonObject summary(const QJsonObject &facts);
/// Before anybody writes to the copy: its sequences above what the old database has given out, so that a lost row can be
/// put back under its own key. Idempotent. Nothing waits for it: what cannot be done is told.
QString raiseSequences(StepContext &context, const DatabaseRecovery &database);
/// What the copy's counters say before anybody is on it, as facts for the switch; empty when they cannot be asked.
QJsonObject writtenBefore(StepContext &context, const DatabaseRecovery &database);
/// Counts what users write to the copy while keep or go back is decided; for the recipe's watch, on its thread.
class CopyWatch
{
public:
    void look(StepContext &context, const DatabaseRecovery &database); ///< rests first, but for the first time

private:
    bool m_looked = false;
    double m_noted = -1;
};
/// What the count with the copy has found, for the page on which the switch is decided: in all, and by table.
QString countedLoss(const QJsonObject &facts);

} // namespace databasesteps
} // namespace understudy
