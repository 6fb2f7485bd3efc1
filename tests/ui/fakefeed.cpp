// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakefeed.h"

#include <cmath>

namespace understudy::test {

using namespace std::chrono_literals;

Plan FakeFeed::plan(Mode mode)
{
    Plan plan;
    plan.name = QStringLiteral("Drama Engine (\"The Copy\")");
    plan.status = QStringLiteral("active");
    plan.updated = QDate(2025, 12, 25);
    plan.reviewEvery = 24h * 90;
    plan.mode = mode;
    plan.recoveryTime = {
        {.name = QStringLiteral("Critical services"),
         .services = {QStringLiteral("api"), QStringLiteral("auth"), QStringLiteral("database")},
         .within = 1h},
        {.name = QStringLiteral("Non-critical services"),
         .services = {QStringLiteral("reporting"), QStringLiteral("analytics")},
         .within = 4h}};
    plan.recoveryPoint = {{.name = QStringLiteral("Database transactions"),
                           .data = QStringLiteral("database"),
                           .within = 5min},
                          {.name = QStringLiteral("Project assets"),
                           .data = QStringLiteral("objects"),
                           .within = 24h}};
    plan.database = DatabasePlan{};
    plan.redis = RedisPlan{.master = QStringLiteral("mymaster"),
                           .sentinels = {{QStringLiteral("10.0.0.1"), 26379},
                                         {QStringLiteral("10.0.0.2"), 26379},
                                         {QStringLiteral("10.0.0.3"), 26379}}};
    ApplicationPlan application;
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        Pool pool{.colour = colour, .instances = {}};
        for (int i = 1; i <= 2; ++i)
            pool.instances.append({.url = QStringLiteral("http://10.0.0.%1:3001").arg(i),
                                   .process = QStringLiteral("%1-%2").arg(colour).arg(i),
                                   .host = {}});
        application.pools.append(pool);
    }
    application.entry = QStringLiteral("https://the-copy.example");
    plan.application = application;
    plan.monitoring =
        MonitoringPlan{.availability = 0.999, .latencyP95 = 500ms, .rollbackAboveErrorRate = 0.05};
    plan.cost = {{.name = QStringLiteral("Gemini"),
                  .metric = QStringLiteral("the_copy_gemini_daily_cost_usd"),
                  .unit = QStringLiteral("USD/day"),
                  .softLimit = 50}};
    plan.procedures[QStringLiteral("redis_master_failure")] = {
        {.text = QStringLiteral("Connect to a surviving Sentinel"),
         .command = {QStringLiteral("redis-cli"), QStringLiteral("-p"), QStringLiteral("26379"),
                     QStringLiteral("sentinel"), QStringLiteral("get-master-addr-by-name"),
                     QStringLiteral("mymaster")},
         .host = {},
         .folder = {}},
        {.text = QStringLiteral("Check logs for \"switched to new master\""),
         .command = {},
         .host = {},
         .folder = {}}};
    plan.procedures[QStringLiteral("deployment_rollback")] = {
        {.text = {},
         .command = {QStringLiteral("npm"), QStringLiteral("run"),
                     QStringLiteral("deploy:rollback")},
         .host = QStringLiteral("app-1"),
         .folder = QStringLiteral("/srv/the-copy")}};
    plan.redundancy = {
        {.system = QStringLiteral("Database"),
         .text = QStringLiteral(
             "Continuous WAL archiving, 7 days of point-in-time recovery; daily logical backups")},
        {.system = QStringLiteral("Redis"),
         .text = QStringLiteral("Sentinel: one master, two replicas, three Sentinels")}};
    plan.contacts = {{.role = QStringLiteral("DevOps Lead"),
                      .contact = QStringLiteral("devops@the-copy.internal")},
                     {.role = QStringLiteral("Database Vendor"),
                      .contact = QStringLiteral("support@neon.tech")}};
    plan.version = QStringLiteral("sha256:5c1f6a0e");
    plan.path = QStringLiteral("/etc/understudy/plan.yaml");
    return plan;
}

Reading FakeFeed::number(const QString &name, const QString &label, double value,
                         const QString &unit, std::optional<NormalRange> normal,
                         Milliseconds interval) const
{
    return {.name = name,
            .label = label,
            .value = value,
            .unit = unit,
            .source = QStringLiteral("postgresql 10.0.0.9:5432"),
            .observedAt = ago(400),
            .interval = interval,
            .state = ReadingState::Fresh,
            .normal = normal};
}

