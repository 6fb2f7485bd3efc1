// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/databaselook.h"
#include "core/health/snapshot.h"

namespace understudy {

/// What happened between two looks at a database, for the event line: it went down or came back, its
/// role changed, it was restarted, archiving began to fail or works again, deadlocks, an idle
/// connection that was cut. `lastGood`: the newest look before that did not fail, if there is one.
QList<Event> databaseEvents(const DatabaseLook &previous, const std::optional<DatabaseLook> &lastGood,
                            const DatabaseLook &look);

} // namespace understudy
