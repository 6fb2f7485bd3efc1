// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QString>

namespace understudy::lab {

/// As whom the lab's servers run. PostgreSQL refuses root, so root's lab runs as "postgres", or else
/// as "nobody"; anyone else's runs as themselves.
struct LabUser
{
    QString name;
    unsigned uid = 0;
    unsigned gid = 0;
    bool isOther = false; ///< not the user who started the lab: privileges are dropped in each child
    bool operator==(const LabUser &) const = default;
};

[[nodiscard]] Result<LabUser> findLabUser();

/// Becomes that user for good, then asks the kernel for `deathSignal` when the parent thread ends.
/// In this order: changing the user clears the wish. Async-signal-safe, so it may run between fork
/// and exec. False when a right could not be dropped.
bool becomeLabUser(const LabUser &user, int deathSignal);

/// For our own programs: becomes the user of that name, or with an empty one stays who it is, and dies
/// with its parent.
[[nodiscard]] Result<Unit> dropRights(const QString &userName);

/// The first folder on the way to `path`, itself included, that `user` may not enter; empty when the
/// way is free. Asked of the kernel in a child that has become the user, so access lists count too.
QString firstClosedFolder(const LabUser &user, const QString &path);

} // namespace understudy::lab
