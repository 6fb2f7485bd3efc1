// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/cloudflare/poolhealth.h"

#include <QJsonArray>

namespace understudy::cloudflare {
namespace {

/// "TCP connection failed", of the first origin that is ill; origins are maps of one address each.
QString failureReason(const QJsonArray &origins)
{
    for (const QJsonValue &value : origins) {
        const QJsonObject byAddress = value.toObject();
        for (const QJsonValue &origin : byAddress) {
            if (!origin[QStringLiteral("healthy")].toBool())
                return origin[QStringLiteral("failure_reason")].toString().left(120);
        }
    }
    return {};
}

} // namespace

PoolHealth poolHealth(const QJsonObject &result)
{
    const QJsonObject places = result[QStringLiteral("pop_health")].toObject();
    qsizetype healthy = 0, all = 0;
    QString ill;
    for (auto it = places.begin(); it != places.end(); ++it) {
        const QJsonObject place = it.value().toObject();
        if (!place[QStringLiteral("healthy")].isBool())
            continue;
        ++all;
        if (place[QStringLiteral("healthy")].toBool()) {
            ++healthy;
        } else if (ill.isEmpty()) {
            const QString why = failureReason(place[QStringLiteral("origins")].toArray());
            ill = why.isEmpty() ? it.key().left(60) : QStringLiteral("%1: %2").arg(it.key().left(60), why);
        }
    }
    if (all == 0)
        return {PoolHealth::Is::NotChecked, QStringLiteral("checked by none of its monitors")};
    const QString words = QStringLiteral("healthy from %1 of %2 place%3").arg(healthy).arg(all).arg(all == 1 ? QString() : QStringLiteral("s"));
    if (healthy == all)
        return {PoolHealth::Is::Healthy, words};
    return {healthy == 0 ? PoolHealth::Is::Unhealthy : PoolHealth::Is::Partly, QStringLiteral("%1 (%2)").arg(words, ill)};
}

} // namespace understudy::cloudflare
