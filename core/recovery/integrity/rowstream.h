// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/tableshape.h"

#include <QDeadlineTimer>

#include <future>

namespace understudy::integrity {

/// A row by its key and a hash of its content.
struct StreamedRow
{
    QList<PgTable::Cell> key; ///< as text; empty for a table without key
    qint64 hash = 0;
    double seconds = 0; ///< since 1970, when it came; 0: not told
    QString time;
};

struct StreamSetup
{
    QString table;
    QStringList columns;    ///< that are hashed; empty: none, and then there must be a key
    QList<ShapeColumn> key; ///< empty: rows come in the order of their hash
    std::optional<TimeColumn> time;
};

/// The rows of one table in descending order of their key, which two servers and this program agree
/// on whatever their collations are. Holds two portions of rows at most; one is fetched while the
/// other is worked off. Its session holds a snapshot and is nobody else's meanwhile.
class RowStream
{
public:
    RowStream(ReadSession &session, StreamSetup setup, const QDeadlineTimer &until);
    ~RowStream();
    RowStream(const RowStream &) = delete;
    RowStream &operator=(const RowStream &) = delete;

    /// Asks for the first rows and does not wait for them.
    void start();
    /// Goes to the next row, the first at first. False: there is none.
    [[nodiscard]] Result<bool> next();
    const StreamedRow &row() const { return m_row; }
    qint64 rowsSeen() const { return m_seen; }

    /// Negative: `one` comes before `other`.
    int compare(const StreamedRow &one, const StreamedRow &other) const;

private:
    Result<PgTable> fetch(bool first);
    QString sql() const;
    StreamedRow rowAt(qsizetype index) const;
    Milliseconds left() const;

    ReadSession &m_session;
    const StreamSetup m_setup;
    const QDeadlineTimer m_until;
    std::future<Result<PgTable>> m_coming;
    PgTable m_portion;
    qsizetype m_next = 0;
    qint64 m_seen = 0;
    bool m_started = false;
    bool m_last = false; ///< no further portion comes
    StreamedRow m_row;
};

} // namespace understudy::integrity
