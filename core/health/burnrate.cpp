// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/burnrate.h"

#include <algorithm>

namespace understudy {
namespace {

std::optional<double> judgedRate(const TrafficCounters &traffic)
{
    return traffic.requests >= fewestRequestsToJudge ? traffic.errorRate() : std::nullopt;
}

} // namespace

std::optional<double> burnRate(const TrafficCounters &traffic, std::optional<double> availability)
{
    const std::optional<double> rate = judgedRate(traffic);
    if (!rate || !availability || *availability >= 1)
        return {};
    return *rate / (1 - *availability);
}

std::optional<double> errorBudgetLeft(const TrafficCounters &traffic, std::optional<double> availability)
{
    const std::optional<double> burn = burnRate(traffic, availability);
    return burn ? std::optional<double>(std::max(0.0, 1 - *burn)) : std::nullopt;
}

bool FailureTrigger::update(const TrafficCounters &minute, const TrafficCounters &newest, double limit)
{
    const std::optional<double> rate = judgedRate(minute), now = newest.errorRate();
    const bool matters = rate && *rate > limit;
    const bool stillDoes = !now || *now > limit;
    if (!m_on) {
        m_on = matters && stillDoes;
        m_well = 0;
        return m_on;
    }
    // Without requests nobody knows that it is well again; the minute that runs empty ends it.
    const bool well = !matters && (!now || *now <= limit);
    m_well = well ? m_well + 1 : 0;
    m_on = m_well < wellBeforeItEnds;
    return m_on;
}

} // namespace understudy
