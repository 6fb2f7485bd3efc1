// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/integrity/readsession.h"

#include <QMap>

#include <optional>

namespace understudy::integrity {

/// A column in the server's quoting.
struct ShapeColumn
{
    QString name;
    QString type; ///< fit for a cast
    bool generated = false;
    bool operator==(const ShapeColumn &) const = default;
};

/// A column that tells when a row came or was changed.
struct TimeColumn
{
    QString name;
    bool zoned = true;
    QString zone; ///< the zone assumed for one without
    bool operator==(const TimeColumn &) const = default;
};

/// What must be known of an ordinary table to compare its rows with another's.
struct TableShape
{
    QString name; ///< schema and name, quoted by the server
    QList<ShapeColumn> columns;
    QList<ShapeColumn> key; ///< primary key, or else a unique one without NULL; empty: none
    bool keyIsPrimary = false;
    std::optional<TimeColumn> created, updated;
    bool hidesRows = false;
    bool readable = true;
    bool triggers = false; ///< something runs when a row is inserted
    QStringList refersTo;  ///< tables that its foreign keys need, itself too
    QStringList sequences; ///< statements that set its sequences ahead of it
    bool operator==(const TableShape &) const = default;
};

using TableShapes = QMap<QString, TableShape>;

[[nodiscard]] Result<TableShapes> takeShapes(ReadSession &session, Milliseconds deadline);

/// Columns that both have and that are not computed from others.
QStringList commonColumns(const TableShape &one, const TableShape &other);

} // namespace understudy::integrity
