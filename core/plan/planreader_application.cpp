// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

#include <QUrl>

namespace understudy::plansections {
namespace {

void readProcesses(const PlanSection &section, ProcessesPlan &processes)
{
    using Kind = ProcessesPlan::Kind;
    const QStringList kinds{QStringLiteral("pm2"), QStringLiteral("docker_compose"), QStringLiteral("systemd"),
                            QStringLiteral("commands")};
    const QString kind = section.oneOf(kinds);
    if (kind == kinds.at(0)) {
        processes.kind = Kind::Pm2;
        section.section("pm2", [&](const PlanSection &pm2) { pm2.hostName("host", processes.host); });
    } else if (kind == kinds.at(1)) {
        processes.kind = Kind::DockerCompose;
        section.section("docker_compose", [&](const PlanSection &compose) {
            compose.hostName("host", processes.host);
            compose.text("folder", processes.folder, PlanSection::Required);
        });
    } else if (kind == kinds.at(2)) {
        processes.kind = Kind::Systemd;
        section.section("systemd", [&](const PlanSection &systemd) { systemd.hostName("host", processes.host); });
    } else if (kind == kinds.at(3)) {
        processes.kind = Kind::Commands;
        section.section("commands", [&](const PlanSection &commands) {
            commands.hostName("host", processes.host);
            commands.text("folder", processes.folder);
            commands.command("restart", processes.restart, PlanSection::Required);
            commands.command("stop", processes.stop);
        });
    }
}

void readEnvFiles(const PlanSection &section, ApplicationPlan &application)
{
    section.list("env_files", [&application](const PlanSection &item) {
        EnvFile file;
        item.hostName("host", file.host);
        item.text("path", file.path, PlanSection::Required);
        item.texts("keys", file.keys, PlanSection::Required);
        application.envFiles.append(file);
    });
}

/// An instance's address is a server without a path: the paths of its health are a section of their own.
void checkInstanceAddress(const PlanSection &item, const QString &address)
{
    const QUrl url(address);
    const bool bare = url.path().isEmpty() || url.path() == QLatin1String("/");
    if (!address.isEmpty() && (!bare || url.hasQuery() || url.hasFragment()))
        item.context().error(*item.find("url"), QStringLiteral("an instance's address has a path: %1").arg(quotedForPlan(address)),
                             QStringLiteral("Write scheme, host and port only; paths go under 'health'."));
}

void readPools(const PlanSection &section, ApplicationPlan &application)
{
    QSet<QString> addresses;
    QSet<QString> processes;
    section.named("pools", [&](const QString &colour, const PlanSection &named) {
        Pool pool;
        pool.colour = colour;
        named.list("instances", [&](const PlanSection &item) {
            PoolInstance instance;
            item.webAddress("url", instance.url, PlanSection::Required);
            checkInstanceAddress(item, instance.url);
            if (instance.url.endsWith(QLatin1Char('/')))
                instance.url.chop(1);
            item.unique("url", instance.url, addresses);
            item.hostName("host", instance.host);
            item.text("process", instance.process);
            // Names of processes are unique on one host only.
            const QString place = instance.host.isEmpty() ? QString() : QStringLiteral(" on ") + instance.host;
            if (!instance.process.isEmpty())
                item.unique("process", instance.process + place, processes);
            pool.instances.append(instance);
        }, PlanSection::Required);
        application.pools.append(pool);
    });
}

void readHealth(const PlanSection &section, HealthPaths &health)
{
    section.webPath("live", health.live);
    section.webPath("startup", health.startup);
    section.webPath("ready", health.ready);
    section.duration("every", health.every);
    section.duration("ready_every", health.readyEvery);
    const YamlNode *readyEvery = section.find("ready_every");
    if (readyEvery && health.readyEvery < std::chrono::seconds(30))
        section.context().warning(*readyEvery, QStringLiteral("the readiness route is asked more often than every 30 s"),
                                  QStringLiteral("Write 30s or more: on some platforms each such question reaches the database, "
                                                 "and asking often while it is lost ends processes."));
}

void readRest(const PlanSection &section, ApplicationPlan &application)
{
    section.section("build", [&application](const PlanSection &build) {
        const QString way = build.oneOf({QStringLiteral("path"), QStringLiteral("header")});
        build.webPath("path", application.build.path);
        build.text("header", application.build.header);
        build.text("field", application.build.field,
                   way == QLatin1String("path") ? PlanSection::Required : PlanSection::Optional);
    });
    section.integer("minimum_serving", application.minimumServing, 0, 10'000);
    section.section("queues", [&application](const PlanSection &queues) {
        queues.webPath("path", application.queuesPath, PlanSection::Required);
        queues.secret("token", application.queuesToken);
    });
    section.section("schema", [&application](const PlanSection &schema) {
        schema.secret("expected", application.schemaExpected, PlanSection::Required);
        schema.text("applied", application.schemaApplied, PlanSection::Required);
    });
}

} // namespace

void readApplication(const PlanSection &file, Plan &plan)
{
    file.section("application", [&plan](const PlanSection &section) {
        ApplicationPlan application;
        section.section("processes", [&](const PlanSection &processes) {
            readProcesses(processes, application.processes);
        });
        readEnvFiles(section, application);
        readPools(section, application);
        section.webAddress("entry", application.entry);
        section.section("traffic", [&](const PlanSection &traffic) { readTraffic(traffic, application.traffic); });
        section.section("health", [&](const PlanSection &health) { readHealth(health, application.health); });
        readRest(section, application);
        plan.application = application;
    });
}

} // namespace understudy::plansections
