// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runresult.h"

#include "core/recovery/errorjson.h"

#include <QJsonArray>

namespace understudy {

QJsonObject RunResult::toJson() const
{
    QJsonObject json{{QStringLiteral("outcome"), outcome.isEmpty() ? QStringLiteral("needs_operator") : outcome},
                     {QStringLiteral("run"), run},
                     {QStringLiteral("commit_until"), commitUntil.isValid() ? QJsonValue(toRfc3339(commitUntil)) : QJsonValue()},
                     {QStringLiteral("took_ms"), qint64(took.count())},
                     {QStringLiteral("recovery_time_ms"),
                      recoveryTime ? QJsonValue(qint64(recoveryTime->count())) : QJsonValue()},
                     {QStringLiteral("data_loss"), dataLoss},
                     {QStringLiteral("explanation"), explanation}};
    QJsonArray open;
    for (const StepView &step : view.steps) {
        if (step.state == StepState::Unknown)
            open.append(QJsonObject{{QStringLiteral("step"), step.id}, {QStringLiteral("why"), step.result}});
    }
    if (!open.isEmpty())
        json.insert(QStringLiteral("not_proved"), open);
    if (!pagerNotes.isEmpty())
        json.insert(QStringLiteral("pager"), QJsonArray::fromStringList(pagerNotes));
    if (!confirm.isEmpty())
        json.insert(QStringLiteral("confirm"), confirm);
    if (error)
        json.insert(QStringLiteral("error"), errorToJson(*error));
    return json;
}

int RunResult::exitCode() const
{
    if (outcome == QLatin1String("recovered"))
        return 0;
    if (outcome == QLatin1String("undone"))
        return 1;
    if (outcome == QLatin1String("failed"))
        return 2;
    if (outcome != QLatin1String("refused"))
        return 3;
    if (!run.isEmpty() || !error)
        return 77;
    switch (error->code) {
    case ErrorCode::ResourceLocked: return 75;
    case ErrorCode::PlanInvalid:
    case ErrorCode::InvalidInput: return 65;
    case ErrorCode::PermissionDenied:
    case ErrorCode::ConfirmationMissing: return 77;
    default: return 69;
    }
}

} // namespace understudy
