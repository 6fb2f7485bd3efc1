// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/postgres/condition.h"

#include "core/systems/postgres/pgerror.h"

#include <QStringList>

namespace understudy {

ConditionAnswer conditionAnswer(const Result<PgTable> &answer)
{
    using State = ConditionAnswer::State;
    if (!answer) {
        // undefined_table, undefined_column, undefined_function, invalid_schema_name
        static const QStringList lacking{QStringLiteral("42P01"), QStringLiteral("42703"), QStringLiteral("42883"), QStringLiteral("3F000")};
        if (lacking.contains(sqlStateOf(answer.error())))
            return {State::Lacks, QStringLiteral("fails: %1").arg(serverWordsOf(answer.error()))};
        return {State::Unknown, QStringLiteral("could not be made: %1").arg(serverWordsOf(answer.error()))};
    }
    if (answer->rows.isEmpty())
        return {State::Unknown, QStringLiteral("answers no row at all, so nothing is known")};
    const PgTable::Cell first = answer->rows.first().value(0);
    if (!first)
        return {State::Unknown, QStringLiteral("answers NULL, so nothing is known")};
    if (*first == QLatin1String("t") || *first == QLatin1String("true"))
        return {State::Holds, QStringLiteral("holds")};
    if (*first == QLatin1String("f") || *first == QLatin1String("false"))
        return {State::Fails, QStringLiteral("does not hold")};
    return {State::Unknown, QStringLiteral("answers neither true nor false")};
}

} // namespace understudy
