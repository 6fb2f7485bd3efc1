// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/step.h"

/// What every restart of an application's instances has in common. Blocks; for a run's thread.
namespace understudy::instances {

/// An instance's answer about its own start.
struct Startup
{
    int status = 0;    ///< 0: no answer
    QString startTime; ///< another one after each restart; may be empty
};
Startup startupOf(const QString &base, const ApplicationPlan &application,
                  const CancelToken &cancel);

/// The order of restart: the pools that the entry does not lead to come first.
QList<PoolInstance> inRestartOrder(const ApplicationPlan &application, const CancelToken &cancel);

/// Waits, 90 s at most, until a process with another start time has warmed up: its start-up route
/// answers 200.
[[nodiscard]] Result<QString> waitForNewStart(StepContext &context,
                                              const ApplicationPlan &application,
                                              const PoolInstance &instance, const QString &before);

/// Waits in slices; false: cancelled.
bool restInSlices(const StepContext &context, Milliseconds time);

constexpr Milliseconds comesBackWithin{90'000};

} // namespace understudy::instances
