// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"
#include "core/recovery/recipe.h"
#include "core/recovery/runrecord.h"

namespace understudy {

/// What earlier runs on the same resource have left open when a new one begins. One that waits for keep or undo
/// is kept by the new run's first act: its way back would lead past what the new one does. One that stopped in
/// the middle of its work keeps a new one from beginning at all.
/// Used under the resource's lock, so that nobody else writes to their journals.
class OlderRuns
{
public:
    /// Reads the folder's journals.
    OlderRuns(QString folder, const Recipe &recipe, const Clock &clock);

    /// ResourceLocked, with the run's name and what can be done with it.
    [[nodiscard]] Result<Unit> checkNoneInTheMiddle() const;
    /// To be told each entry of the new run.
    void take(const JournalEntry &entry);

private:
    void keep(const RunRecord &older, const QString &newer) const;

    const QString m_folder;
    const Clock &m_clock;
    QStringList m_acts; ///< steps that change the resource itself
    QList<RunRecord> m_open;
};

} // namespace understudy
