// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/systemtile.h"

namespace understudy::ui {

class MiniRedis;

/// Redis: the topology, and what Sentinel's own failover is doing.
class RedisTile : public SystemTile
{
    Q_OBJECT
public:
    explicit RedisTile(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

private:
    MiniRedis *m_topology;
    QLabel *m_failover;
};

} // namespace understudy::ui
