// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plancontext.h"

#include "core/base/redact.h"
#include "core/plan/nearestword.h"

namespace understudy {

void PlanContext::errorAt(int line, int column, const QString &message, const QString &hint)
{
    if (!isFull())
        problems.append({PlanProblem::Severity::Error, line, column, message, hint});
}

QString PlanContext::suggestion(const QString &word, const QStringList &candidates) const
{
    // Comparing words costs more than all the rest; nobody reads that many suggestions.
    if (problems.size() > 200)
        return {};
    const QString meant = nearestWord(word, candidates.size() > 200 ? candidates.mid(0, 200) : candidates);
    return meant.isEmpty() ? QString() : QStringLiteral("Did you mean '%1'? ").arg(meant);
}

void PlanContext::error(const YamlNode &at, const QString &message, const QString &hint)
{
    errorAt(at.line, at.column, message, hint);
}

void PlanContext::warning(const YamlNode &at, const QString &message, const QString &hint)
{
    if (!isFull())
        problems.append({PlanProblem::Severity::Warning, at.line, at.column, message, hint});
}

QString quotedForPlan(const QString &text)
{
    QString shown = redacted(text.left(400)).simplified();
    if (shown.size() > 60)
        shown = shown.left(60) + QStringLiteral("…");
    return QLatin1Char('\'') + shown + QLatin1Char('\'');
}

} // namespace understudy