SystemHealth FakeFeed::database() const
{
    const NormalRange none;
    const double seconds = double(m_clock.now().toSecsSinceEpoch() % 86'400);
    const double wave = 0.5 * std::sin(seconds / 131.0) + 0.3 * std::sin(seconds / 37.0) +
                        0.2 * std::sin(seconds / 11.3);
    SystemHealth system{
        .name = QStringLiteral("database"), .health = Health::Healthy, .lookedAt = ago(800)};
    system.readings = {
        number(QStringLiteral("latency"), QStringLiteral("Answer time"), 3.0 + wave,
               QStringLiteral("ms"), std::nullopt, 5s),
        number(QStringLiteral("newest restorable"), QStringLiteral("Newest restorable point"), 41,
               QStringLiteral("s"), NormalRange{.most = 300}, 5s),
        number(QStringLiteral("connections"), QStringLiteral("Connections"), 38,
               QStringLiteral("count"), NormalRange{.most = 80}, 5s),
        number(QStringLiteral("commits"), QStringLiteral("Commits per second"), 120 + 12 * wave,
               QStringLiteral("count"), std::nullopt, 5s),
        number(QStringLiteral("oldest transaction"), QStringLiteral("Oldest transaction"), 2,
               QStringLiteral("s"), NormalRange{.most = 300}, 5s)};
    return system;
}

SystemHealth FakeFeed::redis() const
{
    SystemHealth system{
        .name = QStringLiteral("redis"), .health = Health::Healthy, .lookedAt = ago(200)};
    Reading master{.name = QStringLiteral("master"),
                   .label = QStringLiteral("Master"),
                   .value = QStringLiteral("10.0.0.1:6379"),
                   .source = QStringLiteral("sentinel 10.0.0.1:26379"),
                   .observedAt = ago(200),
                   .state = ReadingState::Fresh};
    system.readings = {master,
                       number(QStringLiteral("replica 10.0.0.2:6379 lag"), {}, 0,
                              QStringLiteral("bytes"), std::nullopt, 1s),
                       number(QStringLiteral("replica 10.0.0.3:6379 lag"), {}, 12'000,
                              QStringLiteral("bytes"), std::nullopt, 1s)};
    return system;
}

SystemHealth FakeFeed::pools() const
{
    return {.name = QStringLiteral("pools"), .health = Health::Healthy, .lookedAt = ago(1100)};
}

RedisTopology FakeFeed::topology(bool masterDown) const
{
    RedisTopology topology{.masterName = QStringLiteral("mymaster"),
                           .master = Endpoint{QStringLiteral("10.0.0.1"), 6379},
                           .masterProved = !masterDown};
    topology.nodes = {{.address = {QStringLiteral("10.0.0.1"), 6379},
                       .answers = !masterDown,
                       .silence = masterDown ? QStringLiteral("connection refused") : QString(),
                       .role = RedisNode::Role::Master,
                       .offset = 918'200,
                       .attachedReplicas = 2},
                      {.address = {QStringLiteral("10.0.0.2"), 6379},
                       .answers = true,
                       .role = RedisNode::Role::Replica,
                       .offset = 918'200,
                       .gap = 0,
                       .linkUp = !masterDown},
                      {.address = {QStringLiteral("10.0.0.3"), 6379},
                       .answers = true,
                       .role = RedisNode::Role::Replica,
                       .offset = 906'200,
                       .gap = 12'000,
                       .linkUp = !masterDown}};
    for (int i = 1; i <= 3; ++i)
        topology.sentinels.append(
            {.address = {QStringLiteral("10.0.0.%1").arg(i), 26379},
             .answers = true,
             .master = {QStringLiteral("10.0.0.1"), 6379},
             .flags = masterDown ? QStringList{QStringLiteral("s_down"), QStringLiteral("o_down")}
                                 : QStringList{},
             .epoch = 4,
             .quorumReachable = true,
             .quorum = 2});
    topology.failover = masterDown ? QStringLiteral("gave up: no good replica at 13:44:02")
                                   : QStringLiteral("none");
    return topology;
}

PoolsView FakeFeed::poolsView() const
{
    const double wave = std::sin(double(m_clock.now().toSecsSinceEpoch()) / 90.0);
    PoolsView view{.entry = QStringLiteral("https://the-copy.example"),
                   .serving = QStringLiteral("blue"),
                   .answersCounted = 400,
                   .countedAt = ago(1100)};
    for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
        const bool live = colour == QLatin1String("blue");
        PoolView pool{.colour = colour,
                      .up = 2,
                      .warm = 2,
                      .build = live ? QStringLiteral("v412") : QStringLiteral("v411")};
        for (int i = 1; i <= 2; ++i)
            pool.instances.append(
                {.url = QStringLiteral("http://10.0.0.%1:300%2").arg(i).arg(live ? 1 : 2),
                 .process = QStringLiteral("%1-%2").arg(colour).arg(i),
                 .live = InstanceView::Answer::Ok,
                 .startup = InstanceView::Answer::Ok,
                 .ready = InstanceView::Answer::Ok,
                 .readyAt = ago(30'000),
                 .startTime = QStringLiteral("2026-09-21T09:14:03.120Z"),
                 .build = pool.build,
                 .latencyMs = 4.2,
                 .lookedAt = ago(1100)});
        if (live) {
            pool.errorRate = 0.0002;
            pool.p95 = 212;
            pool.requestsPerSecond = 84 + 6 * wave;
            pool.answersCounted = 400;
        }
        view.pools.append(pool);
    }
    return view;
}

HealthSnapshot FakeFeed::healthy() const
{
    HealthSnapshot snapshot{.at = m_clock.now(), .overall = Health::Healthy};
    SystemHealth cost{
        .name = QStringLiteral("cost"), .health = Health::Healthy, .lookedAt = ago(9000)};
    cost.readings = {number(QStringLiteral("Gemini"), QStringLiteral("Gemini today"), 31.4,
                            QStringLiteral("USD/day"), NormalRange{.most = 50}, 10s)};
    SystemHealth slo{
        .name = QStringLiteral("slo"), .health = Health::Healthy, .lookedAt = ago(9000)};
    slo.readings = {number(QStringLiteral("availability"), QStringLiteral("availability"), 0.9993,
                           QStringLiteral("ratio"), NormalRange{.least = 0.999}, 10s),
                    number(QStringLiteral("latency p95"), QStringLiteral("p95"), 212,
                           QStringLiteral("ms"), NormalRange{.most = 500}, 10s)};
    snapshot.systems = {database(), redis(), pools(), cost, slo};
    using Kind = ObjectiveState::Kind;
    using State = ObjectiveState::State;
    snapshot.objectives = {{.name = QStringLiteral("Critical services"),
                            .kind = Kind::RecoveryTime,
                            .within = 1h,
                            .now = 0ms,
                            .state = State::Met},
                           {.name = QStringLiteral("Non-critical services"),
                            .kind = Kind::RecoveryTime,
                            .within = 4h,
                            .now = 0ms,
                            .state = State::Met},
                           {.name = QStringLiteral("Database transactions"),
                            .kind = Kind::RecoveryPoint,
                            .within = 5min,
                            .now = 41s,
                            .state = State::Met},
                           {.name = QStringLiteral("Project assets"),
                            .kind = Kind::RecoveryPoint,
                            .within = 24h,
                            .state = State::Unknown}};
    snapshot.redis = topology(false);
    snapshot.pools = poolsView();
    return snapshot;
}

HealthSnapshot FakeFeed::redisDown() const
{
    HealthSnapshot snapshot = healthy();
    snapshot.overall = Health::Down;
    SystemHealth &redis = snapshot.systems[1];
    redis.health = Health::Down;
    redis.since = ago(18 * 60'000 + 40'000);
    redis.reason = QStringLiteral("master 10.0.0.1:6379 silent on 3 of 3 Sentinels");
    snapshot.redis = topology(true);
    snapshot.objectives[0].now = 18min + 40s;
    Reading &gemini = snapshot.systems[3].readings[0];
    gemini.value = 52.1;
    snapshot.systems[3].health = Health::Degraded;
    snapshot.contradictions = {
        {.about = QStringLiteral("redis master"),
         .says = {{QStringLiteral("sentinel 10.0.0.1:26379"), QStringLiteral("10.0.0.1:6379"),
                   ago(300)},
                  {QStringLiteral("env file"), QStringLiteral("10.0.0.7:6379"), ago(4000)}},
         .since = ago(60'000)}};
    snapshot.recommendations = {
        {.scenario = QStringLiteral("redis-master-failure"),
         .because = {QStringLiteral(
                         "master 10.0.0.1:6379 silent for 18 min 40 s on 3 of 3 Sentinels"),
                     QStringLiteral("Sentinel's own failover gave up at 13:44:02: no good replica "
                                    "then, 2 candidates now")},
         .command = QStringLiteral("understudyctl recover redis"),
         .title = QStringLiteral("Redis master failure: scenario B")}};
    return snapshot;
}

HealthSnapshot FakeFeed::unknown() const
{
    HealthSnapshot snapshot = healthy();
    snapshot.overall = Health::Unknown;
    for (SystemHealth &system : snapshot.systems) {
        system.health = Health::Unknown;
        system.reason = QStringLiteral("no answer within 5 s");
        for (Reading &reading : system.readings) {
            reading.state = ReadingState::Unknown;
            reading.value = {};
            reading.reason = QStringLiteral("no answer within 5 s");
        }
    }
    for (ObjectiveState &objective : snapshot.objectives) {
        objective.now.reset();
        objective.state = ObjectiveState::State::Unknown;
    }
    for (SentinelOpinion &sentinel : snapshot.redis->sentinels)
        sentinel.answers = false;
    return snapshot;
}

HealthSnapshot FakeFeed::manyInstances(int count) const
{
    HealthSnapshot snapshot = healthy();
    for (PoolView &pool : snapshot.pools->pools) {
        const InstanceView model = pool.instances.first();
        pool.instances.clear();
        for (int i = 0; i < count / 2; ++i) {
            InstanceView one = model;
            one.process = QStringLiteral("%1-%2").arg(pool.colour).arg(i + 1);
            one.live = i % 23 == 5 ? InstanceView::Answer::NoAnswer : InstanceView::Answer::Ok;
            one.why = i % 23 == 5 ? QStringLiteral("no answer within 2 s") : QString();
            pool.instances.append(one);
        }
        pool.up = int(std::count_if(
            pool.instances.cbegin(), pool.instances.cend(),
            [](const InstanceView &one) { return one.live == InstanceView::Answer::Ok; }));
        pool.warm = pool.up;
    }
    return snapshot;
}

QList<Event> FakeFeed::calmEvents() const
{
    return {{.at = ago(26 * 60'000),
             .system = QStringLiteral("pools"),
             .source = QStringLiteral("http://10.0.0.1:3001"),
             .name = QStringLiteral("new build"),
             .text = QStringLiteral("v412 on blue")},
            {.at = ago(11 * 60'000),
             .system = QStringLiteral("database"),
             .source = QStringLiteral("postgresql 10.0.0.9:5432"),
             .name = QStringLiteral("checkpoint"),
             .text = QStringLiteral("done")}};
}

QList<Event> FakeFeed::redisDownEvents() const
{
    using Weight = Event::Weight;
    const QString redis = QStringLiteral("redis");
    const QString sentinel = QStringLiteral("Sentinel 10.0.0.2:26379");
    return {{.at = ago(26 * 60'000),
             .system = QStringLiteral("pools"),
             .source = {},
             .name = QStringLiteral("new build"),
             .text = QStringLiteral("v412 on blue")},
            {.at = ago(18 * 60'000 + 40'000),
             .system = redis,
             .source = sentinel,
             .name = QStringLiteral("+sdown"),
             .text = QStringLiteral("master mymaster 10.0.0.1 6379"),
             .weight = Weight::Warning},
            {.at = ago(18 * 60'000 + 39'000),
             .system = redis,
             .source = sentinel,
             .name = QStringLiteral("+odown"),
             .text = QStringLiteral("master mymaster 10.0.0.1 6379 #quorum 3/2"),
             .weight = Weight::Critical},
            {.at = ago(18 * 60'000 + 8'000),
             .system = redis,
             .source = sentinel,
             .name = QStringLiteral("-failover-abort-no-good-slave"),
             .text = QStringLiteral("master mymaster"),
             .weight = Weight::Warning},
            {.at = ago(4 * 60'000),
             .system = QStringLiteral("cost"),
             .source = {},
             .name = QStringLiteral("over limit"),
             .text = QStringLiteral("Gemini 52.1 of 50 USD"),
             .weight = Weight::Warning}};
}

RunView FakeFeed::run() const
{
    RunView run{.id = QStringLiteral("R-20261123-140211-7c1e"),
                .scenario = QStringLiteral("redis-master-failure"),
                .title = QStringLiteral("Recover Redis: fail over mymaster"),
                .mode = Mode::Production,
                .state = RunView::State::WaitingForOperator,
                .phrase = QStringLiteral("fail over mymaster"),
                .current = 1,
                .began = ago(18 * 60'000 + 40'000),
                .objective = QStringLiteral("Critical services"),
                .within = 1h};
    run.steps = {
        {.id = QStringLiteral("judge"), .name = QStringLiteral("Judge"), .state = StepState::Done},
        {.id = QStringLiteral("fail-over"),
         .name = QStringLiteral("Fail over"),
         .state = StepState::Current,
         .hazard = Hazard::ReversibleWithLoss}};
    return run;
}

} // namespace understudy::test
