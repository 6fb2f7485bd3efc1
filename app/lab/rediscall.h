// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/systems/redis/respvalue.h"

namespace understudy::lab {

/// One connection to a Redis or Sentinel on loopback, AUTH, one command, closed again. Blocks to the
/// deadline at most, also on a server that is stopped.
[[nodiscard]] Result<RespValue> callRedis(quint16 port, const Secret &password, const QList<QByteArray> &command,
                                          Milliseconds deadline);

} // namespace understudy::lab
