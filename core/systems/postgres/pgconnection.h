// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/systems/postgres/pgtable.h"

#include <memory>

namespace understudy {

/// What surrounds a statement. ReadOnly is the default: a look changes nothing. Bare runs without a
/// transaction, for the few commands that refuse one.
enum class PgTransaction { ReadOnly, ReadWrite, Bare };

/// A blocking session with one PostgreSQL, for worker threads; used by one thread at a time. Uses no
/// feature of a session, so a pooler in transaction mode may stand between. Every call ends at its
/// deadline, or 50 ms after a cancel, whatever the server does; after that, and after any loss of the
/// connection, isOpen() is false and every further call fails at once: make a new one.
/// Only opening it knows no cancel: it lasts to its deadline, and two seconds at least.
class PgConnection
{
public:
    /// `lastAddress`: for a host name, the address that was used last (kept for when names do not
    /// resolve); updated on success.
    [[nodiscard]] static Result<std::unique_ptr<PgConnection>>
    connect(const Secret &url, Milliseconds deadline, const CancelToken &cancel = {},
            QString *lastAddress = nullptr);
    ~PgConnection();

    /// One statement (several, joined by ';', only without parameters; the last one's answer counts).
    /// Parameters stand for $1, $2, …; NULL is an empty optional. An answer above 32 MB is TooLarge.
    [[nodiscard]] Result<PgTable> query(const QString &sql, Milliseconds deadline,
                                        const QList<PgTable::Cell> &parameters = {},
                                        PgTransaction transaction = PgTransaction::ReadOnly);
    bool isOpen() const;
    QString server() const;   ///< "127.0.0.1:5432"
    QString database() const; ///< its name; empty when the address has none

private:
    struct Session;
    explicit PgConnection(std::unique_ptr<Session> session);
    std::unique_ptr<Session> m_session;
};

} // namespace understudy
