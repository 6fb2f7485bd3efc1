// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/databaselook.h"

#include <deque>

namespace understudy {

/// Up to which moment every commit of a self-hosted server stands in archived WAL, learned by watching
/// it: once the archive has reached a position that was seen at a moment, all that was committed before
/// that moment is safe. While no writing transaction has run since such a moment, it is now.
/// The time of the last archiving says less: what was committed just before it is in the next segment.
class RestorableMoment
{
public:
    struct Known
    {
        QDateTime at; ///< the server's clock; every commit before it is in the archive
        QString basis; ///< what it rests on, in words
    };

    /// In the order of the looks. A look that failed teaches nothing.
    void learn(const DatabaseLook &look);
    std::optional<Known> known() const;

private:
    struct Sample
    {
        QDateTime at;
        quint64 position = 0;
        quint64 nextTransaction = 0;
        bool quiet = false; ///< no writing transaction was running
    };

    void forget();
    void thinOut();

    std::deque<Sample> m_samples; ///< by time; all but the first beyond the archive's end
    quint64 m_archivedEnd = 0;    ///< first position that is not in the archive; 0: unknown
    QString m_archivedWal;        ///< the segment before it; a crash makes the server forget it
    QDateTime m_archivedAt;
    DatabaseLook m_last;
};

/// The position after a WAL segment; nothing for names of other files (a history, a backup label).
std::optional<quint64> endOfSegment(const QString &name, quint64 segmentSize);

} // namespace understudy
