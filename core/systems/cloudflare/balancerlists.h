// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QMap>
#include <QStringList>

/// Which pool a load balancer of Cloudflare sends to, by its lists. Pure. Source: API v4, /zones/{}/load_balancers/{}.
namespace understudy::cloudflare {

using ColourPools = QMap<QString, QString>; ///< colour to pool id

/// The properties that direct traffic, as they stand; absent ones are left out.
QJsonObject directing(const QJsonObject &balancer);
/// In every list of pools the first colour's is the one that serves, unless the policy spreads over all of a list
/// ("random", "least_connections", …): then all of them do.
bool spreads(const QJsonObject &balancer);
/// Of the default pools.
QStringList coloursServing(const QJsonObject &balancer, const ColourPools &pools);
/// The directing properties in which every list, override and fallback prefers `colour`: it takes the place of the
/// colour before it; where a policy spreads, the others go. Pools that are no colour's stay where they are.
QJsonObject directedTo(const QJsonObject &balancer, const ColourPools &pools, const QString &colour);
/// What keeps users on the old pool for a while, in words; empty: nothing.
QString lingering(const QJsonObject &balancer);

} // namespace understudy::cloudflare
