// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentsteps.h"
#include "core/recovery/scenarios/trafficseen.h"

#include "core/recovery/stepfacts.h"
#include "core/systems/envfile/envfilestore.h"

#include <QCryptographicHash>

#include <algorithm>

namespace understudy::deployment {
namespace {

using Sight = Observation::Sight;

QString buildWords(const DeploymentLook &look, const QString &colour)
{
    const QStringList builds = look.builds(colour);
    return QStringLiteral("%1 runs %2").arg(colour, builds.isEmpty() ? QStringLiteral("an unknown build") : builds.join(QStringLiteral(", ")));
}

QString unknownBuilds(const DeploymentLook &look, const Plan &plan)
{
    QStringList unknown;
    for (const Pool &pool : plan.application->pools) {
        if (look.builds(pool.colour).isEmpty())
            unknown.append(pool.colour);
    }
    return unknown.join(QStringLiteral(" and "));
}

Result<Observation> observeSwitch(StepContext &context, const Rollback &rollback)
{
    const DeploymentLook look = lookAtDeployment(rollback.plan, false, context.cancel);
    if (context.cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    const Result<TrafficLook> seen = rollback.traffic->look(context.cancel);
    if (!seen)
        return fail(seen.error());
    const bool disk = !seen->told || seen->colours == QStringList{rollback.to};
    // The file may say so and nginx not: then it is to be reloaded, which the act does.
    // A configuration that names the new colour while nobody serves it would send users there at the next reload.
    const QString from = stepFacts(context, "switch")[QStringLiteral("from")].toString();
    const bool asBefore = (!seen->told || seen->colours == QStringList{from}) && look.entry.isAll(from);
    return Observation{disk && look.entry.isAll(rollback.to) ? Sight::AlreadyTrue : Sight::NotYet,
                       QStringLiteral("%1; counted: %2").arg(seen->disk, look.entry.text()), !from.isEmpty() && !asBefore};
}

/// Of the colour that serves: since the run looked first, else since its processes began. Null: not to be told.
QJsonValue rateBefore(StepContext &context, const Rollback &rollback, const QString &from)
{
    const Result<TrafficSeen> now = trafficOf(rollback.plan, from, context.cancel);
    if (!now)
        return {};
    const QJsonObject then = stepFacts(context, "identify")[QStringLiteral("counters")].toObject()[from].toObject();
    const std::optional<TrafficCounters> meanwhile = now->since(TrafficSeen::fromJson(then));
    const TrafficCounters &counted = meanwhile && meanwhile->requests >= 20 ? *meanwhile : now->all();
    const std::optional<double> rate = counted.requests >= 20 ? counted.errorRate() : std::nullopt;
    return rate ? QJsonValue(*rate) : QJsonValue();
}

Result<StepPreview> previewSwitch(StepContext &context, const Rollback &rollback)
{
    const DeploymentLook look = lookAtDeployment(rollback.plan, false, context.cancel);
    rollback.shown->keep({look, rateBefore(context, rollback, look.answering())});
    StepPreview shown;
    shown.title = QStringLiteral("Switch to %1").arg(rollback.to);
    shown.why = QStringLiteral("Now: %1.").arg(look.entry.text());
    for (const QString &line : rollback.traffic->willDo(rollback.to))
        shown.willDo.append({line, rollback.traffic->where()});
    shown.willNot = {QStringLiteral("start, stop or restart any process"), QStringLiteral("change the database")};
    for (const Pool &pool : rollback.plan.application->pools)
        shown.expect.append(buildWords(look, pool.colour));
    if (const QString unknown = unknownBuilds(look, rollback.plan); !unknown.isEmpty())
        shown.why += QStringLiteral(" Nobody here knows which build %1 runs: to confirm is to say that it is not the bad one.").arg(unknown);
    shown.expect.append(QStringLiteral("requests in flight on the old workers end where they began"));
    shown.predicted = QStringLiteral("OK");
    shown.wayBack = rollback.traffic->restoreText();
    shown.button = shown.title;
    shown.byHand = rollback.traffic->byHand(rollback.to);
    return shown;
}

Result<QJsonObject> prepareSwitch(StepContext &context, const Rollback &rollback)
{
    // Interrupted, and half done perhaps: who served before, and under which name it is kept, is known from then.
    if (const QJsonObject known = stepFacts(context, "switch"); !known[QStringLiteral("from")].toString().isEmpty())
        return known;
    const Result<TrafficLook> seen = rollback.traffic->look(context.cancel);
    if (!seen)
        return fail(seen.error());
    // Where no configuration can be read, nothing else would show that somebody has switched meanwhile.
    std::optional<ShownLook::Content> shown = seen->told ? rollback.shown->content() : std::nullopt;
    if (!shown) {
        shown.emplace(ShownLook::Content{lookAtDeployment(rollback.plan, false, context.cancel), {}});
        shown->rateBefore = rateBefore(context, rollback, shown->look.answering());
    }
    const DeploymentLook &look = shown->look;
    QString from = look.serving() == rollback.to ? QString() : look.serving();
    if (from.isEmpty() && seen->colours.size() == 1 && seen->colours.first() != rollback.to)
        from = seen->colours.first();
    QJsonObject builds;
    for (const Pool &pool : rollback.plan.application->pools)
        builds.insert(pool.colour, look.builds(pool.colour).join(QStringLiteral(", ")));
    return QJsonObject{{QStringLiteral("from"), from},
                       {QStringLiteral("to"), rollback.to},
                       {QStringLiteral("tag"), EnvFileStore::tagOf(context.clock)},
                       {QStringLiteral("state"), QString::fromUtf8(rollback.traffic->stateToNote(*seen))},
                       {QStringLiteral("builds"), builds},
                       {QStringLiteral("unknown_builds"), unknownBuilds(look, rollback.plan)},
                       {QStringLiteral("error_rate_before"), shown->rateBefore},
                       {QStringLiteral("asked_at"), toRfc3339(context.clock.now())}};
}

Result<QString> actSwitch(StepContext &context, const Rollback &rollback)
{
    const Result<TrafficLook> seen = rollback.traffic->look(context.cancel);
    if (!seen)
        return fail(seen.error());
    // Where nothing but the traffic tells, the command may be one that turns back what somebody has switched meanwhile.
    if (!seen->told && lookAtDeployment(rollback.plan, false, context.cancel).entry.isAll(rollback.to))
        return QStringLiteral("%1 serves already: nothing was run").arg(rollback.to);
    const QJsonObject facts = stepFacts(context, "switch");
    QString tag = facts[QStringLiteral("tag")].toString();
    // Tried again with nothing switched yet: what is there may have been mended since, and is what goes back.
    if (seen->told && seen->colours == QStringList{facts[QStringLiteral("from")].toString()}) {
        tag = EnvFileStore::tagOf(context.clock);
        const Result<Unit> noted = context.note({{QStringLiteral("tag"), tag}, {QStringLiteral("state"), QString::fromUtf8(rollback.traffic->stateToNote(*seen))}});
        if (!noted)
            return fail(noted.error());
    }
    return rollback.traffic->switchTo(rollback.to, *seen, tag, context.cancel);
}

Result<QString> undoSwitch(StepContext &context, const Rollback &rollback)
{
    const QJsonObject facts = stepFacts(context, "switch");
    const QString from = facts[QStringLiteral("from")].toString();
    if (from.isEmpty())
        return fail(ErrorCode::NoWayBack, QStringLiteral("it was not known which colour served before"),
                    QStringLiteral("Run `understudyctl recover deployment --to COLOUR`."));
    // It may have been stopped since: nginx accepts a file that leads to nobody. Readiness is not asked for: it fails on
    // both sides when the database does.
    const DeploymentLook look = lookAtDeployment(rollback.plan, false, context.cancel);
    if (context.cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    const QList<InstanceSeen> there = look.of(from);
    const int warm = int(std::count_if(there.begin(), there.end(), [](const InstanceSeen &one) { return one.startup == 200; }));
    if (warm < std::max(1, rollback.plan.application->minimumServing) && !look.entry.isAll(from))
        return fail(ErrorCode::NeedsOperator, QStringLiteral("going back would send users to %1, of which %2 of %3 instances are warm").arg(from).arg(warm).arg(there.size()),
                    QStringLiteral("Start it, then try again; or stay where users are served."));
    const Result<QString> back = rollback.traffic->putBackState(facts[QStringLiteral("state")].toString().toUtf8(), from, facts[QStringLiteral("tag")].toString(), context.cancel);
    if (!back)
        return back;
    return waitServing(context, rollback, from, nullptr);
}

/// By colour; one that does not count is left out.
QJsonObject countersNow(const Rollback &rollback, const CancelToken &cancel)
{
    QJsonObject all;
    for (const Pool &pool : rollback.plan.application->pools) {
        if (const Result<TrafficSeen> now = trafficOf(rollback.plan, pool.colour, cancel))
            all.insert(pool.colour, now->toJson());
    }
    return all;
}

} // namespace

Step identify(const RollbackPtr &rollback)
{
    return {.id = QStringLiteral("identify"),
            .name = QStringLiteral("Who serves, and with what"),
            .deadline = std::chrono::seconds(30),
            .verify = [rollback](StepContext &context) -> Result<QString> {
                const DeploymentLook look = lookAtDeployment(rollback->plan, false, context.cancel);
                const Result<TrafficLook> seen = rollback->traffic->look(context.cancel);
                QStringList words{QStringLiteral("counted: ") + look.entry.text(), seen ? seen->disk : seen.error().text()};
                for (const Pool &pool : rollback->plan.application->pools)
                    words.append(buildWords(look, pool.colour));
                if (context.cancel.isCancelled())
                    return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
                if (const Result<Unit> noted = context.note({{QStringLiteral("counters"), countersNow(*rollback, context.cancel)}}); !noted)
                    return fail(noted.error());
                return words.join(QStringLiteral("; "));
            }};
}

Step switchTraffic(const RollbackPtr &rollback)
{
    return {.id = QStringLiteral("switch"),
            .name = QStringLiteral("Switch the traffic"),
            .hazard = Hazard::Reversible,
            .confirmation = Confirmation::Phrase,
            .bearsUndo = true,
            .deadline = std::chrono::minutes(2),
            .observe = [rollback](StepContext &context) { return observeSwitch(context, *rollback); },
            .preview = [rollback](StepContext &context) { return previewSwitch(context, *rollback); },
            .preflight = [rollback](StepContext &context) -> Result<QList<PreflightCheck>> {
                const QList<PreflightCheck> checks = gates(*rollback, context.cancel);
                if (context.cancel.isCancelled())
                    return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
                return checks;
            },
            .prepare = [rollback](StepContext &context) { return prepareSwitch(context, *rollback); },
            .act = [rollback](StepContext &context) { return actSwitch(context, *rollback); },
            .verify = [rollback](StepContext &context) -> Result<QString> {
                const Result<TrafficLook> seen = rollback->traffic->look(context.cancel);
                if (!seen)
                    return fail(seen.error());
                if (!seen->told)
                    return waitServing(context, *rollback, rollback->to, nullptr);
                if (seen->colours != QStringList{rollback->to})
                    return fail(ErrorCode::NotProved, seen->disk);
                return seen->disk;
            },
            .undo = [rollback](StepContext &context) { return undoSwitch(context, *rollback); },
            .identity = [rollback](StepContext &context) -> Result<QString> {
                // What was shown is what is changed: somebody else may be at it as well.
                const Result<TrafficLook> seen = rollback->traffic->look(context.cancel);
                if (!seen)
                    return fail(seen.error());
                return QStringLiteral("%1, sha256 %2").arg(rollback->traffic->where(), QString::fromLatin1(QCryptographicHash::hash(seen->state, QCryptographicHash::Sha256).toHex().left(16)));
            },
            .stillRunning = [rollback](StepContext &context) -> Result<bool> {
                const QString tag = stepFacts(context, "switch")[QStringLiteral("tag")].toString();
                return tag.isEmpty() ? Result<bool>(false) : rollback->traffic->stillRunning(tag, context.cancel);
            }};
}

} // namespace understudy::deployment
