// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/ticker.h"

namespace understudy::ui {

using namespace std::chrono_literals;

Ticker::Ticker(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
    m_timer.setInterval(250ms);
    connect(&m_timer, &QTimer::timeout, this, [this] { emit ticked(m_clock.now()); });
    m_timer.start();
}

} // namespace understudy::ui
