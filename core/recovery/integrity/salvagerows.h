// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/readsession.h"
#include "core/recovery/integrity/rowstream.h"

#include <QDeadlineTimer>

#include <functional>

namespace understudy::integrity {

/// Turns keys into the text of INSERT statements. All quoting is the server's. Holds a small
/// portion of keys and at most some megabytes of rows.
class SalvageRows
{
public:
    using Write = std::function<Result<Unit>(const QString &)>;

    /// `session` holds the old database's snapshot and is not the one that streams the keys.
    /// `whole`: all rows in one statement, so that rows which refer to each other go in together.
    SalvageRows(ReadSession &session, const TableShape &shape, const QStringList &columns,
                bool whole, const QDeadlineTimer &until, Write write);

    [[nodiscard]] Result<Unit> add(const QList<PgTable::Cell> &key);
    [[nodiscard]] Result<Unit> finish();
    qint64 written() const { return m_written; }
    qint64 tooLarge() const
    {
        return m_tooLarge;
    } ///< rows left out because one alone exceeds what can be read

private:
    Result<Unit> flush();
    Result<Unit> writePortion(qsizetype from, qsizetype count);
    QString keysSql() const;
    QString valuesSql() const;
    QString parameter(qsizetype from, qsizetype count) const;
    Milliseconds left() const;

    ReadSession &m_session;
    const TableShape &m_shape;
    const QStringList m_columns;
    const bool m_whole;
    const QDeadlineTimer m_until;
    const Write m_write;
    QList<QList<PgTable::Cell>> m_keys;
    qint64 m_written = 0;
    qint64 m_tooLarge = 0;
    bool m_statementOpen = false;
};

} // namespace understudy::integrity
