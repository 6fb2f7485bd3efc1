// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/panel.h"

#include <QMap>

namespace understudy::ui {

class ConsoleState;
class Gauge;
class StateBadge;

/// The plan's recovery time and recovery point budgets, and how much of each is used.
class ObjectivesPanel : public Panel
{
    Q_OBJECT
public:
    explicit ObjectivesPanel(const ConsoleState &state, QWidget *parent = nullptr);
    void refresh();
    QString summary() const; ///< one line, for when the panel is folded
    static QString nowText(const ObjectiveState &objective);

private:
    struct Row
    {
        QLabel *value;
        Gauge *gauge;
    };
    Row &row(const ObjectiveState &objective);

    const ConsoleState &m_state;
    QMap<QString, Row> m_rows;
};

} // namespace understudy::ui
