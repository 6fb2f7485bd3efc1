// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/redact.h"
#include "core/recovery/runexecution.h"

#include <QJsonArray>

namespace understudy {
namespace {

QJsonArray strings(const QStringList &list)
{
    QJsonArray array;
    for (const QString &text : list)
        array.append(redacted(text));
    return array;
}

QJsonArray acts(const StepPreview &preview)
{
    QJsonArray array;
    for (const ExactAct &act : preview.willDo)
        array.append(redacted(act.on.isEmpty() ? act.text : QStringLiteral("%1 (on %2)").arg(act.text, act.on)));
    return array;
}

QJsonArray verdicts(const Result<QList<PreflightCheck>> &checks)
{
    QJsonArray array;
    if (!checks) {
        array.append(QJsonObject{{QStringLiteral("check"), QStringLiteral("pre-flight")},
                                 {QStringLiteral("verdict"), verdictName(PreflightCheck::Verdict::Unknown)},
                                 {QStringLiteral("why"), redacted(checks.error().text())}});
        return array;
    }
    for (const PreflightCheck &check : *checks) {
        array.append(QJsonObject{{QStringLiteral("check"), check.check},
                                 {QStringLiteral("verdict"), verdictName(check.verdict)},
                                 {QStringLiteral("why"), redacted(check.why)}});
    }
    return array;
}

/// What observing alone says about a step; empty: it would be done.
QString withoutActing(const Step &step, StepContext &context)
{
    if (!step.skipReason.isEmpty())
        return QStringLiteral("skipped: ") + step.skipReason;
    if (!step.observe)
        return {};
    const Result<Observation> seen = step.observe(context);
    if (!seen)
        return QStringLiteral("unknown: ") + seen.error().text();
    switch (seen->sight) {
    case Observation::Sight::AlreadyTrue: return QStringLiteral("skipped: already true");
    case Observation::Sight::NotNeeded: return QStringLiteral("skipped: ") + seen->detail;
    case Observation::Sight::Unknown: return QStringLiteral("unknown: ") + seen->detail;
    case Observation::Sight::NotYet: return {};
    }
    return {};
}

QJsonObject preview(const Step &step, StepContext &context)
{
    QJsonObject json{{QStringLiteral("id"), step.id},
                     {QStringLiteral("name"), step.name},
                     {QStringLiteral("hazard"), hazardName(step.hazard)},
                     {QStringLiteral("preview"), QJsonArray()},
                     {QStringLiteral("preflight"), QJsonArray()},
                     {QStringLiteral("predicted"), withoutActing(step, context)},
                     {QStringLiteral("undo"), QString()}};
    if (!step.skipReason.isEmpty())
        return json;
    if (step.preflight)
        json.insert(QStringLiteral("preflight"), verdicts(step.preflight(context)));
    if (!step.preview)
        return json;
    const Result<StepPreview> shown = step.preview(context);
    if (!shown) {
        if (json[QStringLiteral("predicted")].toString().isEmpty())
            json.insert(QStringLiteral("predicted"), redacted(shown.error().text()));
        return json;
    }
    json.insert(QStringLiteral("preview"), acts(*shown));
    json.insert(QStringLiteral("why"), redacted(shown->why));
    json.insert(QStringLiteral("will_not"), strings(shown->willNot));
    json.insert(QStringLiteral("expect"), strings(shown->expect));
    json.insert(QStringLiteral("loss"), shown->loss);
    json.insert(QStringLiteral("by_hand"), strings(shown->byHand));
    json.insert(QStringLiteral("confirmation"), confirmationName(std::max(step.confirmation, shown->atLeast)));
    json.insert(QStringLiteral("undo"), shown->wayBack);
    if (json[QStringLiteral("predicted")].toString().isEmpty())
        json.insert(QStringLiteral("predicted"), shown->predicted);
    return json;
}

} // namespace

QJsonObject dryRun(Recipe &recipe, const Clock &clock, const CancelToken &cancel)
{
    QJsonObject facts;
    StepContext context{.facts = facts,
                        .clock = clock,
                        .cancel = cancel,
                        .say = [](const QString &) {},
                        .note = [](const QJsonObject &) {
                            return fail(ErrorCode::PermissionDenied, QStringLiteral("a dry run changes nothing"));
                        },
                        .retried = [](const QString &) {
                            return fail(ErrorCode::PermissionDenied, QStringLiteral("a dry run changes nothing"));
                        },
                        .dryRun = true};
    QJsonArray steps;
    for (const Step &step : recipe.steps)
        steps.append(preview(step, context));
    return {{QStringLiteral("scenario"), recipe.scenario}, {QStringLiteral("steps"), steps}};
}

} // namespace understudy
