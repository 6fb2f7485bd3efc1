// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runcontroller.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// Runs on the real systems of one plan. The resolver and the clock must outlive it and its controllers.
class LiveRunFactory : public RunFactory
{
public:
    LiveRunFactory(Plan plan, const SecretResolver &secrets, const Clock &clock, QString journalFolder);

    std::unique_ptr<RunController> begin(const RunOptions &options, const QDateTime &outageBegan) override;
    Result<std::unique_ptr<RunController>> resume(const QString &runId) override;
    RunView outline(const RunOptions &options) const override;
    std::unique_ptr<MomentSearch> searchMoment(const BisectionOptions &options) override;
    std::unique_ptr<SalvageJob> salvage(const QString &runId, const QString &file) override;
    QList<RunView> open() const override;
    /// Open runs of this plan whose commit window has passed. Resuming one carries out what the plan says
    /// for that case, and ends it.
    QStringList expired() const;

private:
    const Plan m_plan;
    const SecretResolver &m_secrets;
    const Clock &m_clock;
    const QString m_folder;
};

} // namespace understudy
