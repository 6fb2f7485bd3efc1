// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

namespace understudy::ui {

/// Between which moments the database can be restored, as far as was seen. UTC, whole seconds that
/// lie inside; an invalid end is not known.
struct RestorableWindow
{
    QDateTime earliest, latest;
    QDateTime archived; ///< when the newest WAL arrived in the archive
    bool operator==(const RestorableWindow &) const = default;

    bool contains(const QDateTime &moment) const { return nearest(moment) == moment; }
    /// `moment` itself when nothing known speaks against it, else the end that is nearer.
    QDateTime nearest(const QDateTime &moment) const;
};

/// From the readings of the database; what was last seen stays true of the moment it was seen at.
RestorableWindow restorableWindow(const SystemHealth *database);

} // namespace understudy::ui
