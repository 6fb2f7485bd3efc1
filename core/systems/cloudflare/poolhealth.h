// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace understudy::cloudflare {

/// What Cloudflare's own monitors find of a pool, place by place. A load balancer passes an unhealthy pool over,
/// whatever its lists say. Pure. Source: API v4, /accounts/{}/load_balancers/pools/{}/health, whose `pop_health` is a
/// map by place.
struct PoolHealth
{
    enum class Is { NotChecked, Healthy, Partly, Unhealthy };
    Is is = Is::NotChecked; ///< no monitor, or none has reported: such a pool counts as healthy there
    QString words;          ///< "healthy from 3 of 3 places"
};
PoolHealth poolHealth(const QJsonObject &result);

} // namespace understudy::cloudflare
