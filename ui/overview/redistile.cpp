// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/redistile.h"

#include "ui/overview/miniredis.h"
#include "ui/parts/elidedlabel.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"

#include <QVBoxLayout>

namespace understudy::ui {

RedisTile::RedisTile(const ConsoleState &state, QWidget *parent)
    : SystemTile(tr("Redis"), QStringLiteral("redis"), state, parent)
    , m_topology(new MiniRedis(this))
    , m_failover(new ElidedLabel({}, this))
{
    setTextRole(m_failover, TextRole::Small);
    body()->addSpacing(grid(1));
    body()->addWidget(m_topology, 1);
    body()->addWidget(m_failover);
}

void RedisTile::refresh()
{
    SystemTile::refresh();
    const std::optional<RedisTopology> &redis = state().snapshot().redis;
    m_topology->setTopology(redis, state().healthNow(QStringLiteral("redis")) == Health::Unknown);
    const bool told = redis && !redis->failover.isEmpty();
    setTextIfChanged(m_failover,
                     told ? tr("Sentinel's own failover: %1").arg(redis->failover) : QString());
}

} // namespace understudy::ui
