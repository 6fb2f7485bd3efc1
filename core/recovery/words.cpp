// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/runview.h"

#include <QJsonArray>

namespace understudy {

QString hazardName(Hazard hazard)
{
    switch (hazard) {
    case Hazard::None: return QStringLiteral("none");
    case Hazard::Reversible: return QStringLiteral("reversible");
    case Hazard::ReversibleWithLoss: return QStringLiteral("reversible_with_loss");
    case Hazard::Irreversible: return QStringLiteral("irreversible");
    }
    return {};
}

QString verdictName(PreflightCheck::Verdict verdict)
{
    switch (verdict) {
    case PreflightCheck::Verdict::Pass: return QStringLiteral("pass");
    case PreflightCheck::Verdict::Warn: return QStringLiteral("warn");
    case PreflightCheck::Verdict::Fail: return QStringLiteral("fail");
    case PreflightCheck::Verdict::Unknown: return QStringLiteral("unknown");
    }
    return {};
}

QString confirmationName(Confirmation confirmation)
{
    switch (confirmation) {
    case Confirmation::None: return QStringLiteral("none");
    case Confirmation::Click: return QStringLiteral("click");
    case Confirmation::Hold: return QStringLiteral("hold");
    case Confirmation::Phrase: return QStringLiteral("phrase");
    }
    return {};
}

QString stepStateName(StepState state)
{
    switch (state) {
    case StepState::Waiting: return QStringLiteral("waiting");
    case StepState::Current: return QStringLiteral("current");
    case StepState::Acting: return QStringLiteral("acting");
    case StepState::Proving: return QStringLiteral("proving");
    case StepState::Done: return QStringLiteral("done");
    case StepState::Skipped: return QStringLiteral("skipped");
    case StepState::Overridden: return QStringLiteral("overridden");
    case StepState::Failed: return QStringLiteral("failed");
    case StepState::Unknown: return QStringLiteral("unknown");
    case StepState::Undone: return QStringLiteral("undone");
    }
    return {};
}

int RunView::count(StepState wanted) const
{
    int number = 0;
    for (const StepView &step : steps)
        number += step.state == wanted ? 1 : 0;
    return number;
}

QJsonObject RunOptions::toJson() const
{
    return {{QStringLiteral("scenario"), scenario},
            {QStringLiteral("planned"), planned},
            {QStringLiteral("promote"), promote},
            {QStringLiteral("restart_backends"), restartBackends},
            {QStringLiteral("nodes"), QJsonArray::fromStringList(nodes)},
            {QStringLiteral("to"), to.isValid() ? toRfc3339(to) : QString()},
            {QStringLiteral("from_dump"), fromDump},
            {QStringLiteral("branch"), branch},
            {QStringLiteral("freeze"), freeze},
            {QStringLiteral("last_master_offset"), lastMasterOffset},
            {QStringLiteral("colour"), colour},
            {QStringLiteral("despite_schema"), despiteSchema}};
}

RunOptions RunOptions::fromJson(const QJsonObject &json)
{
    QStringList nodes;
    for (const QJsonValue &node : json[QStringLiteral("nodes")].toArray())
        nodes.append(node.toString());
    return {.scenario = json[QStringLiteral("scenario")].toString(),
            .planned = json[QStringLiteral("planned")].toBool(),
            .promote = json[QStringLiteral("promote")].toString(),
            .restartBackends = json[QStringLiteral("restart_backends")].toBool(),
            .nodes = nodes,
            .to = QDateTime::fromString(json[QStringLiteral("to")].toString(), Qt::ISODateWithMs),
            .fromDump = json[QStringLiteral("from_dump")].toString(),
            .branch = json[QStringLiteral("branch")].toString(),
            .freeze = json[QStringLiteral("freeze")].toString(),
            .lastMasterOffset = json[QStringLiteral("last_master_offset")].toInteger(-1),
            .colour = json[QStringLiteral("colour")].toString(),
            .despiteSchema = json[QStringLiteral("despite_schema")].toBool()};
}

} // namespace understudy
