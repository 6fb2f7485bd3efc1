// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/metrics/trafficcounters.h"

#include <optional>

namespace understudy {

/// Fewer user requests than this say nothing about a rate.
constexpr double fewestRequestsToJudge = 5;

/// How many times faster than the objective allows the error budget is used: 1 uses it up exactly. Nothing
/// for too few requests, or without an objective below 1.
std::optional<double> burnRate(const TrafficCounters &traffic, std::optional<double> availability);
/// Share of the failures allowed among these requests that is left, 0 to 1; nothing as above.
std::optional<double> errorBudgetLeft(const TrafficCounters &traffic, std::optional<double> availability);

/// Whether a colour fails more than the plan bears, by two windows: the last minute says that it matters, the newest
/// look that it still does. It does not flap: what has begun ends when both have been within the limit for three
/// looks in a row. For one colour.
class FailureTrigger
{
public:
    /// `newest` is the traffic since the look before; one without requests says nothing.
    bool update(const TrafficCounters &minute, const TrafficCounters &newest, double limit);
    bool isOn() const { return m_on; }
    static constexpr int wellBeforeItEnds = 3;

private:
    bool m_on = false;
    int m_well = 0;
};

} // namespace understudy
