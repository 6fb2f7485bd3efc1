// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/metricspage.h"

namespace understudy {

QByteArray metricTypeName(MetricType type)
{
    switch (type) {
    case MetricType::Untyped:
        return "untyped";
    case MetricType::Counter:
        return "counter";
    case MetricType::Gauge:
        return "gauge";
    case MetricType::Histogram:
        return "histogram";
    case MetricType::Summary:
        return "summary";
    }
    return {};
}

const MetricFamily *MetricsPage::family(QByteArrayView name) const
{
    const QHash<QByteArrayView, qsizetype>::const_iterator at = m_byName.find(name);
    return at == m_byName.end() ? nullptr : &families.at(*at);
}

QByteArrayView MetricsPage::label(const MetricSample &sample, QByteArrayView name) const
{
    for (qsizetype i = 0; i < sample.labelCount; ++i) {
        const MetricLabel &one = labels.at(sample.firstLabel + i);
        if (one.name == name)
            return one.value;
    }
    return {};
}

bool MetricsPage::matches(const MetricSample &sample, const QList<MetricLabel> &wanted) const
{
    for (const MetricLabel &one : wanted) {
        if (label(sample, one.name) != one.value)
            return false;
    }
    return true;
}

} // namespace understudy
