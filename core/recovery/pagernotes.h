// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runrecord.h"
#include "core/systems/secrets/secretresolver.h"

#include <future>
#include <vector>

namespace understudy {

/// Tells the pager's incidents how a run has gone: when it waits for commit, when it needs the operator
/// and when it has ended. A note says what was done and carries the journal's count and last hash, so
/// that a journal which was cut or rewritten afterwards can be told from the one that was. Only for runs
/// that have done something, only on incidents that the run itself has seen, at most three.
///
/// Written beside the run: nobody waits for the pager but wait(), 5 s a note at most.
class PagerNotes
{
public:
    /// `record` as the journal stands now. `secrets` outlives this.
    PagerNotes(const Plan &plan, const SecretResolver &secrets, RunRecord record, CancelToken cancel);

    /// Every entry that is appended, in order; called on the run's thread.
    void take(const JournalEntry &entry);
    /// What became of each note, in words; waits for those under way.
    QStringList wait();

private:
    bool isWorthTelling(const JournalEntry &entry) const;
    QString textFor(const JournalEntry &entry) const;

    const PagingPlan m_paging;
    const SecretResolver &m_secrets;
    RunRecord m_record;
    const CancelToken m_cancel;
    bool m_acted = false; ///< something that outlives the run was done, even if it was undone again
    std::vector<std::future<QStringList>> m_sent;
};

} // namespace understudy
