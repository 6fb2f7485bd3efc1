// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"

namespace understudy {

/// What the probes found within their systems, and what only shows between systems: clocks more than
/// two seconds apart (readings whose name ends in "clock skew", in s, against this console's clock).
QList<Contradiction> contradictionsAmong(const QList<SystemObservation> &observations);

} // namespace understudy
