// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

namespace understudy::plansections {
namespace {

void keepText(const PlanSection &section, const char *key, TrafficPlan &traffic,
              PlanSection::Need need = PlanSection::Optional)
{
    QString value;
    section.text(key, value, need);
    if (!value.isEmpty())
        traffic.values.insert(QLatin1String(key), value);
}

void keepHost(const PlanSection &section, TrafficPlan &traffic)
{
    QString host;
    section.hostName("host", host);
    if (!host.isEmpty())
        traffic.values.insert(QStringLiteral("host"), host);
}

/// How nginx is asked and told.
void keepProgram(const PlanSection &section, TrafficPlan &traffic)
{
    keepText(section, "config", traffic);
    keepText(section, "prefix", traffic);
    keepText(section, "program", traffic);
    bool sudo = false;
    section.boolean("sudo", sudo);
    if (sudo)
        traffic.values.insert(QStringLiteral("sudo"), QStringLiteral("true"));
}

void readNginx(const PlanSection &section, TrafficPlan &traffic)
{
    keepHost(section, traffic);
    keepText(section, "path", traffic, PlanSection::Required);
    keepProgram(section, traffic);
}

void readFlag(const PlanSection &section, TrafficPlan &traffic)
{
    keepHost(section, traffic);
    keepText(section, "path", traffic, PlanSection::Required);
    keepText(section, "colour", traffic, PlanSection::Required);
    keepProgram(section, traffic);
}

void readHaproxy(const PlanSection &section, TrafficPlan &traffic)
{
    keepHost(section, traffic);
    keepText(section, "socket", traffic, PlanSection::Required);
    keepText(section, "backend", traffic);
    keepText(section, "map", traffic);
}

void readCommand(const PlanSection &section, TrafficPlan &traffic)
{
    keepHost(section, traffic);
    keepText(section, "folder", traffic);
    keepText(section, "path", traffic);
    keepProgram(section, traffic);
    section.command("switch", traffic.command, PlanSection::Required);
}

void readCloudflare(const PlanSection &section, TrafficPlan &traffic)
{
    keepText(section, "zone", traffic, PlanSection::Required);
    keepText(section, "load_balancer", traffic, PlanSection::Required);
    keepText(section, "account", traffic);
    QString api;
    section.webAddress("api", api);
    if (!api.isEmpty())
        traffic.values.insert(QStringLiteral("api"), api);
    section.secret("token", traffic.token, PlanSection::Required);
    const YamlNode *pools = section.find("pools", PlanSection::Required);
    if (!pools)
        return;
    const QString hint = QStringLiteral("Write each colour with its pool's id: {blue: ID, green: ID}.");
    if (pools->kind != YamlNode::Kind::Mapping)
        section.context().error(*pools, QStringLiteral("'pools' of cloudflare is not a mapping"), hint);
    for (const YamlNode::Entry &entry : pools->entries) {
        if (entry.value.kind == YamlNode::Kind::Scalar)
            traffic.values.insert(QStringLiteral("pools.") + entry.key, entry.value.text);
        else if (entry.value.kind != YamlNode::Kind::Refused)
            section.context().error(entry.value, QStringLiteral("a pool of cloudflare has no id"), hint);
    }
}

} // namespace

void readTraffic(const PlanSection &section, TrafficPlan &traffic)
{
    struct Way
    {
        const char *kind;
        void (*read)(const PlanSection &, TrafficPlan &);
    };
    static constexpr Way ways[] = {
        {"nginx_file", readNginx}, {"nginx_include", readNginx}, {"nginx_flag", readFlag},
        {"haproxy", readHaproxy},  {"command", readCommand},     {"cloudflare", readCloudflare},
    };
    QStringList kinds;
    for (const Way &way : ways)
        kinds.append(QLatin1String(way.kind));
    traffic.kind = section.oneOf(kinds);
    for (const Way &way : ways) {
        if (traffic.kind == QLatin1String(way.kind))
            section.section(way.kind, [&](const PlanSection &details) { way.read(details, traffic); });
    }
}

} // namespace understudy::plansections
