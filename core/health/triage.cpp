// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/triage.h"

#include "core/base/quantity.h"

#include <algorithm>

namespace understudy {
namespace {

bool isDown(const SystemHealth *system)
{
    return system && system->health == Health::Down;
}

QString lasting(const SystemHealth &system, const QDateTime &now)
{
    return system.since.isValid()
               ? QStringLiteral(" for %1").arg(durationText(Milliseconds(system.since.msecsTo(now))))
               : QString();
}

/// What users meet, when the pools show it.
QStringList poolSymptoms(const HealthSnapshot &snapshot)
{
    if (!snapshot.pools)
        return {};
    int instances = 0, refused = 0, unavailable = 0;
    for (const PoolView &pool : snapshot.pools->pools) {
        for (const InstanceView &instance : pool.instances) {
            ++instances;
            refused += instance.live == InstanceView::Answer::Refused;
            unavailable += instance.live != InstanceView::Answer::Refused
                           && instance.ready == InstanceView::Answer::Unavailable;
        }
    }
    QStringList out;
    if (refused > 0)
        out += QStringLiteral("%1 of %2 instances refuse connections").arg(refused).arg(instances);
    if (unavailable > 0)
        out += QStringLiteral("%1 of %2 instances answer 503 when asked whether they are ready")
                   .arg(unavailable)
                   .arg(instances);
    return out;
}

std::optional<Recommendation> databaseLoss(const HealthSnapshot &snapshot)
{
    const SystemHealth *database = snapshot.system(QStringLiteral("database"));
    if (!database)
        return {};
    Recommendation out{.scenario = QStringLiteral("database-loss"),
                       .command = QStringLiteral("understudyctl recover database --to TIME"),
                       .title = QStringLiteral("Database loss: scenario A")};
    if (isDown(database))
        out.because += database->reason + lasting(*database, snapshot.at);
    const Reading *checksums = database->reading(QStringLiteral("checksum failures"));
    if (checksums && checksums->isAbnormal())
        out.because += QStringLiteral("%1 pages failed their checksum").arg(checksums->text());
    const Reading *checks = database->reading(QStringLiteral("checks that fail"));
    if (checks && checks->isAbnormal())
        out.because += QStringLiteral("the running database does not pass the plan's own checks: %1 (or the check is out of date: then mend it in the plan)").arg(checks->reason);
    if (out.because.isEmpty())
        return {};
    if (const Reading *newest = database->reading(QStringLiteral("newest restorable"));
        newest && newest->hasNumber())
        out.because += QStringLiteral("newest restorable moment seen: %1 before %2")
                           .arg(newest->text(), toRfc3339(newest->observedAt));
    out.because += poolSymptoms(snapshot);
    return out;
}

QString sentinelCount(const RedisTopology &topology)
{
    int answering = 0, saying = 0;
    for (const SentinelOpinion &one : topology.sentinels) {
        answering += one.answers;
        saying += one.answers && one.saysDown();
    }
    if (answering == 0)
        return QStringLiteral("none of %1 Sentinels answers").arg(topology.sentinels.size());
    return QStringLiteral("%1 of %2 answering Sentinels say that the master is down (%3 known)")
        .arg(saying)
        .arg(answering)
        .arg(topology.sentinels.size());
}

QString ownFailover(const RedisTopology &topology)
{
    if (topology.failover.isEmpty() || topology.failover == QLatin1String("none"))
        return QStringLiteral("Sentinel's own failover is not running");
    return QStringLiteral("Sentinel's own failover: %1").arg(topology.failover);
}

std::optional<Recommendation> redisMasterFailure(const HealthSnapshot &snapshot)
{
    const SystemHealth *redis = snapshot.system(QStringLiteral("redis"));
    if (!isDown(redis))
        return {};
    Recommendation out{.scenario = QStringLiteral("redis-master-failure"),
                       .because = {redis->reason + lasting(*redis, snapshot.at)},
                       .command = QStringLiteral("understudyctl recover redis"),
                       .title = QStringLiteral("Redis master failure: scenario B")};
    if (!snapshot.redis)
        return out;
    out.because += sentinelCount(*snapshot.redis);
    out.because += ownFailover(*snapshot.redis);
    for (const SentinelOpinion &one : snapshot.redis->sentinels) {
        if (one.answers && one.quorumReachable == false) {
            out.because += QStringLiteral("Sentinel %1: %2").arg(one.address.text(), one.quorumReply);
            break;
        }
    }
    return out;
}

/// What a Redis outage leaves behind when Redis itself is well again.
std::optional<Recommendation> deadQueues(const HealthSnapshot &snapshot, const Plan &plan)
{
    const SystemHealth *redis = snapshot.system(QStringLiteral("redis"));
    if (!snapshot.pools || !plan.redis || !plan.application || isDown(redis)
        || plan.application->processes.kind == ProcessesPlan::Kind::None)
        return {};
    QStringList dead;
    int instances = 0;
    for (const PoolView &pool : snapshot.pools->pools) {
        for (const InstanceView &instance : pool.instances) {
            ++instances;
            if (instance.queues.state == QueuesAnswer::State::Dead)
                dead += instance.process.isEmpty() ? instance.url : instance.process;
        }
    }
    if (dead.isEmpty())
        return {};
    const QString who = dead.size() <= 4 ? dead.join(QStringLiteral(", "))
                                         : QStringLiteral("%1 and %2 more").arg(dead.mid(0, 3).join(QStringLiteral(", "))).arg(dead.size() - 3);
    return Recommendation{.scenario = QStringLiteral("redis-master-failure"),
                          .because = {QStringLiteral("job queues are dead on %1 of %2 instances: %3").arg(dead.size()).arg(instances).arg(who),
                                      QStringLiteral("they stay dead after a Redis outage until their process is restarted")},
                          .command = QStringLiteral("understudyctl recover redis --restart-backends"),
                          .title = QStringLiteral("Job queues are dead: restart the backends (scenario B)")};
}

bool allQueuesDead(const PoolsView &pools)
{
    return std::all_of(pools.pools.begin(), pools.pools.end(), [](const PoolView &pool) {
        return std::all_of(pool.instances.begin(), pool.instances.end(), [](const InstanceView &one) {
            return one.queues.state == QueuesAnswer::State::Dead;
        });
    });
}

// Error rates are those of the last minute, and a look or two old.
constexpr Milliseconds ratesReachBack = std::chrono::seconds(75);

bool isRecent(const QDateTime &at, const HealthSnapshot &snapshot)
{
    return at.isValid() && Milliseconds(at.msecsTo(snapshot.at)) < ratesReachBack;
}

/// An outage that has only just ended is still in the rates: they tell nothing of a deployment yet. Nor do
/// writes that a database refuses, as it does while a recovery holds it read-only, nor requests around a failover.
bool justCameBack(const HealthSnapshot &snapshot, const QString &system)
{
    const SystemHealth *one = snapshot.system(system);
    return one && (isRecent(one->downUntil, snapshot) || isRecent(one->refusedWritesAt, snapshot));
}

bool redisHasJustMoved(const HealthSnapshot &snapshot)
{
    return snapshot.pools && isRecent(snapshot.pools->redisMoved, snapshot);
}

const PoolView *warmOther(const PoolsView &pools, const PoolView &serving, int minimum)
{
    for (const PoolView &pool : pools.pools) {
        if (pool.colour != serving.colour && pool.warm >= std::max(1, minimum))
            return &pool;
    }
    return nullptr;
}

QString share(double ratio)
{
    return numberText(ratio * 100) + QStringLiteral(" %");
}

/// Each figure with the window and the number of requests that it rests on.
QStringList errorEvidence(const PoolView &serving, double limit, const QDateTime &now)
{
    const ErrorAlarm &alarm = serving.alarm;
    QString first = QStringLiteral("%1 serves and fails %2 of its requests: %3 of %4 in the newest polls")
                        .arg(serving.colour, share(alarm.newest.errorRate()), numberText(alarm.newest.failures),
                             numberText(alarm.newest.requests));
    if (alarm.newest.requests <= 0)
        first = QStringLiteral("%1 serves and failed too many of its requests when it was last counted, %2 ago; nobody has asked it since")
                    .arg(serving.colour, durationText(Milliseconds(alarm.lastHeard.msecsTo(now))));
    if (const BurnWindow &minute = serving.burn.minute; minute.errorRate)
        first += QStringLiteral(", %1 of %2 in the last %3")
                     .arg(share(*minute.errorRate), numberText(minute.requests), durationText(minute.length));
    QStringList out{first + QStringLiteral("; the plan rolls back above %1").arg(share(limit))};
    if (alarm.since.isValid())
        out += alarm.belowSince.isValid()
                   ? QStringLiteral("above that limit since %1, below it for %2: recommended until it has stayed below for %3 polls")
                         .arg(toRfc3339(alarm.since), durationText(Milliseconds(alarm.belowSince.msecsTo(now))))
                         .arg(goodPollsToLower)
                   : QStringLiteral("above that limit since %1").arg(toRfc3339(alarm.since));
    if (const BurnFigures &burn = serving.burn; burn.minute.burnRate && burn.longer.burnRate)
        out += QStringLiteral("it uses up its error budget %1 times as fast as allowed over the last %2")
                   .arg(numberText(*burn.minute.burnRate), durationText(burn.minute.length))
               + (burn.longer.length > burn.minute.length
                      ? QStringLiteral(", %1 times over the last %2").arg(numberText(*burn.longer.burnRate), durationText(burn.longer.length))
                      : QString());
    if (serving.ownShare)
        out += QStringLiteral("the console's own requests are %1 of all that %2 counted in the last minute, and in none of these rates")
                   .arg(share(*serving.ownShare), serving.colour);
    return out;
}

/// Traps of a rollback: the other colour may run the same build, and then switching helps nobody.
std::optional<Recommendation> badDeployment(const HealthSnapshot &snapshot, const Plan &plan)
{
    if (!snapshot.pools || !plan.application || !plan.monitoring
        || !plan.monitoring->rollbackAboveErrorRate)
        return {};
    const PoolsView &pools = *snapshot.pools;
    const auto serving = std::find_if(pools.pools.begin(), pools.pools.end(), [&](const PoolView &pool) {
        return !pools.serving.isEmpty() && pool.colour == pools.serving;
    });
    const double limit = *plan.monitoring->rollbackAboveErrorRate;
    if (serving == pools.pools.end() || !serving->alarm.raised)
        return {};
    const PoolView *other = warmOther(pools, *serving, plan.application->minimumServing);
    if (!other || (!other->build.isEmpty() && other->build == serving->build))
        return {};
    // Both fail: the cause is not in what was deployed, and users would meet the same on the other side.
    if (other->alarm.raised || (other->errorRate && *other->errorRate > limit))
        return {};
    Recommendation out{.scenario = QStringLiteral("bad-deployment"),
                       .command = QStringLiteral("understudyctl recover deployment --to %1").arg(other->colour),
                       .title = QStringLiteral("Bad deployment: scenario C")};
    out.because += errorEvidence(*serving, limit, snapshot.at);
    out.because += QStringLiteral("%1 is warm: %2 of %3 instances")
                       .arg(other->colour)
                       .arg(other->warm)
                       .arg(other->instances.size());
    out.because += other->build.isEmpty() || serving->build.isEmpty()
                       ? QStringLiteral("whether the two colours run different builds is unknown")
                       : QStringLiteral("builds differ: %1 serves %2, %3 has %4")
                             .arg(serving->colour, serving->build, other->colour, other->build);
    if (!pools.alerts.isEmpty())
        out.because += QStringLiteral("the plan's monitoring alarms about %1").arg(pools.alerts.mid(0, 4).join(QStringLiteral(", ")));
    const SystemHealth *database = snapshot.system(QStringLiteral("database"));
    if (!database || database->health == Health::Unknown)
        out.because += QStringLiteral("the database is unknown, so it is not excluded as the cause");
    return out;
}

/// Every process of the colour that users reach has died: nobody is left to count errors, and the alarm stays silent.
/// Which colour that is was seen before; else it is inferred, where the entry itself answers: were the other one served,
/// it would not answer with an error. A dead entry says nothing of colours.
std::optional<Recommendation> servingIsGone(const HealthSnapshot &snapshot, const Plan &plan)
{
    if (!snapshot.pools || !plan.application)
        return {};
    constexpr int fewestFailures = 3;
    const PoolsView &pools = *snapshot.pools;
    if (pools.entryCannotTell || pools.answersFailed < fewestFailures || pools.answersFailed < pools.answersCounted)
        return {};
    const auto isGone = [](const PoolView &pool) {
        return !pool.instances.isEmpty() && std::all_of(pool.instances.begin(), pool.instances.end(), [](const InstanceView &one) { return one.live == InstanceView::Answer::Refused; });
    };
    const auto gone = std::find_if(pools.pools.begin(), pools.pools.end(), isGone);
    if (gone == pools.pools.end() || std::count_if(pools.pools.begin(), pools.pools.end(), isGone) != 1)
        return {};
    if (pools.lastServing.isEmpty() ? !pools.entryIsReached : gone->colour != pools.lastServing)
        return {};
    const PoolView *other = warmOther(pools, *gone, plan.application->minimumServing);
    if (!other || other->alarm.raised)
        return {};
    QStringList because{QStringLiteral("users get no answer: %1").arg(pools.entryWhy.isEmpty() ? QStringLiteral("%1 of the newest requests failed").arg(pools.answersFailed) : pools.entryWhy),
                        QStringLiteral("all %1 instances of %2 refuse connections").arg(gone->instances.size()).arg(gone->colour),
                        QStringLiteral("%1 is warm: %2 of %3 instances").arg(other->colour).arg(other->warm).arg(other->instances.size())};
    if (!gone->build.isEmpty() && gone->build == other->build)
        because += QStringLiteral("both have build %1: what it died of may meet %2 as well").arg(gone->build, other->colour);
    return Recommendation{.scenario = QStringLiteral("bad-deployment"),
                          .because = because,
                          .command = QStringLiteral("understudyctl recover deployment --to %1").arg(other->colour),
                          .title = QStringLiteral("%1 is down: scenario C, to %2").arg(gone->colour, other->colour)};
}

/// Recovering brings retries, and those cost: what is near its limit, or heads for it, is said beside the scenario.
QString costWarning(const HealthSnapshot &snapshot)
{
    const SystemHealth *cost = snapshot.system(QStringLiteral("cost"));
    if (!cost)
        return {};
    const bool heads = std::any_of(cost->readings.begin(), cost->readings.end(), [](const Reading &one) { return one.isAbnormal(); });
    return heads ? QStringLiteral("mind the cost while retries pile up: ") + cost->reason : QString();
}

QList<Recommendation> scenariosOf(const HealthSnapshot &snapshot, const Plan &plan)
{
    QList<Recommendation> out;
    if (const std::optional<Recommendation> one = databaseLoss(snapshot))
        out.append(*one);
    if (const std::optional<Recommendation> one = redisMasterFailure(snapshot))
        out.append(*one);
    const std::optional<Recommendation> queues = deadQueues(snapshot, plan);
    // A Redis outage kills the queues of every instance, and requests that need them fail as those of a bad
    // deployment do. Some that look dead may just as well be failing with the rest of their build.
    const bool allDead = queues && allQueuesDead(*snapshot.pools);
    if (allDead)
        out.append(*queues);
    const auto withQueues = [&] { return queues && !allDead ? out + QList<Recommendation>{*queues} : out; };
    const bool causeKnown = allDead || isDown(snapshot.system(QStringLiteral("database")))
                            || isDown(snapshot.system(QStringLiteral("redis")));
    if (causeKnown || justCameBack(snapshot, QStringLiteral("database")) || justCameBack(snapshot, QStringLiteral("redis"))
        || redisHasJustMoved(snapshot))
        return withQueues();
    if (const std::optional<Recommendation> one = badDeployment(snapshot, plan))
        out.append(*one);
    else if (const std::optional<Recommendation> other = servingIsGone(snapshot, plan))
        out.append(*other);
    return withQueues();
}

} // namespace

QList<Recommendation> recommend(const HealthSnapshot &snapshot, const Plan &plan)
{
    QList<Recommendation> out = scenariosOf(snapshot, plan);
    const QString cost = costWarning(snapshot);
    for (Recommendation &one : out) {
        if (!cost.isEmpty())
            one.because += cost;
    }
    return out;
}

} // namespace understudy
