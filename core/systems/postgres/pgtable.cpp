// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/pgtable.h"

namespace understudy {

PgTable::Cell PgTable::at(qsizetype row, const QString &column) const
{
    const qsizetype place = columns.indexOf(column);
    if (row < 0 || row >= rows.size() || place < 0 || place >= rows[row].size())
        return {};
    return rows[row][place];
}

std::optional<double> PgTable::number(const QString &column) const
{
    const Cell cell = at(0, column);
    bool isNumber = false;
    const double value = cell ? cell->toDouble(&isNumber) : 0;
    return isNumber ? std::optional<double>(value) : std::nullopt;
}

std::optional<QString> PgTable::text(const QString &column) const
{
    return at(0, column);
}

bool PgTable::isTrue(const QString &column) const
{
    return at(0, column) == QLatin1String("t");
}

} // namespace understudy
