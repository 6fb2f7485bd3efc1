// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"
#include "app/lab/labsetup.h"

namespace understudy::lab {

/// redis-1 as the master, redis-2 and redis-3 as its replicas.
[[nodiscard]] Result<QList<ProcessSpec>> makeRedisNodes(const LabSetup &setup);
/// Three Sentinels that know master, replicas and each other from the start, so that a quorum exists
/// as soon as they run.
[[nodiscard]] Result<QList<ProcessSpec>> makeSentinels(const LabSetup &setup);

} // namespace understudy::lab
