// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "ui/wizards/startchoices.h"

class QButtonGroup;

namespace understudy::ui {

class ChoiceBox;
class ConsoleState;

/// Does the plan name two colours, an entry, and who directs the traffic in a way that this version can switch?
bool canBeRolledBack(const Plan &plan);

/// Scenario C: the colour that is to serve. The one that serves now is not offered.
class DeploymentChoices : public StartChoices
{
    Q_OBJECT
public:
    explicit DeploymentChoices(const ConsoleState &state, QObject *parent = nullptr);
    void addRows(RowGrid &rows) override;
    RunOptions options() const override;
    RunOptions outlineOptions() const override;
    QString buttonText() const override;
    QString missing() const override;

private:
    QString colour() const;
    QString serving() const;

    const ConsoleState &m_state;
    QStringList m_colours; ///< by the buttons' numbers
    QButtonGroup *m_group = nullptr;
    ChoiceBox *m_despiteSchema = nullptr; ///< null: the plan names no schema
};

} // namespace understudy::ui
