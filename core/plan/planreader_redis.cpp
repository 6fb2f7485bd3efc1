// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

#include <QRegularExpression>

namespace understudy::plansections {
namespace {

std::optional<Endpoint> readEndpoint(const YamlNode &node, const QString &text, PlanContext &context)
{
    const Result<Endpoint> endpoint = parseEndpoint(text);
    if (endpoint)
        return *endpoint;
    context.error(node, QStringLiteral("not an address: %1").arg(quotedForPlan(text)), endpoint.error().hint);
    return std::nullopt;
}

void readSentinels(const PlanSection &section, RedisPlan &redis)
{
    const YamlNode *list = section.find("sentinels");
    QStringList ignored;
    section.texts("sentinels", ignored, PlanSection::Required);
    if (!list || list->kind != YamlNode::Kind::Sequence)
        return;
    QSet<QString> seen;
    for (const YamlNode &item : list->items) {
        if (item.kind != YamlNode::Kind::Scalar)
            continue;
        const std::optional<Endpoint> endpoint = readEndpoint(item, item.text, section.context());
        if (endpoint && seen.contains(endpoint->text()))
            section.context().error(item, QStringLiteral("Sentinel %1 is named twice").arg(endpoint->text()),
                                    QStringLiteral("Name each Sentinel once: each counts as one opinion."));
        else if (endpoint)
            redis.sentinels.append(*endpoint);
        if (endpoint)
            seen.insert(endpoint->text());
    }
}

void readTls(const PlanSection &section, RedisPlan &redis)
{
    const YamlNode *value = section.find("tls");
    if (!value)
        return;
    if (value->kind != YamlNode::Kind::Mapping) {
        section.boolean("tls", redis.tls);
        return;
    }
    redis.tls = true;
    section.section("tls", [&redis](const PlanSection &tls) {
        tls.text("ca", redis.tlsCa);
        tls.text("server_name", redis.tlsServerName);
    });
}

void readAddresses(const PlanSection &section, RedisPlan &redis)
{
    const YamlNode *value = section.find("addresses");
    if (!value)
        return;
    const QString hint = QStringLiteral("Write what Sentinel announces and what is reachable: {10.0.0.2:6379: 127.0.0.1:16379}.");
    if (value->kind != YamlNode::Kind::Mapping) {
        section.context().error(*value, QStringLiteral("'addresses' in redis is not a mapping"), hint);
        return;
    }
    for (const YamlNode::Entry &entry : value->entries) {
        YamlNode key;
        key.line = entry.line;
        key.column = entry.column;
        const std::optional<Endpoint> announced = readEndpoint(key, entry.key, section.context());
        if (entry.value.kind != YamlNode::Kind::Scalar) {
            if (entry.value.kind != YamlNode::Kind::Refused)
                section.context().error(entry.value, QStringLiteral("an address of redis is not HOST:PORT"), hint);
            continue;
        }
        const std::optional<Endpoint> reachable = readEndpoint(entry.value, entry.value.text, section.context());
        if (announced && reachable)
            redis.addresses.insert(announced->text(), *reachable);
    }
}

} // namespace

void readRedis(const PlanSection &file, Plan &plan)
{
    file.section("redis", [&plan](const PlanSection &section) {
        RedisPlan redis;
        section.text("master", redis.master, PlanSection::Required);
        // What Sentinel itself accepts as a name.
        static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9._-]+$"));
        if (!redis.master.isEmpty() && !form.match(redis.master).hasMatch())
            section.context().error(*section.find("master"), QStringLiteral("not a name of a master: %1").arg(quotedForPlan(redis.master)),
                                    QStringLiteral("Write the name that Sentinel monitors, such as mymaster: letters, digits, '.', '-' and '_'."));
        readSentinels(section, redis);
        section.text("user", redis.user);
        section.text("sentinel_user", redis.sentinelUser);
        section.secret("password", redis.password);
        section.secret("sentinel_password", redis.sentinelPassword);
        readTls(section, redis);
        section.hostName("via", redis.via);
        readAddresses(section, redis);
        section.duration("every", redis.every);
        plan.redis = redis;
    });
}

} // namespace understudy::plansections
