// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/postgres/pgtable.h"

namespace understudy {

/// What a query that is a condition has told: the first column of its first row.
struct ConditionAnswer
{
    enum class State {
        Holds,
        Fails,
        Lacks,  ///< a table, column, function or schema that it asks for is not there
        Unknown ///< no answer, or none that is true or false
    };
    State state = State::Unknown;
    QString words; ///< after the condition's name: "does not hold", "could not be made: …"; no secret

    bool operator==(const ConditionAnswer &) const = default;
    bool isBroken() const { return state == State::Fails || state == State::Lacks; }
};

[[nodiscard]] ConditionAnswer conditionAnswer(const Result<PgTable> &answer);

} // namespace understudy
