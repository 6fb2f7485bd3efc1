// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/olderruns.h"

#include "core/base/log.h"
#include "core/recovery/runstore.h"

namespace understudy {

OlderRuns::OlderRuns(QString folder, const Recipe &recipe, const Clock &clock) : m_folder(std::move(folder)), m_clock(clock)
{
    for (const Step &step : recipe.steps) {
        if (step.act && !step.courtesy && !step.holds)
            m_acts.append(step.id);
    }
    for (RunRecord &record : runstore::all(m_folder)) {
        if (!record.closed && record.resource == recipe.resource && record.mayHaveActed())
            m_open.append(std::move(record));
    }
}

Result<Unit> OlderRuns::checkNoneInTheMiddle() const
{
    for (const RunRecord &older : m_open) {
        if (older.waitingCommit)
            continue;
        return fail(ErrorCode::ResourceLocked,
                    QStringLiteral("run %1 (%2) has stopped in the middle of its work on %3").arg(older.view.id, older.view.title, older.resource),
                    QStringLiteral("First go on with it (understudyctl run resume %1), go back (run undo %1), "
                                   "or leave everything as it stands and close it (run keep %1).").arg(older.view.id));
    }
    return Unit{};
}

void OlderRuns::take(const JournalEntry &entry)
{
    if (entry.event != QLatin1String("intent") || !m_acts.contains(entry.step))
        return;
    for (const RunRecord &older : std::as_const(m_open))
        keep(older, entry.run);
    m_open.clear();
}

void OlderRuns::keep(const RunRecord &older, const QString &newer) const
{
    const Result<std::unique_ptr<JournalWriter>> journal = JournalWriter::open(runstore::fileOf(m_folder, older.view.id), m_clock);
    const Result<JournalEntry> closed = journal
        ? (*journal)->append({.run = older.view.id, .event = QStringLiteral("closed"),
                              .detail = {{QStringLiteral("outcome"), QStringLiteral("recovered")},
                                         {QStringLiteral("explanation"), QStringLiteral("kept: run %1 acts on the same resource now").arg(newer)}}})
        : Result<JournalEntry>(fail(journal.error()));
    if (!closed) // it stays open, and can be kept by hand
        log::warning("recovery", closed.error().text());
}

} // namespace understudy
