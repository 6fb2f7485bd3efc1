// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansectionwriters.h"

#include <QLocale>

namespace understudy::plansectionwriters {
namespace {

PlanNodes provider(const DatabasePlan &database)
{
    PlanNodes nodes;
    if (database.neon) {
        PlanNodes neon;
        neon.text("project", database.neon->project);
        neon.text("branch", database.neon->branch);
        neon.text("database", database.neon->database);
        neon.text("role", database.neon->role);
        neon.text("api", database.neon->api);
        neon.secret("api_key", database.neon->apiKey);
        nodes.section("neon", neon);
    }
    if (database.pgBackRest) {
        PlanNodes pgBackRest;
        pgBackRest.text("host", database.pgBackRest->host);
        pgBackRest.text("stanza", database.pgBackRest->stanza);
        pgBackRest.text("config", database.pgBackRest->config);
        pgBackRest.text("user", database.pgBackRest->user);
        pgBackRest.text("folder", database.pgBackRest->folder);
        pgBackRest.text("bin", database.pgBackRest->bin);
        pgBackRest.text("listen", database.pgBackRest->listen);
        pgBackRest.text("address", database.pgBackRest->address);
        pgBackRest.literal("port", QString::number(database.pgBackRest->port));
        nodes.section("pgbackrest", pgBackRest);
    }
    return nodes;
}

PlanNodes logicalBackups(const LogicalBackupsPlan &backups)
{
    PlanNodes s3;
    s3.text("endpoint", backups.endpoint);
    s3.text("bucket", backups.bucket);
    s3.text("prefix", backups.prefix);
    s3.text("region", backups.region);
    s3.secret("access_key", backups.accessKey);
    s3.secret("secret_key", backups.secretKey);
    PlanNodes nodes;
    nodes.section("s3", s3);
    nodes.duration("every", backups.every);
    return nodes;
}

PlanNodes processes(const ProcessesPlan &plan)
{
    using Kind = ProcessesPlan::Kind;
    PlanNodes details;
    details.text("host", plan.host);
    if (plan.kind == Kind::DockerCompose || plan.kind == Kind::Commands)
        details.text("folder", plan.folder);
    if (plan.kind == Kind::Commands) {
        details.texts("restart", plan.restart);
        details.texts("stop", plan.stop);
    }
    const char *const names[] = {"", "pm2", "docker_compose", "systemd", "commands"};
    PlanNodes nodes;
    if (plan.kind != Kind::None)
        nodes.put(QLatin1String(names[int(plan.kind)]), details.node());
    return nodes;
}

PlanNodes pools(const QList<Pool> &pools)
{
    PlanNodes nodes;
    for (const Pool &pool : pools) {
        PlanNodes one;
        one.list<PoolInstance>("instances", pool.instances, [](const PoolInstance &instance) {
            PlanNodes item;
            item.text("url", instance.url);
            item.text("process", instance.process);
            item.text("host", instance.host);
            return item;
        });
        nodes.put(pool.colour, one.node());
    }
    return nodes;
}

PlanNodes traffic(const TrafficPlan &traffic)
{
    PlanNodes details;
    PlanNodes colours;
    const QString prefix = QStringLiteral("pools.");
    for (auto value = traffic.values.cbegin(); value != traffic.values.cend(); ++value) {
        if (value.key().startsWith(prefix))
            colours.textAt(value.key().mid(prefix.size()), value.value());
        else if (value.key() == QLatin1String("sudo"))
            details.literal("sudo", value.value());
        else
            details.textAt(value.key(), value.value());
    }
    details.section("pools", colours);
    details.texts("switch", traffic.command);
    details.secret("token", traffic.token);
    PlanNodes nodes;
    if (!traffic.kind.isEmpty())
        nodes.put(traffic.kind, details.node());
    return nodes;
}

PlanNodes health(const HealthPaths &health)
{
    PlanNodes nodes;
    nodes.text("live", health.live);
    nodes.text("startup", health.startup);
    nodes.text("ready", health.ready);
    nodes.duration("every", health.every);
    nodes.duration("ready_every", health.readyEvery);
    return nodes;
}

} // namespace

PlanNodes database(const DatabasePlan &database)
{
    PlanNodes nodes;
    nodes.secret("url", database.url);
    nodes.section("provider", provider(database));
    nodes.duration("restore_window", database.restoreWindow);
    if (database.logicalBackups)
        nodes.section("logical_backups", logicalBackups(*database.logicalBackups));
    nodes.list<IntegrityCheck>("integrity", database.integrity, [](const IntegrityCheck &check) {
        PlanNodes item;
        item.text("name", check.name);
        item.text("sql", check.sql);
        return item;
    });
    nodes.secret("standby", database.standby);
    nodes.duration("every", database.every);
    return nodes;
}

PlanNodes redis(const RedisPlan &redis)
{
    PlanNodes nodes;
    nodes.text("master", redis.master);
    QStringList sentinels;
    for (const Endpoint &sentinel : redis.sentinels)
        sentinels.append(sentinel.text());
    nodes.texts("sentinels", sentinels);
    nodes.text("user", redis.user);
    nodes.secret("password", redis.password);
    nodes.text("sentinel_user", redis.sentinelUser);
    nodes.secret("sentinel_password", redis.sentinelPassword);
    PlanNodes tls;
    tls.text("ca", redis.tlsCa);
    tls.text("server_name", redis.tlsServerName);
    if (redis.tls && !tls.node().entries.empty())
        nodes.section("tls", tls);
    else
        nodes.literal("tls", redis.tls ? QStringLiteral("true") : QStringLiteral("false"));
    nodes.text("via", redis.via);
    PlanNodes addresses;
    for (auto address = redis.addresses.cbegin(); address != redis.addresses.cend(); ++address)
        addresses.textAt(address.key(), address.value().text());
    nodes.section("addresses", addresses);
    nodes.duration("every", redis.every);
    return nodes;
}

PlanNodes application(const ApplicationPlan &application)
{
    PlanNodes nodes;
    nodes.section("processes", processes(application.processes));
    nodes.list<EnvFile>("env_files", application.envFiles, [](const EnvFile &file) {
        PlanNodes item;
        item.text("host", file.host);
        item.text("path", file.path);
        item.texts("keys", file.keys);
        return item;
    });
    nodes.section("pools", pools(application.pools));
    nodes.text("entry", application.entry);
    nodes.section("traffic", traffic(application.traffic));
    nodes.section("health", health(application.health));
    PlanNodes build;
    build.text("path", application.build.path);
    build.text("field", application.build.field);
    build.text("header", application.build.header);
    nodes.section("build", build);
    nodes.literal("minimum_serving", QString::number(application.minimumServing));
    PlanNodes queues;
    queues.text("path", application.queuesPath);
    queues.secret("token", application.queuesToken);
    nodes.section("queues", queues);
    PlanNodes schema;
    schema.secret("expected", application.schemaExpected);
    schema.text("applied", application.schemaApplied);
    nodes.section("schema", schema);
    return nodes;
}

PlanNodes monitoring(const MonitoringPlan &monitoring)
{
    PlanNodes metrics;
    metrics.text("path", monitoring.metricsPath);
    metrics.text("prefix", monitoring.metricsPrefix);
    PlanNodes slo;
    slo.percentage("availability", monitoring.availability);
    slo.duration("latency_p95", monitoring.latencyP95);
    slo.percentage("rollback_above_error_rate", monitoring.rollbackAboveErrorRate);
    PlanNodes nodes;
    nodes.section("metrics", metrics);
    nodes.duration("every", monitoring.every);
    nodes.text("prometheus", monitoring.prometheus);
    nodes.text("alertmanager", monitoring.alertmanager);
    nodes.text("grafana", monitoring.grafana);
    nodes.section("slo", slo);
    return nodes;
}

PlanNodes cost(const CostLimit &limit)
{
    PlanNodes nodes;
    nodes.text("name", limit.name);
    nodes.text("metric", limit.metric);
    nodes.literal("soft_limit", QString::number(limit.softLimit, 'f', QLocale::FloatingPointShortest));
    nodes.text("unit", limit.unit);
    nodes.text("note", limit.note);
    return nodes;
}

PlanNodes paging(const PagingPlan &paging)
{
    PlanNodes pagerDuty;
    pagerDuty.secret("routing_key", paging.routingKey);
    pagerDuty.secret("api_token", paging.apiToken);
    pagerDuty.text("from", paging.from);
    pagerDuty.text("service", paging.service);
    pagerDuty.text("api", paging.api);
    pagerDuty.text("events", paging.events);
    PlanNodes nodes;
    nodes.section("pagerduty", pagerDuty);
    nodes.secret("webhook", paging.webhook);
    nodes.text("mail", paging.mail);
    return nodes;
}

} // namespace understudy::plansectionwriters
