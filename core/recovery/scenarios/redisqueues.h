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
    QStringList dead;    ///< with the reason: "http://… (answers 500)"
    QStringList unknown; ///< with the reason: silent, or a refused token
    QString text() const;
};
QueuesLook lookAtQueues(const StepContext &context, const RedisRecovery &redis);

} // namespace understudy::redissteps
