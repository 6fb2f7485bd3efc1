// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/systemtile.h"

namespace understudy::ui {

class MiniTraffic;

/// The pools: who serves, by counted answers, and how the service level stands.
class PoolsTile : public SystemTile
{
    Q_OBJECT
public:
    explicit PoolsTile(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh() override;

private:
    QLabel *m_counted;
    MiniTraffic *m_traffic;
    QLabel *m_level;
};

} // namespace understudy::ui
