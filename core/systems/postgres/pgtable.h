// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace understudy {

/// The answer to one statement, as text; a value without content is SQL's NULL. Counting from 0.
struct PgTable
{
    using Cell = std::optional<QString>;

    QStringList columns;
    QList<QList<Cell>> rows;

    bool operator==(const PgTable &) const = default;
    Cell at(qsizetype row, const QString &column) const; ///< NULL also when there is no such cell
    /// Of the first row; empty when NULL or not a number.
    std::optional<double> number(const QString &column) const;
    std::optional<QString> text(const QString &column) const;
    bool isTrue(const QString &column) const; ///< PostgreSQL writes 't'
};

} // namespace understudy
