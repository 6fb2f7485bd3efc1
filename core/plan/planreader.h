// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QList>

#include <optional>

namespace understudy {

/// One mistake in a plan file: where (1-based), what is wrong, and what to write instead.
struct PlanProblem
{
    enum class Severity { Error, Warning };
    Severity severity = Severity::Error;
    int line = 1;
    int column = 1;
    QString message;
    QString hint;
    bool operator==(const PlanProblem &) const = default;
    QString text(const QString &file) const; ///< "FILE:LINE:COLUMN: message; hint"
};

struct PlanReading
{
    std::optional<Plan> plan; ///< set exactly when no problem is an Error
    QList<PlanProblem> problems; ///< all of them, in the file's order
};

/// Reads a plan strictly: unknown keys, duplicate keys, wrong types, unresolvable references and
/// quantities without units are all errors. Input is bounded (1 MB, depth 32, 100 problems, no alias
/// cycles). `today` decides whether the plan's review is overdue (a warning).
[[nodiscard]] PlanReading readPlan(const QByteArray &text, const QString &path, const QDate &today);
[[nodiscard]] PlanReading readPlanFile(const QString &path, const QDate &today);

} // namespace understudy
