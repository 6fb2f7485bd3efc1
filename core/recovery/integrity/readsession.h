// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/postgres/pgconnection.h"
#include "core/systems/postgres/pgerror.h"

namespace understudy {

/// A connection that only reads, under settings which make the same value read the same on every
/// server: UTC, ISO dates, hexadecimal bytes, nothing on the search path but the server's own
/// names. Blocking, one thread at a time. A statement that takes too long is ended by the server
/// itself and the session lives on; only a server that does not even do that loses it. Everything
/// ends within 100 ms of a cancel.
class ReadSession
{
public:
    [[nodiscard]] static Result<std::unique_ptr<ReadSession>>
    open(const Secret &url, Milliseconds deadline, const CancelToken &cancel);

    /// One statement in a transaction of its own.
    [[nodiscard]] Result<PgTable> ask(const QString &sql, Milliseconds deadline);
    /// The same with the search path and the settings that the application has.
    [[nodiscard]] Result<PgTable> askAsApplication(const QString &sql, Milliseconds deadline);
    /// Begins one snapshot for all further askHeld(); it ends with the session.
    [[nodiscard]] Result<Unit> holdSnapshot(Milliseconds deadline);
    [[nodiscard]] Result<PgTable> askHeld(const QString &sql, Milliseconds deadline,
                                          const QList<PgTable::Cell> &parameters = {});
    /// The same; an error leaves the snapshot as it was.
    [[nodiscard]] Result<PgTable> askHeldApart(const QString &sql, Milliseconds deadline,
                                               const QList<PgTable::Cell> &parameters = {});
    /// For statements of one's own in the snapshot: "set local statement_timeout …; ".
    static QString timeLimit(Milliseconds deadline);

    bool isOpen() const { return m_connection->isOpen(); }
    int version() const { return m_version; } ///< 150004
    QString server() const { return m_connection->server(); }
    QString database() const { return m_connection->database(); }

private:
    ReadSession(std::unique_ptr<PgConnection> connection, int version);
    QString limits(Milliseconds deadline) const;

    std::unique_ptr<PgConnection> m_connection;
    int m_version = 0;
};

} // namespace understudy
