// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// The first step of every recovery: tells the pager that somebody is at it. A courtesy: it waits for the
/// pager for 5 s in all, never stops a run, and is not undone. It asks for a click (on the command line:
/// the run's phrase); without it, it is skipped. Only what was shown is acknowledged, and nothing that has
/// been resolved since: that would open it again.
///
/// Facts under "acknowledge": "incidents" (id, number, title, status, created_at; the oldest 20), "open",
/// "triggered", "acknowledging" (ids, in the intent), and "alert_at", the oldest alert of the last four hours: the RTO clock starts there when it
/// is earlier than all else that is known. A `planned` move answers no alert. `secrets` must outlive it.
Step acknowledgeAlert(const Plan &plan, const SecretResolver &secrets, bool planned = false);

} // namespace understudy
