// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>

namespace understudy {

/// One run at a time on a resource ("redis mymaster"), for all programs of this user. The kernel drops
/// the lock when the holder dies, so a crash never leaves one behind. The Error (ResourceLocked) says
/// which run and process hold it.
class ResourceLock
{
public:
    virtual ~ResourceLock() = default; ///< releases
    [[nodiscard]] static Result<std::unique_ptr<ResourceLock>> take(const QString &folder, const QString &resource,
                                                                    const QString &run);
};

} // namespace understudy
