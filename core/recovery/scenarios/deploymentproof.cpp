// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentsteps.h"
#include "core/recovery/scenarios/trafficseen.h"

#include "core/recovery/stepfacts.h"
#include "core/systems/http/httpget.h"

#include <QUrl>

namespace understudy::deployment {
namespace {

constexpr Milliseconds servesWithin{30'000};
/// A reload takes a tenth of a second, a load balancer's change leaves the old colour answering meanwhile: when nobody at
/// all answers for so long, users wait for a decision and not for us.
constexpr Milliseconds nobodyAnswersFor{3'000};
constexpr int fewestFailed = 20;
constexpr Milliseconds toldEvery{1'000};
/// For 100 ms after a reload old and new workers of nginx accept connections together, and the kernel likes to wake
/// the same ones again: a row of answers that is over sooner says nothing.
constexpr Milliseconds rowLasts{500};
constexpr Milliseconds drainsWithin{20'000};
constexpr Milliseconds standsStillFor{1000};

/// Nothing had been switched: then nothing drains, and no time is to be measured.
bool hasSwitched(const StepContext &context) { return !stepFacts(context, "switch").isEmpty(); }

/// Its processes have died, or were stopped: then nobody counts, and nobody answers either.
bool nobodyListens(const Rollback &rollback, const QString &colour, const CancelToken &cancel)
{
    bool any = false;
    for (const Pool &pool : rollback.plan.application->pools) {
        for (const PoolInstance &instance : pool.colour == colour ? pool.instances : QList<PoolInstance>()) {
            any = true;
            const Result<HttpReply> reply = httpGetBlocking(QUrl(instance.url + rollback.plan.application->health.startup), {}, std::chrono::seconds(2), cancel);
            if (reply || reply.error().code != ErrorCode::ConnectionRefused)
                return false;
        }
    }
    return any;
}

Result<QString> verifyDrained(StepContext &context, const Rollback &rollback)
{
    const QString from = stepFacts(context, "switch")[QStringLiteral("from")].toString();
    if (from.isEmpty())
        return fail(ErrorCode::CannotTell, QStringLiteral("it is not known which colour served before"));
    if (nobodyListens(rollback, from, context.cancel)) {
        // One that shuts down closes its ports first and ends its requests afterwards.
        const OpenConnections left = openConnections(rollback.plan, from, context.cancel);
        const QString words = QStringLiteral("nobody listens on the ports of %1: each refuses connections; %2").arg(from, left.words);
        if (left.count == 0)
            return words;
        return fail(ErrorCode::CannotTell, words, QStringLiteral("What is still open ends with its process; look at it before it is stopped."));
    }
    const Milliseconds until = context.clock.monotonic() + drainsWithin;
    for (;;) {
        const Result<TrafficSeen> before = trafficOf(rollback.plan, from, context.cancel);
        if (!before)
            return fail(before.error());
        if (!restFor(context, standsStillFor))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        const Result<TrafficSeen> after = trafficOf(rollback.plan, from, context.cancel);
        if (!after)
            return fail(after.error());
        // None that was met is met again: they were started anew, or there are many; another second tells.
        const std::optional<TrafficCounters> meanwhile = after->since(*before);
        if (meanwhile && meanwhile->requests == 0)
            return QStringLiteral("%1 has answered no request of users for %2 s; %3").arg(from).arg(standsStillFor.count() / 1000).arg(openConnections(rollback.plan, from, context.cancel).words);
        if (meanwhile)
            context.say(QStringLiteral("%1 still answers: %2 requests in the last second").arg(from).arg(meanwhile->requests));
        if (context.clock.monotonic() >= until)
            return fail(ErrorCode::CannotTell, QStringLiteral("%1 still answers requests; %2").arg(from, openConnections(rollback.plan, from, context.cancel).words),
                        QStringLiteral("Downloads and WebSockets stay on old workers; somebody may also call it directly."));
    }
}

QDateTime factTime(const QJsonObject &facts, const char *key)
{
    return QDateTime::fromString(facts[QLatin1String(key)].toString(), Qt::ISODateWithMs);
}

} // namespace

Result<QString> waitServing(StepContext &context, const Rollback &rollback, const QString &colour, QJsonObject *facts)
{
    DeploymentLook look = lookAtDeployment(rollback.plan, false, context.cancel);
    const Milliseconds until = context.clock.monotonic() + servesWithin;
    EntryCount row;
    int failedInARow = 0;
    Milliseconds failingSince{0}, toldAt = context.clock.monotonic();
    QDateTime firstNew, lastOther;
    Milliseconds rowBegan = context.clock.monotonic();
    while (row.byColour.value(colour) < answersProved || context.clock.monotonic() - rowBegan < rowLasts) {
        if (context.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        const EntryCount one = countAtEntry(rollback.plan, look, 1, context.cancel);
        if (one.isAll(colour)) {
            failedInARow = 0;
            if (!firstNew.isValid())
                firstNew = context.clock.now();
            ++row.byColour[colour];
            // Enough of them: now it is only time that has to pass.
            if (row.byColour.value(colour) >= answersProved && !restFor(context, Milliseconds(10)))
                return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
            continue;
        }
        row = {};
        rowBegan = context.clock.monotonic();
        lastOther = context.clock.now();
        failedInARow = one.failed > 0 ? failedInARow + 1 : 0;
        if (failedInARow <= 1)
            failingSince = rowBegan;
        if (rowBegan - toldAt >= toldEvery) {
            toldAt = rowBegan;
            context.say(failedInARow > 1 ? QStringLiteral("users get no answer: the last %1 requests all failed").arg(failedInARow)
                                         : QStringLiteral("%1 does not answer everything yet: %2").arg(colour, one.text()));
        }
        if (failedInARow >= fewestFailed && rowBegan - failingSince >= nobodyAnswersFor)
            return fail(ErrorCode::NotProved, QStringLiteral("users get no answer: the last %1 requests all failed").arg(failedInARow),
                        QStringLiteral("Undo sends them back to where they came from; see why %1 does not answer.").arg(colour));
        // One that is refused at once would be asked thousands of times.
        if (one.failed > 0 && !restFor(context, Milliseconds(20)))
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (rowBegan >= until)
            return fail(ErrorCode::NotProved, QStringLiteral("%1 does not answer everything: %2").arg(colour, one.text()),
                        QStringLiteral("Go back, or look at what nginx runs with."));
    }
    if (facts) {
        facts->insert(QStringLiteral("first_new_at"), toRfc3339(firstNew));
        facts->insert(QStringLiteral("last_old_at"), lastOther.isValid() ? toRfc3339(lastOther) : QString());
        facts->insert(QStringLiteral("proved_at"), toRfc3339(context.clock.now()));
    }
    return QStringLiteral("%1 answers in a row from %2, each on a fresh connection, over %3 ms").arg(row.all()).arg(colour).arg(rowLasts.count());
}

Step proveServing(const RollbackPtr &rollback)
{
    return {.id = QStringLiteral("prove"),
            .name = QStringLiteral("Prove who serves"),
            .deadline = std::chrono::minutes(1),
            .verify = [rollback](StepContext &context) -> Result<QString> {
                QJsonObject facts;
                const Result<QString> proved = waitServing(context, *rollback, rollback->to, &facts);
                if (!proved)
                    return proved;
                const Result<Unit> noted = context.note(facts);
                return noted ? proved : fail(noted.error());
            }};
}

Step proveDrained(const RollbackPtr &rollback)
{
    return {.id = QStringLiteral("drained"),
            .name = QStringLiteral("The old colour's counters stand still"),
            .deadline = std::chrono::minutes(1),
            .observe = [](StepContext &context) -> Result<Observation> {
                if (!hasSwitched(context))
                    return Observation{Observation::Sight::NotNeeded, QStringLiteral("nothing was switched")};
                return Observation{Observation::Sight::NotYet, {}};
            },
            .verify = [rollback](StepContext &context) { return verifyDrained(context, *rollback); },
            .advisory = true};
}

QJsonObject deploymentSummary(const QJsonObject &facts)
{
    const QDateTime asked = factTime(facts[QStringLiteral("switch")].toObject(), "asked_at");
    const QDateTime proved = factTime(facts[QStringLiteral("prove")].toObject(), "proved_at");
    QDateTime began = factTime(facts[QStringLiteral("run")].toObject(), "outage_began");
    if (!began.isValid())
        began = asked;
    const QJsonValue time = asked.isValid() && proved.isValid() ? QJsonValue(began.msecsTo(proved)) : QJsonValue();
    const QJsonObject loss{{QStringLiteral("kind"), QStringLiteral("none")}, {QStringLiteral("text"), QStringLiteral("none")},
                           {QStringLiteral("rows"), QJsonValue()}, {QStringLiteral("bytes"), 0}, {QStringLiteral("seconds"), QJsonValue()}};
    return {{QStringLiteral("recovery_time_ms"), time}, {QStringLiteral("data_loss"), loss}};
}

} // namespace understudy::deployment
