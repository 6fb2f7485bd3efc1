// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/integrityreport.h"
#include "core/recovery/integrity/readsession.h"

#include <QMap>

namespace understudy::integrity {

/// One thing of a schema, named and defined in the server's words.
struct SchemaThing
{
    QString kind;  ///< "table", "column", "index", …
    QString name;  ///< quoted by the server
    QString owner; ///< the table it belongs to; empty: none
    QString definition;
    bool operator==(const SchemaThing &) const = default;
};

/// All of a database's schema by kind and name.
using SchemaPicture = QMap<QString, SchemaThing>;

[[nodiscard]] Result<SchemaPicture> takeSchema(ReadSession &session, Milliseconds deadline);

/// What the copy lacks (a table or a column: fails; else warns), has otherwise (warns; a column's
/// type fails) and has in addition (which after a DROP is what one wants: told). What belongs to a
/// table that one side lacks is not told again.
QList<IntegrityFinding> compareSchemas(const SchemaPicture &copy, const SchemaPicture &old);

} // namespace understudy::integrity
