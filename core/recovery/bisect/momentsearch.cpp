// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/momentsearch.h"

#include "core/recovery/scenarios/databaserecovery.h"

namespace understudy {

LiveMomentSearch::LiveMomentSearch(const Plan &plan, const SecretResolver &secrets, const Clock &clock, const QString &folder,
                                   const BisectionOptions &options)
    : m_plan(plan), m_folder(folder), m_options(options)
{
    m_thread = std::thread([this, &secrets, &clock] {
        const BisectionReport report = search(secrets, clock);
        QMetaObject::invokeMethod(this, [this, report] { emit ended(report); }, Qt::QueuedConnection);
    });
}

LiveMomentSearch::~LiveMomentSearch()
{
    m_cancel.cancel();
    if (m_thread.joinable())
        m_thread.join();
}

BisectionReport LiveMomentSearch::search(const SecretResolver &secrets, const Clock &clock)
{
    const Result<std::shared_ptr<const RestoreProvider>> provider = makeRestoreProvider(withBranchFollowed(m_plan, secrets, m_cancel), secrets);
    if (!provider) {
        BisectionReport report;
        report.search.error = provider.error();
        report.search.verdict = provider.error().message;
        return report;
    }
    return bisect({.plan = m_plan, .provider = **provider, .clock = clock, .folder = m_folder, .options = m_options, .cancel = m_cancel,
                   .onView = [this](const SearchView &view, const QDateTime &next) {
                       QMetaObject::invokeMethod(this, [this, view, next] { emit viewChanged(view, next); }, Qt::QueuedConnection);
                   }});
}

} // namespace understudy
