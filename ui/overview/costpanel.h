// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/panel.h"

#include <QMap>

namespace understudy::ui {

class ConsoleState;
class ReadingRow;

/// What the platform spends against the plan's soft limits.
class CostPanel : public Panel
{
    Q_OBJECT
public:
    explicit CostPanel(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh();
    QString summary() const;

private:
    const ConsoleState &m_state;
    QMap<QString, ReadingRow *> m_rows;
};

} // namespace understudy::ui
