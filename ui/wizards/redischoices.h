// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redistopology.h"
#include "ui/wizards/startchoices.h"

class QCheckBox;
class QComboBox;
class QVBoxLayout;

namespace understudy::ui {

/// Scenario B: a planned move, the backends afterwards, and promotion by hand when no Sentinel
/// answers.
class RedisChoices : public StartChoices
{
    Q_OBJECT
public:
    struct Facts
    {
        RedisTopology redis;
        bool hasBackends = false;   ///< the plan names processes to restart
        bool restartNeeded = false; ///< job queues are seen dead: the restart is ticked beforehand
    };
    explicit RedisChoices(const Facts &facts, QObject *parent = nullptr);
    void addRows(RowGrid &rows) override;
    RunOptions options() const override;
    QString buttonText() const override;

private:
    void addPromotion(QVBoxLayout *column, QWidget *choices);

    Facts m_facts;
    QCheckBox *m_planned = nullptr;
    QCheckBox *m_restart = nullptr;
    QComboBox *m_promote = nullptr;
};

} // namespace understudy::ui
