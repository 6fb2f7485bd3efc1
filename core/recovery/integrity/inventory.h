// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/readsession.h"

#include <QMap>

#include <optional>

namespace understudy::integrity {

/// A relation that stores rows, or that could.
struct Relation
{
    QString oid;  ///< digits
    QString name; ///< schema and name, quoted by the server: fit for SQL
    QChar kind;   ///< pg_class.relkind: r, m, p, f, and t for what is stored apart of `name`
    bool unlogged = false;
    bool populated = true;  ///< a materialized view that has been filled
    bool hidesRows = false; ///< row-level security is active for this user
    bool heap = true;       ///< stored by PostgreSQL's own table format
    qint64 pages = 0;
    QString reading; ///< SQL expressions that unpack every value that is packed or stored apart;
                     ///< may be empty
    bool operator==(const Relation &) const = default;
    bool storesRows() const
    {
        return kind == QLatin1Char('r') || kind == QLatin1Char('m') || kind == QLatin1Char('t');
    }
};

/// What amcheck may do here.
struct AmcheckRights
{
    QString schema;       ///< quoted; empty: the extension is not there
    bool indexes = false; ///< bt_index_check may be called
    bool heaps = false;   ///< verify_heapam exists and may be called
};

struct Inventory
{
    QList<Relation> relations;
    AmcheckRights amcheck;
    qint64 otherIndexes = 0; ///< that are no B-trees
};

/// Catalog only, so quick also for thousands of tables.
[[nodiscard]] Result<Inventory> takeInventory(ReadSession &session, Milliseconds deadline);

/// Names of all tables that hold rows, for whoever counts them: name → whether rows are hidden.
[[nodiscard]] Result<QMap<QString, bool>> countableTables(ReadSession &session,
                                                          Milliseconds deadline);

} // namespace understudy::integrity
