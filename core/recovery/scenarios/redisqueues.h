// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/redissteps.h"

namespace understudy::redissteps {

/// What every instance answers about its job queues. Asked once each, 5 s at most; in the plan's order.
struct QueuesLook
{
    bool named = false; ///< the plan says where to ask
    QStringList alive;
    QStringList dead; ///< with the reason: "http://… (500)"
    bool allAlive() const { return named && dead.isEmpty(); }
    QString text() const;
};
QueuesLook lookAtQueues(const StepContext &context, const RedisRecovery &redis);

} // namespace understudy::redissteps
