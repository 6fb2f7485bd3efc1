// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/restorablemoment.h"

namespace understudy {
namespace {

constexpr size_t mostSamples = 2048;

} // namespace

std::optional<quint64> endOfSegment(const QString &name, quint64 segmentSize)
{
    // Timeline, then the number in base 2^32 / segment size, each as eight hexadecimal digits.
    if (name.size() != 24 || segmentSize == 0)
        return {};
    bool highIsNumber = false, lowIsNumber = false;
    const quint64 high = name.mid(8, 8).toULongLong(&highIsNumber, 16);
    const quint64 low = name.mid(16, 8).toULongLong(&lowIsNumber, 16);
    if (!highIsNumber || !lowIsNumber)
        return {};
    return (high << 32) + (low + 1) * segmentSize;
}

void RestorableMoment::forget()
{
    m_samples.clear();
    m_archivedEnd = 0;
    m_archivedWal.clear();
    m_archivedAt = {};
}

void RestorableMoment::learn(const DatabaseLook &look)
{
    if (look.failure || look.countersFailure)
        return;
    // Another server, another timeline or a restored one: nothing seen before says anything about it.
    const bool another = look.server != m_last.server || look.position < m_last.position
                         || look.standby != m_last.standby;
    if (another)
        forget();
    m_last = look;
    if (const std::optional<quint64> end = endOfSegment(look.lastArchivedWal, look.segmentSize)) {
        m_archivedEnd = *end;
        m_archivedWal = look.lastArchivedWal;
        m_archivedAt = look.lastArchivedAt;
    }
    m_samples.push_back({.at = look.clock,
                         .position = look.position,
                         .nextTransaction = look.nextTransaction,
                         .quiet = look.oldestRunning == look.nextTransaction});
    while (m_samples.size() > 1 && m_samples[1].position <= m_archivedEnd)
        m_samples.pop_front();
    if (m_samples.size() > mostSamples)
        thinOut();
}

/// An archive that stands still for days must not fill the memory: every second sample goes.
void RestorableMoment::thinOut()
{
    std::deque<Sample> kept;
    for (size_t i = 0; i < m_samples.size(); ++i) {
        if (i == 0 || i % 2 == 1)
            kept.push_back(m_samples[i]);
    }
    m_samples = std::move(kept);
}

std::optional<RestorableMoment::Known> RestorableMoment::known() const
{
    if (m_samples.empty() || m_archivedEnd == 0)
        return {};
    const Sample &first = m_samples.front();
    const bool seen = first.position <= m_archivedEnd;
    const QString wal = QStringLiteral("rests on WAL archived up to %1; that a base backup exists is not checked")
                            .arg(m_archivedWal);
    if (seen && first.quiet && first.nextTransaction == m_last.nextTransaction)
        return Known{m_last.clock, QStringLiteral("nothing was written since the archived WAL; ") + wal};
    QDateTime at = seen ? first.at : QDateTime();
    if (m_last.segmentWrittenAt.isValid() && (!at.isValid() || at < m_last.segmentWrittenAt))
        at = m_last.segmentWrittenAt;
    if (at.isValid())
        return Known{at, wal};
    return Known{m_archivedAt,
                 QStringLiteral("at best: the time of the last archiving, seen in one look; ") + wal};
}

} // namespace understudy
