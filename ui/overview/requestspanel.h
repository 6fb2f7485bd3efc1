// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/panel.h"

namespace understudy::ui {

class ConsoleState;
class TrendChart;

/// Requests and errors of the last half hour, all pools together.
class RequestsPanel : public Panel
{
    Q_OBJECT
public:
    explicit RequestsPanel(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh();
    QString summary() const;

private:
    const ConsoleState &m_state;
    TrendChart *m_chart;
    qint64 m_drawnAt = 0;
};

} // namespace understudy::ui
