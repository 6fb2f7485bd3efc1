// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleplatform.h"

#include <cmath>

namespace understudy::tests::sampleplatform {

namespace {

using namespace std::chrono_literals;

QString s(const char *text)
{
    return QString::fromUtf8(text);
}

Endpoint node(int index)
{
    return {QStringLiteral("10.0.0.%1").arg(index + 1), 6379};
}

/// Moves with time, so that a curve has something to show.
double wave(const QDateTime &now, double middle, double swing)
{
    return middle + swing * std::sin(double(now.toSecsSinceEpoch()) / 60.0);
}

Reading number(const QDateTime &now, const char *name, double value, const char *unit,
               const char *source, std::optional<NormalRange> normal = {})
{
    return {.name = s(name),
            .value = value,
            .unit = s(unit),
            .source = s(source),
            .observedAt = now.addMSecs(-400),
            .interval = 5s,
            .state = ReadingState::Fresh,
            .normal = normal};
}

Reading text(const QDateTime &now, const char *name, const char *value, const char *source)
{
    return {.name = s(name),
            .value = s(value),
            .source = s(source),
            .observedAt = now.addMSecs(-400),
            .interval = 5s,
            .state = ReadingState::Fresh};
}

SystemHealth system(const QDateTime &now, const char *name, Health health, const char *reason)
{
    return {.name = s(name),
            .health = health,
            .since = now.addSecs(-1120),
            .reason = s(reason),
            .lookedAt = now.addMSecs(-400)};
}

InstanceView instance(const QDateTime &now, const QString &colour, int index, bool well)
{
    InstanceView view;
    view.url = QStringLiteral("http://10.0.0.%1:%2")
                   .arg(index / 2 + 1)
                   .arg(colour == s("blue") ? 3001 : 3002);
    view.process = QStringLiteral("theeeecopy-%1-%2").arg(colour).arg(index + 1);
    view.live = well        ? InstanceView::Answer::Ok
                : index % 2 ? InstanceView::Answer::Refused
                            : InstanceView::Answer::NoAnswer;
    view.startup = well ? InstanceView::Answer::Ok : view.live;
    view.ready = well ? InstanceView::Answer::Ok : InstanceView::Answer::Unknown;
    view.readyAt = now.addSecs(-30);
    view.startTime = well ? QStringLiteral("2026-11-23T01:07:45.%1Z").arg(608 + index) : QString();
    view.build = colour == s("blue") ? s("v412") : s("v411");
    view.errorRate = colour == s("blue") && well ? std::optional<double>(0.0002) : std::nullopt;
    view.p95 = colour == s("blue") && well ? std::optional<double>(212) : std::nullopt;
    view.requestsPerSecond =
        colour == s("blue") && well ? std::optional<double>(14.2) : std::nullopt;
    view.why = well ? QString() : index % 2 ? s("connection refused") : s("no answer within 2 s");
    view.lookedAt = now.addMSecs(-300);
    return view;
}

} // namespace

Plan plan()
{
    Plan plan;
    plan.name = s("Drama Engine (\"The Copy\")");
    plan.mode = Mode::Lab;
    plan.updated = QDate(2025, 12, 25);
    plan.redis = RedisPlan{.master = s("mymaster")};
    plan.database = DatabasePlan{};
    plan.application = ApplicationPlan{};
    plan.monitoring = MonitoringPlan{.latencyP95 = 500ms, .rollbackAboveErrorRate = 0.05};
    plan.recoveryPoint = {{s("Database transactions"), s("database"), 5min}};
    return plan;
}

RedisTopology redis(int nodes, int sentinels, bool masterSilent)
{
    RedisTopology topology{
        .masterName = s("mymaster"), .master = node(0), .masterProved = !masterSilent};
    for (int i = 0; i < nodes; ++i) {
        RedisNode one{.address = node(i), .answers = !(masterSilent && i == 0)};
        one.silence = one.answers ? QString() : s("no answer within 1 s");
        one.role = !one.answers ? RedisNode::Role::Unknown
                   : i == 0     ? RedisNode::Role::Master
                                : RedisNode::Role::Replica;
        one.offset = 8'812'004 - i * 12'000;
        if (i == 0) {
            one.attachedReplicas = nodes - 1;
        } else {
            one.gap = (i - 1) * 12'000;
            one.linkUp = !masterSilent;
            one.follows = node(0);
        }
        one.priority = i == 3 ? 0 : 100;
        topology.nodes << one;
    }
    for (int i = 0; i < sentinels; ++i) {
        SentinelOpinion one{.address = {QStringLiteral("10.0.0.%1").arg(i + 1), 26379},
                            .answers = i != 4};
        one.silence = one.answers ? QString() : s("connection refused");
        one.master = node(0);
        one.flags = masterSilent ? QStringList{s("master"), s("s_down"), s("o_down")}
                                 : QStringList{s("master")};
        one.epoch = 7;
        one.quorum = 2;
        one.quorumReply =
            QStringLiteral(
                "OK %1 usable Sentinels. Quorum and failover authorization can be reached")
                .arg(qMin(sentinels, 4));
        one.quorumReachable = true;
        topology.sentinels << one;
    }
    topology.failover =
        masterSilent ? s("gave up: no good replica; not tried again for 12 s") : s("none");
    return topology;
}

PoolsView pools(const QDateTime &now, int perPool)
{
    PoolsView view{.entry = s("https://the-copy.example"),
                   .serving = s("blue"),
                   .answersCounted = 400,
                   .countedAt = now};
    for (const QString &colour : {s("blue"), s("green")}) {
        PoolView pool{.colour = colour};
        for (int i = 0; i < perPool; ++i) {
            const bool well = perPool < 10 || i % 7 != 3;
            pool.instances << instance(now, colour, i, well);
            pool.up += well ? 1 : 0;
        }
        pool.warm = pool.up;
        pool.build = colour == s("blue") ? s("v412") : s("v411");
        if (colour == s("blue")) {
            pool.errorRate = 0.0002;
            pool.p95 = 212;
            pool.requestsPerSecond = 28.4;
            pool.answersCounted = 400;
        }
        view.pools << pool;
    }
    return view;
}

QList<Reading> databaseReadings(const QDateTime &now)
{
    const char *source = "postgresql 10.0.0.9:5432";
    QList<Reading> readings{
        text(now, "reachable", "yes", source),
        number(now, "latency", wave(now, 3, 1), "ms", source, NormalRange{{}, 50}),
        text(now, "role", "primary", source),
        text(now, "version", "15.14", source),
        text(now, "started", "2026-11-20 04:11:02 UTC", source),
        number(now, "connections", std::round(wave(now, 38, 6)), "count", source,
               NormalRange{{}, 80}),
        number(now, "oldest transaction", 0.4, "s", source, NormalRange{{}, 300}),
        number(now, "deadlocks", 0, "count", source),
        number(now, "checksum failures", 0, "count", source, NormalRange{{}, 0}),
        number(now, "commits", wave(now, 118, 30), "per second", source),
        number(now, "size", 4.1e9, "bytes", source),
        number(now, "replicas", 1, "count", source, NormalRange{1, {}}),
        number(now, "replication lag", 0.2, "s", source, NormalRange{{}, 30}),
        text(now, "archiver", "on", source),
        number(now, "last archived", 41, "s", source),
        number(now, "archive failures", 0, "count", source, NormalRange{{}, 0}),
        number(now, "newest restorable", 41, "s", source, NormalRange{{}, 300}),
        number(now, "clock skew", 0.02, "s", source, NormalRange{-2, 2})};
    readings[16].reason = s("rests on the newest archived WAL segment");
    return readings;
}

HealthSnapshot snapshot(const QDateTime &now, bool redisDown, int perPool)
{
    HealthSnapshot all{.at = now, .overall = redisDown ? Health::Down : Health::Healthy};
    SystemHealth database = system(now, "database", Health::Healthy, "primary answers in 3 ms");
    database.readings = databaseReadings(now);
    SystemHealth redisHealth =
        redisDown
            ? system(now, "redis", Health::Down, "master 10.0.0.1:6379 silent on 3 of 3 Sentinels")
            : system(now, "redis", Health::Healthy,
                     "3 of 3 Sentinels name 10.0.0.1:6379, which says master");
    const char *sentinel = "sentinel 10.0.0.1:26379";
    redisHealth.readings = {
        text(now, "master", "10.0.0.1:6379", sentinel),
        text(now, "master role", redisDown ? "" : "master", "redis 10.0.0.1:6379"),
        number(now, "sentinels naming it", 3, "count", "3 sentinels", NormalRange{3, {}}),
        number(now, "sentinels saying down", redisDown ? 3 : 0, "count", "3 sentinels",
               NormalRange{{}, 0}),
        number(now, "replicas linked", redisDown ? 0 : 2, "count", "redis 10.0.0.1:6379",
               NormalRange{2, {}}),
        text(now, "quorum", "reachable", "3 sentinels"),
        number(now, "node 10.0.0.2:6379 gap", 0, "bytes", "redis 10.0.0.2:6379"),
        number(now, "node 10.0.0.3:6379 gap", 12'000, "bytes", "redis 10.0.0.3:6379"),
        number(now, "node 10.0.0.2:6379 clients", 14, "count", "redis 10.0.0.2:6379")};
    if (redisDown) {
        redisHealth.readings[1].value = {};
        redisHealth.readings[1].state = ReadingState::Unknown;
        redisHealth.readings[1].reason = s("no answer within 1 s");
    }
    SystemHealth poolsHealth =
        system(now, "pools", perPool < 10 ? Health::Healthy : Health::Degraded,
               perPool < 10 ? "blue serves, green is warm" : "28 instances do not answer");
    poolsHealth.readings = {
        number(now, "blue error rate", qMax(0.0, wave(now, 0.0008, 0.0006)), "ratio", "metrics"),
        number(now, "blue p95", wave(now, 210, 24), "ms", "metrics", NormalRange{{}, 500}),
        number(now, "green error rate", 0, "ratio", "metrics")};
    all.systems = {database, redisHealth, poolsHealth};
    all.redis = redis(3, 3, redisDown);
    all.pools = pools(now, perPool);
    if (redisDown) {
        all.recommendations = {
            {.scenario = s("redis-master-failure"),
             .because = {s("master 10.0.0.1:6379 silent on 3 of 3 Sentinels for 18 min 40 s")},
             .title = s("Redis master failure: scenario B")}};
    }
    return all;
}

QList<Event> redisEvents(const QDateTime &now)
{
    const auto event = [now](int secondsAgo, const char *source, const char *name, const char *text,
                             Event::Weight weight) {
        return Event{
            now.addSecs(-secondsAgo), QStringLiteral("redis"), s(source), s(name), s(text), weight};
    };
    using W = Event::Weight;
    return {event(1121, "Sentinel 10.0.0.2:26379", "+sdown", "master mymaster 10.0.0.1 6379",
                  W::Warning),
            event(1120, "Sentinel 10.0.0.1:26379", "+sdown", "master mymaster 10.0.0.1 6379",
                  W::Warning),
            event(1120, "Sentinel 10.0.0.2:26379", "+odown",
                  "master mymaster 10.0.0.1 6379 #quorum 3/2", W::Critical),
            event(1119, "Sentinel 10.0.0.2:26379", "+try-failover", "master mymaster 10.0.0.1 6379",
                  W::Plain),
            event(1118, "Sentinel 10.0.0.2:26379", "+vote-for-leader", "3f2a 8", W::Plain),
            event(1117, "Sentinel 10.0.0.2:26379", "-failover-abort-no-good-slave",
                  "master mymaster 10.0.0.1 6379", W::Critical),
            event(400, "Sentinel 10.0.0.3:26379", "+sdown",
                  "slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.1 6379", W::Warning),
            event(370, "Sentinel 10.0.0.3:26379", "-sdown",
                  "slave 10.0.0.3:6379 10.0.0.3 6379 @ mymaster 10.0.0.1 6379", W::Plain)};
}

} // namespace understudy::tests::sampleplatform
