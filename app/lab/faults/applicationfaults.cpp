// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/fault.h"
#include "app/lab/labports.h"


namespace understudy::lab {
namespace {

using Change = std::function<void(Misbehaviour &)>;

/// The instances that `place` names: one, a colour's, or by default the live colour's.
Result<QStringList> instancesAt(const LabDesk &desk, const QString &place)
{
    if (instanceNames().contains(place))
        return QStringList{place};
    const QStringList ofColour = desk.instancesOf(place.isEmpty() ? desk.liveColour() : place);
    if (!ofColour.isEmpty())
        return ofColour;
    return fail(ErrorCode::InvalidInput, QStringLiteral("no instance or colour named %1").arg(place),
                QStringLiteral("Write blue, green or one of %1.").arg(instanceNames().join(QStringLiteral(", "))));
}

Result<QString> misbehaveAll(const LabDesk &desk, const QStringList &instances, const Change &change)
{
    for (const QString &instance : instances) {
        const Result<Unit> told = desk.misbehave(instance, change);
        if (!told)
            return fail(told.error());
    }
    return instances.join(QLatin1Char(' '));
}

Result<Unit> behaveAgain(const LabDesk &desk, const QString &detail, const Change &change)
{
    const Result<QString> told = misbehaveAll(desk, detail.split(QLatin1Char(' ')), change);
    return told ? Result<Unit>(Unit{}) : fail(told.error());
}

Result<Unit> waitForStatus(const LabDesk &desk, const QString &instance, const QString &path, int status, Milliseconds deadline)
{
    return LabDesk::waitUntil(QStringLiteral("%1 does not answer %2 with %3").arg(instance, path).arg(status), deadline,
                              [&desk, instance, path, status] {
                                  const Result<HttpAnswer> answer = desk.http(instance, path);
                                  return answer && answer->status == status;
                              });
}

Result<QString> killInstance(LabDesk &desk, const FaultRequest &request)
{
    const Result<QStringList> instances = instancesAt(desk, request.place);
    if (!instances)
        return fail(instances.error());
    const QString name = instances->last();
    const Result<Unit> killed = desk.kill(name);
    return killed ? Result<QString>(name) : fail(killed.error());
}

Result<Unit> startInstance(LabDesk &desk, const QString &name)
{
    const Result<Unit> started = desk.start(name);
    return started ? waitForStatus(desk, name, QStringLiteral("/health/startup"), 200, std::chrono::seconds(60)) : started;
}

Result<QString> slowDown(LabDesk &desk, const FaultRequest &request)
{
    const Result<QStringList> instances = instancesAt(desk, request.place);
    if (!instances)
        return fail(instances.error());
    const int delay = int(request.delay.value_or(std::chrono::seconds(2)).count());
    const QString name = instances->first();
    return misbehaveAll(desk, {name}, [delay](Misbehaviour &behaviour) { behaviour.slowMs = delay; });
}

Result<Unit> speedUp(LabDesk &desk, const QString &name)
{
    const Result<Unit> told = behaveAgain(desk, name, [](Misbehaviour &behaviour) { behaviour.slowMs = 0; });
    if (!told)
        return told;
    return LabDesk::waitUntil(QStringLiteral("%1 is still slow").arg(name), std::chrono::seconds(15), [&desk, name] {
        const Result<HttpAnswer> live = desk.http(name, QStringLiteral("/health/live"), std::chrono::milliseconds(500));
        return live && live->status == 200;
    });
}

Result<QString> deployBadly(LabDesk &desk, const FaultRequest &request)
{
    const Result<QStringList> instances = instancesAt(desk, request.place);
    if (!instances)
        return fail(instances.error());
    const double rate = request.rate.value_or(0.3);
    if (rate <= 0 || rate > 1)
        return fail(ErrorCode::InvalidInput, QStringLiteral("a rate of errors is above 0% and at most 100%"), QStringLiteral("Write --rate 30%."));
    return misbehaveAll(desk, *instances, [rate](Misbehaviour &behaviour) { behaviour.errorRate = rate; });
}

Result<Unit> deployWell(LabDesk &desk, const QString &detail)
{
    const Result<Unit> told = behaveAgain(desk, detail, [](Misbehaviour &behaviour) { behaviour.errorRate = 0; });
    if (!told)
        return told;
    for (const QString &name : detail.split(QLatin1Char(' '))) {
        const QString path = QStringLiteral("/api/gemini/cost-summary");
        const Result<Unit> good = LabDesk::waitUntil(QStringLiteral("%1 still answers 5xx").arg(name), std::chrono::seconds(15), [&desk, name, path] {
            // Errors come evenly, so a run of good answers longer than the smallest rate's distance is none.
            for (int i = 0; i < 20; ++i) {
                const Result<HttpAnswer> answer = desk.http(name, path);
                if (!answer || answer->status >= 500)
                    return false;
            }
            return true;
        });
        if (!good && desk.isOnline(name))
            return good;
    }
    return Unit{};
}

Result<QString> freezeMetrics(LabDesk &desk, const FaultRequest &request)
{
    const Result<QStringList> instances = instancesAt(desk, request.place);
    if (!instances)
        return fail(instances.error());
    return misbehaveAll(desk, *instances, [](Misbehaviour &behaviour) { behaviour.metricsFrozen = true; });
}

Result<QString> spend(LabDesk &desk, const FaultRequest &request)
{
    const double perMinute = request.rate.value_or(60.0) / double(instanceNames().size());
    if (perMinute <= 0)
        return fail(ErrorCode::InvalidInput, QStringLiteral("a rate of spending is above 0"), QStringLiteral("Write it in USD a minute: --rate 60."));
    return misbehaveAll(desk, instanceNames(), [perMinute](Misbehaviour &behaviour) { behaviour.geminiUsdPerMinute = perMinute; });
}

double dailyCost(const LabDesk &desk, const QString &instance)
{
    const Result<HttpAnswer> page = desk.http(instance, QStringLiteral("/metrics"));
    const QByteArray name = "\nthe_copy_gemini_daily_cost_usd ";
    const qsizetype at = page ? page->body.indexOf(name) : -1;
    return at < 0 ? -1 : page->body.mid(at + name.size()).split('\n').first().toDouble();
}

Result<Unit> stopSpending(LabDesk &desk, const QString &detail)
{
    const Result<Unit> told = behaveAgain(desk, detail, [](Misbehaviour &behaviour) { behaviour.geminiUsdPerMinute = 0; });
    if (!told)
        return told;
    return LabDesk::waitUntil(QStringLiteral("the cost of the day has not gone back"), std::chrono::seconds(20), [&desk, detail] {
        // Deleted anew each time: a call that was under way may have written it again.
        for (const QString &node : {QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")}) {
            const Result<RespValue> keys = desk.redis(node, {"KEYS", "gemini:usage:*"});
            for (const RespValue &key : keys ? keys->items : QList<RespValue>{})
                static_cast<void>(desk.redis(node, {"DEL", key.text}));
        }
        for (const QString &name : detail.split(QLatin1Char(' '))) {
            if (dailyCost(desk, name) > 0)
                return false;
        }
        return true;
    });
}

Result<QString> killQueues(LabDesk &desk, const FaultRequest &)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const Result<QString> told = misbehaveAll(desk, instanceNames(), [now](Misbehaviour &behaviour) { behaviour.queuesDieAt = now; });
    if (!told)
        return told;
    for (const QString &name : instanceNames()) {
        if (!desk.isOnline(name))
            continue;
        const Result<Unit> dead = waitForStatus(desk, name, QStringLiteral("/api/queue/stats"), 500, std::chrono::seconds(5));
        if (!dead)
            return fail(dead.error());
    }
    return told;
}

} // namespace

Result<Unit> mendQueues(LabDesk &desk)
{
    // The idle colour first, so that users lose nobody before somebody is back.
    const QString live = desk.liveColour();
    QStringList order;
    for (const QString &name : instanceNames())
        order.insert(colourOf(name) == live ? order.size() : 0, name);
    for (const QString &name : std::as_const(order)) {
        const Result<Unit> told = desk.misbehave(name, [](Misbehaviour &behaviour) { behaviour.queuesDieAt = {}; });
        if (!told)
            return told;
        if (desk.isHeld(name))
            continue;
        const Result<HttpAnswer> stats = desk.http(name, QStringLiteral("/api/queue/stats"));
        if (stats && stats->status == 200)
            continue;
        if (const Result<Unit> restarted = desk.restart(name); !restarted)
            return restarted;
        for (const QString &path : {QStringLiteral("/health/startup"), QStringLiteral("/api/queue/stats")}) {
            if (const Result<Unit> well = waitForStatus(desk, name, path, 200, std::chrono::seconds(60)); !well)
                return well;
        }
    }
    return Unit{};
}

QList<Fault> applicationFaults()
{
    const QString place = QStringLiteral("--at PLACE"), rate = QStringLiteral("--rate");
    return {
        {.name = QStringLiteral("instance-killed"),
         .what = QStringLiteral("Kills one instance and keeps it down (--at NAME or colour; default: the live colour's last)."),
         .mended = QStringLiteral("It is started again; mended when it has warmed up."),
         .options = {place}, .breakIt = &killInstance, .mend = &startInstance},
        {.name = QStringLiteral("instance-slow"),
         .what = QStringLiteral("Delays every answer of one instance (--at NAME or colour, --delay 2s; default: the live colour's first)."),
         .mended = QStringLiteral("The delay is taken away; mended when it answers at once."),
         .options = {place, QStringLiteral("--delay")}, .breakIt = &slowDown, .mend = &speedUp},
        {.name = QStringLiteral("bad-deployment"),
         .what = QStringLiteral("The live colour answers requests to /api with 500 at a rate (--rate 30%, --at colour or NAME); health stays good."),
         .mended = QStringLiteral("The build is good again; mended when a row of answers is."),
         .options = {place, rate}, .breakIt = &deployBadly, .mend = &deployWell},
        {.name = QStringLiteral("metrics-stale"),
         .what = QStringLiteral("The live colour's /metrics shows the same page for ever (--at colour or NAME)."),
         .mended = QStringLiteral("The page is made anew at each request."),
         .options = {place}, .breakIt = &freezeMetrics,
         .mend = [](LabDesk &desk, const QString &detail) -> Result<Unit> {
             const Result<Unit> told = behaveAgain(desk, detail, [](Misbehaviour &behaviour) { behaviour.metricsFrozen = false; });
             if (!told)
                 return told;
             const QString name = detail.section(QLatin1Char(' '), 0, 0);
             return LabDesk::waitUntil(QStringLiteral("/metrics of %1 is still the same").arg(name), std::chrono::seconds(15),
                                       [&desk, name] {
                                           const Result<HttpAnswer> first = desk.http(name, QStringLiteral("/metrics"));
                                           (void)desk.http(name, QStringLiteral("/health/live")); // counted: a new page differs
                                           const Result<HttpAnswer> second = desk.http(name, QStringLiteral("/metrics"));
                                           return first && second && first->body != second->body;
                                       });
         }},
        {.name = QStringLiteral("gemini-cost-rising"),
         .what = QStringLiteral("The instances call Gemini without end (--rate in USD a minute; default: 60)."),
         .mended = QStringLiteral("They stop and the day's figure is deleted; mended when /metrics shows 0 again."),
         .options = {rate}, .breakIt = &spend, .mend = &stopSpending},
        {.name = QStringLiteral("queues-dead"),
         .what = QStringLiteral("The job queues of every instance are dead, as after a Redis outage, while every health route says healthy."),
         .mended = QStringLiteral("The instances are restarted one at a time, the idle colour's first; mended when /api/queue/stats answers."),
         .breakIt = &killQueues, .mend = [](LabDesk &desk, const QString &) { return mendQueues(desk); }},
    };
}

} // namespace understudy::lab
