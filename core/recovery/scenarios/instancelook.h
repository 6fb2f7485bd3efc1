// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/step.h"

#include <QThreadPool>

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

/// Asks every instance of every pool, sixteen at a time: those that hang cost one deadline, not one each.
/// In the plan's order.
template <typename Answer>
QList<Answer> ofAll(const ApplicationPlan &application, const std::function<Answer(const PoolInstance &)> &ask)
{
    QList<PoolInstance> instances;
    for (const Pool &pool : application.pools)
        instances += pool.instances;
    std::vector<Answer> answers(size_t(instances.size()));
    QThreadPool threads;
    threads.setMaxThreadCount(16);
    for (qsizetype i = 0; i < instances.size(); ++i)
        threads.start([&answers, &instances, &ask, i] { answers[size_t(i)] = ask(instances.at(i)); });
    threads.waitForDone();
    return {answers.begin(), answers.end()};
}

/// The order of restart: the pools that the entry does not lead to come first.
QList<PoolInstance> inRestartOrder(const ApplicationPlan &application, const CancelToken &cancel);

/// Waits, 90 s at most, until a process with another start time has warmed up: its start-up route
/// answers 200.
[[nodiscard]] Result<QString> waitForNewStart(StepContext &context,
                                              const ApplicationPlan &application,
                                              const PoolInstance &instance, const QString &before);

constexpr Milliseconds comesBackWithin{90'000};

} // namespace understudy::instances
