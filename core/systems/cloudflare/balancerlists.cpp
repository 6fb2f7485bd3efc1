// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/cloudflare/balancerlists.h"

#include "core/base/quantity.h"

#include <QJsonArray>

namespace understudy::cloudflare {
namespace {

const char *const directingProperties[] = {"default_pools", "fallback_pool", "region_pools", "country_pools", "pop_pools", "rules", "pool_sets"};
constexpr int deepest = 12;

struct Direction
{
    const ColourPools &pools;
    QString target; ///< the colour's pool id
    bool spreads = false;
    bool isColours(const QJsonValue &value) const { return value.isString() && pools.values().contains(value.toString()); }
};

bool isPoolList(const QJsonArray &list, const Direction &to)
{
    return std::any_of(list.begin(), list.end(), [&](const QJsonValue &value) { return to.isColours(value); });
}

/// The target and the colour before it change places; alone among colours where a policy spreads.
QJsonArray directedList(const QJsonArray &list, const Direction &to)
{
    QJsonArray out;
    QJsonValue displaced;
    for (const QJsonValue &value : list) {
        if (!to.isColours(value)) {
            out.append(value);
        } else if (displaced.isNull()) {
            displaced = value;
            out.append(to.target);
        } else if (!to.spreads) {
            out.append(value.toString() == to.target ? displaced : value);
        }
    }
    return out;
}

QJsonValue directed(const QJsonValue &value, const QString &key, const Direction &to, int depth)
{
    if (depth > deepest)
        return value;
    if (value.isArray()) {
        const QJsonArray list = value.toArray();
        if (isPoolList(list, to))
            return directedList(list, to);
        QJsonArray out;
        for (const QJsonValue &one : list)
            out.append(directed(one, key, to, depth + 1));
        return out;
    }
    if (value.isObject()) {
        QJsonObject out = value.toObject();
        for (auto it = out.begin(); it != out.end(); ++it)
            it.value() = directed(it.value(), it.key(), to, depth + 1);
        return out;
    }
    return key == QLatin1String("fallback_pool") && to.isColours(value) ? QJsonValue(to.target) : value;
}

} // namespace

QJsonObject directing(const QJsonObject &balancer)
{
    QJsonObject out;
    for (const char *property : directingProperties) {
        if (balancer.contains(QLatin1String(property)))
            out.insert(QLatin1String(property), balancer[QLatin1String(property)]);
    }
    return out;
}

bool spreads(const QJsonObject &balancer)
{
    const QString policy = balancer[QStringLiteral("steering_policy")].toString();
    return !policy.isEmpty() && policy != QLatin1String("off") && policy != QLatin1String("geo");
}

QStringList coloursServing(const QJsonObject &balancer, const ColourPools &pools)
{
    QStringList colours;
    for (const QJsonValue &value : balancer[QStringLiteral("default_pools")].toArray()) {
        const QString colour = pools.key(value.toString());
        if (!colour.isEmpty() && !colours.contains(colour))
            colours.append(colour);
        if (!colours.isEmpty() && !spreads(balancer))
            break;
    }
    return colours;
}

QJsonObject directedTo(const QJsonObject &balancer, const ColourPools &pools, const QString &colour)
{
    const Direction to{pools, pools.value(colour), spreads(balancer)};
    return directed(directing(balancer), {}, to, 0).toObject();
}

QString lingering(const QJsonObject &balancer)
{
    QStringList parts;
    const QString affinity = balancer[QStringLiteral("session_affinity")].toString();
    if (!affinity.isEmpty() && affinity != QLatin1String("none")) {
        const qint64 seconds = balancer[QStringLiteral("session_affinity_ttl")].toInteger(23 * 3600); // the documented default
        parts.append(QStringLiteral("session affinity (%1) keeps users on the old pool for up to %2").arg(affinity, durationText(Milliseconds(seconds * 1000))));
    }
    if (balancer.contains(QStringLiteral("proxied")) && !balancer[QStringLiteral("proxied")].toBool())
        parts.append(QStringLiteral("it is not proxied: resolvers keep the old address for %1 s and more").arg(balancer[QStringLiteral("ttl")].toInteger(30)));
    return parts.join(QStringLiteral("; "));
}

} // namespace understudy::cloudflare
