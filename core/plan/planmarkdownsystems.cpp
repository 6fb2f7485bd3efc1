// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planmarkdownsystems.h"

#include "core/base/quantity.h"

namespace understudy::planmarkdown {
namespace {

using Md = MarkdownText;

QString place(const SecretReference &reference)
{
    if (!reference.isSet())
        return {};
    return reference.kind == SecretReference::Kind::Plain ? Md::code(reference.name)
                                                          : Md::escaped(reference.describe());
}

QString code(const QString &text)
{
    return text.isEmpty() ? QString() : Md::code(text);
}

QString duration(const std::optional<Milliseconds> &duration)
{
    return duration ? Md::duration(*duration) : QString();
}

QString percentage(const std::optional<double> &ratio)
{
    return ratio ? QString::number(*ratio * 100, 'g', 6) + QStringLiteral(" %") : QString();
}

void writeHosts(const Plan &plan, Md &document)
{
    if (plan.hosts.isEmpty())
        return;
    document.heading(3, QStringLiteral("Hosts"));
    QList<QStringList> rows;
    for (const Host &host : plan.hosts)
        rows.append({Md::escaped(host.name),
                     host.isLocal() ? QStringLiteral("this machine")
                                    : QStringLiteral("ssh ") + Md::code(host.ssh)
                                          + (host.sshConfig.isEmpty() ? QString() : QStringLiteral(", configuration ") + Md::code(host.sshConfig))});
    document.table({QStringLiteral("Host"), QStringLiteral("Reached by")}, rows);
}

void writeDatabase(const DatabasePlan &database, Md &document)
{
    document.heading(3, QStringLiteral("Database"));
    document.fact(QStringLiteral("Address"), place(database.url));
    if (const std::optional<NeonPlan> &neon = database.neon) {
        document.fact(QStringLiteral("Provider"), QStringLiteral("Neon, project ") + Md::code(neon->project)
                                                      + (neon->branch.isEmpty() ? QString() : QStringLiteral(", branch ") + Md::code(neon->branch)));
        document.fact(QStringLiteral("API key"), place(neon->apiKey));
    }
    if (const std::optional<PgBackRestPlan> &pgBackRest = database.pgBackRest)
        document.fact(QStringLiteral("Provider"), QStringLiteral("pgBackRest, stanza ") + Md::code(pgBackRest->stanza));
    document.fact(QStringLiteral("Restore window"), duration(database.restoreWindow));
    if (const std::optional<LogicalBackupsPlan> &backups = database.logicalBackups)
        document.fact(QStringLiteral("Logical backups"),
                      QStringLiteral("every %1 to bucket %2 at %3").arg(Md::duration(backups->every), Md::code(backups->bucket + QLatin1Char('/') + backups->prefix),
                                                                        Md::code(backups->endpoint)));
    document.fact(QStringLiteral("Standby"), place(database.standby));
    for (const IntegrityCheck &check : database.integrity)
        document.fact(QStringLiteral("Integrity check"), Md::escaped(check.name) + QStringLiteral(": ") + Md::code(check.sql));
    document.fact(QStringLiteral("Looked at every"), Md::duration(database.every));
}

void writeRedis(const RedisPlan &redis, Md &document)
{
    document.heading(3, QStringLiteral("Redis"));
    document.fact(QStringLiteral("Master's name"), Md::code(redis.master));
    QStringList sentinels;
    for (const Endpoint &sentinel : redis.sentinels)
        sentinels.append(Md::code(sentinel.text()));
    document.fact(QStringLiteral("Sentinels"), sentinels.join(QStringLiteral(", ")));
    document.fact(QStringLiteral("User"), code(redis.user));
    document.fact(QStringLiteral("Password"), place(redis.password));
    document.fact(QStringLiteral("Sentinels' user"), code(redis.sentinelUser));
    document.fact(QStringLiteral("Sentinels' password"), place(redis.sentinelPassword));
    QString tls = redis.tls ? QStringLiteral("yes") : QStringLiteral("no");
    if (!redis.tlsCa.isEmpty())
        tls += QStringLiteral(", authority ") + Md::code(redis.tlsCa);
    if (!redis.tlsServerName.isEmpty())
        tls += QStringLiteral(", server name ") + Md::code(redis.tlsServerName);
    document.fact(QStringLiteral("TLS"), tls);
    document.fact(QStringLiteral("Reached through"), Md::escaped(redis.via));
    for (auto address = redis.addresses.cbegin(); address != redis.addresses.cend(); ++address)
        document.fact(QStringLiteral("Announced as"), Md::code(address.key()) + QStringLiteral(", reached at ") + Md::code(address.value().text()));
    document.fact(QStringLiteral("Looked at every"), Md::duration(redis.every));
}

QString processManager(const ProcessesPlan &processes)
{
    QString text;
    switch (processes.kind) {
    case ProcessesPlan::Kind::None: return {};
    case ProcessesPlan::Kind::Pm2: text = QStringLiteral("PM2"); break;
    case ProcessesPlan::Kind::DockerCompose: text = QStringLiteral("Docker Compose in ") + Md::code(processes.folder); break;
    case ProcessesPlan::Kind::Systemd: text = QStringLiteral("systemd"); break;
    case ProcessesPlan::Kind::Commands: text = QStringLiteral("restarted by ") + Md::code(Md::commandLine(processes.restart)); break;
    }
    return processes.host.isEmpty() ? text : QString(text + QStringLiteral(" on ") + Md::escaped(processes.host));
}

QString trafficText(const TrafficPlan &traffic)
{
    if (traffic.kind.isEmpty())
        return {};
    QStringList details;
    for (auto value = traffic.values.cbegin(); value != traffic.values.cend(); ++value)
        details.append(Md::escaped(value.key()) + QLatin1Char(' ') + Md::code(value.value()));
    if (!traffic.command.isEmpty())
        details.append(Md::code(Md::commandLine(traffic.command)));
    if (traffic.token.isSet())
        details.append(QStringLiteral("token: ") + place(traffic.token));
    return Md::escaped(traffic.kind) + (details.isEmpty() ? QString() : QStringLiteral(": ") + details.join(QStringLiteral(", ")));
}

void writePools(const ApplicationPlan &application, Md &document)
{
    QList<QStringList> rows;
    for (const Pool &pool : application.pools) {
        for (const PoolInstance &instance : pool.instances)
            rows.append({Md::escaped(pool.colour), Md::code(instance.url), Md::escaped(instance.process), Md::escaped(instance.host)});
    }
    document.table({QStringLiteral("Pool"), QStringLiteral("Instance"), QStringLiteral("Process"), QStringLiteral("Host")}, rows);
}

void writeApplication(const ApplicationPlan &application, Md &document)
{
    document.heading(3, QStringLiteral("Application"));
    document.fact(QStringLiteral("Entry"), code(application.entry));
    document.fact(QStringLiteral("Traffic"), trafficText(application.traffic));
    document.fact(QStringLiteral("Processes"), processManager(application.processes));
    for (const EnvFile &file : application.envFiles)
        document.fact(QStringLiteral("Env file"), Md::code(file.path) + QStringLiteral(" (") + Md::escaped(file.keys.join(QStringLiteral(", "))) + QLatin1Char(')')
                                                      + (file.host.isEmpty() ? QString() : QStringLiteral(" on ") + Md::escaped(file.host)));
    const HealthPaths &health = application.health;
    document.fact(QStringLiteral("Health"), QStringLiteral("%1 and %2 every %3, %4 every %5")
                                                .arg(Md::code(health.live), Md::code(health.startup), Md::duration(health.every),
                                                     Md::code(health.ready), Md::duration(health.readyEvery)));
    if (!application.build.path.isEmpty())
        document.fact(QStringLiteral("Build"), QStringLiteral("field %1 of %2").arg(Md::code(application.build.field), Md::code(application.build.path)));
    if (!application.build.header.isEmpty())
        document.fact(QStringLiteral("Build"), QStringLiteral("header ") + Md::code(application.build.header));
    document.fact(QStringLiteral("Serving at least"), QString::number(application.minimumServing));
    document.fact(QStringLiteral("Queues"), code(application.queuesPath));
    if (application.schemaExpected.isSet())
        document.fact(QStringLiteral("Schema"), QStringLiteral("expected: %1; applied: %2").arg(place(application.schemaExpected), code(application.schemaApplied)));
    writePools(application, document);
}

void writePaging(const PagingPlan &paging, Md &document)
{
    if (!paging.isSet)
        return;
    document.heading(3, QStringLiteral("Paging"));
    document.fact(QStringLiteral("PagerDuty service"), code(paging.service));
    document.fact(QStringLiteral("Routing key"), place(paging.routingKey));
    document.fact(QStringLiteral("API token"), place(paging.apiToken));
    document.fact(QStringLiteral("Acts as"), Md::escaped(paging.from));
    document.fact(QStringLiteral("REST API at"), code(paging.api));
    document.fact(QStringLiteral("Events API at"), code(paging.events));
    document.fact(QStringLiteral("Webhook"), place(paging.webhook));
    document.fact(QStringLiteral("Mail"), Md::escaped(paging.mail));
}

} // namespace

void writeSystems(const Plan &plan, MarkdownText &document)
{
    const bool any = plan.database || plan.redis || plan.application || plan.paging.isSet || !plan.hosts.isEmpty();
    if (!any)
        return;
    document.heading(2, QStringLiteral("Systems"));
    writeHosts(plan, document);
    if (plan.database)
        writeDatabase(*plan.database, document);
    if (plan.redis)
        writeRedis(*plan.redis, document);
    if (plan.application)
        writeApplication(*plan.application, document);
    writePaging(plan.paging, document);
}

void writeCostAndMonitoring(const Plan &plan, MarkdownText &document)
{
    if (!plan.monitoring && plan.cost.isEmpty())
        return;
    document.heading(2, QStringLiteral("Cost and monitoring"));
    if (plan.monitoring) {
        const MonitoringPlan &monitoring = *plan.monitoring;
        const QString prefix = monitoring.metricsPrefix.isEmpty() ? QString()
                                                                  : QStringLiteral(", prefix ") + Md::code(monitoring.metricsPrefix);
        document.fact(QStringLiteral("SLO dashboard"), QStringLiteral("%1 of every instance%2").arg(code(monitoring.metricsPath), prefix));
        document.fact(QStringLiteral("Prometheus"), code(monitoring.prometheus));
        document.fact(QStringLiteral("Alertmanager"), code(monitoring.alertmanager));
        document.fact(QStringLiteral("Grafana"), code(monitoring.grafana));
        document.fact(QStringLiteral("Availability"), percentage(monitoring.availability));
        document.fact(QStringLiteral("Latency, 95th percentile"), duration(monitoring.latencyP95));
        document.fact(QStringLiteral("Roll back above an error rate of"), percentage(monitoring.rollbackAboveErrorRate));
    }
    QList<QStringList> rows;
    for (const CostLimit &limit : plan.cost)
        rows.append({Md::escaped(limit.name), numberText(limit.softLimit) + QLatin1Char(' ') + Md::escaped(limit.unit),
                     Md::code(limit.metric), Md::escaped(limit.note)});
    document.table({QStringLiteral("Cost"), QStringLiteral("Soft limit"), QStringLiteral("Metric"), QStringLiteral("Note")}, rows);
}

} // namespace understudy::planmarkdown
