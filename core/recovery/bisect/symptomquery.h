// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/bisect/momentbisector.h"
#include "core/systems/postgres/pgconnection.h"

namespace understudy {

/// A person's question whether a database shows the symptom: one statement that reads, and answers with one
/// row whose first cell is a boolean (true: the symptom is there) or a number (not 0: it is).
class SymptomQuery
{
public:
    /// InvalidInput for several statements, for what does not begin with select, with, values or table, for
    /// quotes and comments that do not end, and for parameters ($1).
    [[nodiscard]] static Result<SymptomQuery> parse(const QString &sql);

    QString sql() const { return m_sql; } ///< without a last ';'
    /// Asks it in a read-only transaction, in a form in which the server itself refuses several statements
    /// and changes inside a WITH. What the server refuses is CannotTell, or Bad when `errorIsBad`; a change
    /// is PermissionDenied. A lost or late answer is CannotTell. Cancelled.
    [[nodiscard]] Result<MomentSight> ask(PgConnection &session, Milliseconds deadline, bool errorIsBad) const;
    /// What an answer says.
    static MomentSight read(const PgTable &answer);

private:
    explicit SymptomQuery(QString sql) : m_sql(std::move(sql)) {}
    QString m_sql;
};

} // namespace understudy
