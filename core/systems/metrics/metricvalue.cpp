// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/metricvalue.h"

#include <cmath>

namespace understudy {
namespace {

bool zeroMayBeUnset(const MetricFamily &family)
{
    return family.samples.size() == 1 && family.samples.first().labelCount == 0 &&
           (family.type == MetricType::Gauge || family.type == MetricType::Counter);
}

} // namespace

void MetricMemory::see(const MetricsPage &page, const QString &process)
{
    if (process != m_process)
        m_moved.clear();
    m_process = process;
    for (const MetricFamily &family : page.families) {
        if (zeroMayBeUnset(family) && family.samples.first().value != 0)
            m_moved.insert(family.name.toByteArray());
    }
}

MetricValue MetricMemory::value(const MetricsPage &page, QByteArrayView name,
                                const QList<MetricLabel> &labels) const
{
    const MetricFamily *family = page.family(name);
    if (!family)
        return {};
    if (family->samples.isEmpty())
        return {.state = MetricValue::State::NeverSet};
    bool any = false;
    double sum = 0;
    for (const MetricSample &sample : family->samples) {
        if (sample.name != name || std::isnan(sample.value) || !page.matches(sample, labels))
            continue;
        any = true;
        sum += sample.value;
    }
    if (!any)
        return {};
    if (sum == 0 && zeroMayBeUnset(*family) && !m_moved.contains(name.toByteArray()))
        return {.state = MetricValue::State::NeverSet};
    return {.state = MetricValue::State::Real, .value = sum};
}

} // namespace understudy
