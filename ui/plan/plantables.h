// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

class QWidget;

namespace understudy::ui {

class Panel;

/// The parts of the plan as cards of rows, for reading.
Panel *objectivesCard(const Plan &plan, QWidget *parent);
Panel *redundancyCard(const Plan &plan, QWidget *parent);
Panel *systemsCard(const Plan &plan, QWidget *parent);
Panel *limitsCard(const Plan &plan, QWidget *parent);
/// One scenario's steps in the plan's own words; commands can be copied.
Panel *procedureCard(const QString &scenario, const QList<ProcedureStep> &steps, QWidget *parent);

} // namespace understudy::ui
