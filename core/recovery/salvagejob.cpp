// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/salvagejob.h"

#include "core/recovery/runstore.h"

namespace understudy {

LiveSalvageJob::LiveSalvageJob(const Plan &plan, const SecretResolver &secrets, const Clock &clock, const QString &folder, const QString &runId, const QString &file)
{
    m_thread = std::thread([this, plan, &secrets, &clock, folder, runId, file] {
        const Result<RunRecord> record = runstore::one(folder, runId);
        const Result<Salvage> made = record ? salvageRun(plan, secrets, *record, file, clock, m_cancel, [this](const QString &words) {
            QMetaObject::invokeMethod(this, [this, words] { emit progressed(words); }, Qt::QueuedConnection);
        }) : fail(record.error());
        const Salvage salvage = made.value_or(Salvage{});
        const QString problem = made ? QString() : made.error().text();
        QMetaObject::invokeMethod(this, [this, salvage, problem] { emit ended(salvage, problem); }, Qt::QueuedConnection);
    });
}

LiveSalvageJob::~LiveSalvageJob()
{
    m_cancel.cancel();
    if (m_thread.joinable())
        m_thread.join();
}

} // namespace understudy
