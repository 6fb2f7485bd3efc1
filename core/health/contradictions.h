// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"

namespace understudy {

/// What the probes found within their systems, and what only shows between systems: clocks more than
/// two seconds apart (readings whose name ends in "clock skew", in s, against this console's clock).
QList<Contradiction> contradictionsAmong(const QList<SystemObservation> &observations);

/// An error rate of users' requests that a witness gives for the same time as the console's own counting, when the
/// two cannot both be right: more than twice as much, and more than 2 % of all requests apart. Two scrapes fall at
/// two moments, so smaller differences are none.
std::optional<Contradiction> errorRatesApart(const Contradiction::Saying &own, double ownRate,
                                             const Contradiction::Saying &other, double otherRate);

} // namespace understudy
