// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QList>

#include <optional>

namespace understudy {

enum class MetricType { Untyped, Counter, Gauge, Histogram, Summary };
/// "untyped", "counter", …: as the format writes it.
QByteArray metricTypeName(MetricType type);

struct MetricLabel
{
    QByteArrayView name, value;
    bool operator==(const MetricLabel &) const = default;
};

/// One line. The views live as long as the MetricsPage (or a copy of it) that they came from.
struct MetricSample
{
    QByteArrayView name;                      ///< as written: with _bucket, _sum, _count
    qsizetype firstLabel = 0, labelCount = 0; ///< in MetricsPage::labels
    double value = 0;
    std::optional<qint64> timestampMs;
};

struct MetricFamily
{
    QByteArrayView name;
    MetricType type = MetricType::Untyped;
    bool hasType = false; ///< a TYPE line said so
    std::optional<QByteArray> help;
    QList<MetricSample> samples; ///< may be empty: declared and never set
};

/// A whole page of the text format 0.0.4 that has been read without fault. It owns the text that
/// its views point into, so copies are cheap and safe.
class MetricsPage
{
public:
    QList<MetricFamily> families; ///< in the page's order
    QList<MetricLabel> labels;    ///< of all samples

    const MetricFamily *family(QByteArrayView name) const;
    QByteArrayView label(const MetricSample &sample,
                         QByteArrayView name) const; ///< null when it has none
    bool matches(const MetricSample &sample, const QList<MetricLabel> &wanted) const;

private:
    friend class ExpositionReader;
    QByteArray m_text;
    QList<QByteArray> m_unescaped; ///< label values that are not in the text as they are meant
    QHash<QByteArrayView, qsizetype> m_byName;
};

} // namespace understudy
