// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/expositiontext.h"

#include "core/base/clock.h"
#include "core/base/quantity.h"
#include "core/systems/metrics/metricvalue.h"

#include <QJsonArray>
#include <QLocale>

#include <cmath>

namespace understudy {
namespace {

QString words(QByteArrayView text)
{
    return QString::fromUtf8(text.data(), text.size());
}

bool neverSet(const MetricsPage &page, const MetricFamily &family)
{
    return MetricMemory().value(page, family.name).state == MetricValue::State::NeverSet;
}

QString labelsText(const MetricsPage &page, const MetricSample &sample)
{
    if (sample.labelCount == 0)
        return {};
    QStringList out;
    for (qsizetype i = 0; i < sample.labelCount; ++i) {
        const MetricLabel &one = page.labels.at(sample.firstLabel + i);
        QString value = words(one.value);
        value.replace(QLatin1Char('\\'), QLatin1String("\\\\"))
            .replace(QLatin1Char('\n'), QLatin1String("\\n"))
            .replace(QLatin1Char('"'), QLatin1String("\\\""));
        out += words(one.name) + QStringLiteral("=\"") + value + QLatin1Char('"');
    }
    return QLatin1Char('{') + out.join(QLatin1Char(',')) + QLatin1Char('}');
}

QString exactNumber(double value)
{
    if (!std::isfinite(value))
        return numberText(value);
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QJsonObject sampleJson(const MetricsPage &page, const MetricSample &sample)
{
    QJsonObject labels;
    for (qsizetype i = 0; i < sample.labelCount; ++i) {
        const MetricLabel &one = page.labels.at(sample.firstLabel + i);
        labels.insert(words(one.name), words(one.value));
    }
    QJsonObject out{{QStringLiteral("name"), words(sample.name)},
                    {QStringLiteral("labels"), labels}};
    out.insert(QStringLiteral("value"), std::isfinite(sample.value)
                                            ? QJsonValue(sample.value)
                                            : QJsonValue(numberText(sample.value)));
    if (sample.timestampMs)
        out.insert(QStringLiteral("timestamp_ms"), *sample.timestampMs);
    return out;
}

} // namespace

QString metricsText(const MetricsPage &page)
{
    QString out;
    for (const MetricFamily &family : page.families) {
        out += words(family.name) + QStringLiteral("  ") +
               QString::fromLatin1(metricTypeName(family.type));
        if (family.help && !family.help->isEmpty())
            out += QStringLiteral("  ") + words(*family.help).simplified();
        out += QLatin1Char('\n');
        if (family.samples.isEmpty())
            out += QStringLiteral("    never set: declared without a value\n");
        for (const MetricSample &sample : family.samples) {
            out += QStringLiteral("    ") + words(sample.name) + labelsText(page, sample) +
                   QStringLiteral(" = ") + exactNumber(sample.value);
            if (neverSet(page, family))
                out += QStringLiteral("  (0, or never set)");
            if (sample.timestampMs)
                out += QStringLiteral("  at ") +
                       toRfc3339(QDateTime::fromMSecsSinceEpoch(*sample.timestampMs, Qt::UTC));
            out += QLatin1Char('\n');
        }
    }
    return out;
}

QJsonObject metricsJson(const MetricsPage &page)
{
    QJsonArray families;
    for (const MetricFamily &family : page.families) {
        QJsonArray samples;
        for (const MetricSample &sample : family.samples)
            samples.append(sampleJson(page, sample));
        families.append(QJsonObject{
            {QStringLiteral("name"), words(family.name)},
            {QStringLiteral("type"), QString::fromLatin1(metricTypeName(family.type))},
            {QStringLiteral("help"), family.help ? QJsonValue(words(*family.help)) : QJsonValue()},
            {QStringLiteral("state"),
             neverSet(page, family) ? QStringLiteral("never_set") : QStringLiteral("real")},
            {QStringLiteral("samples"), samples}});
    }
    return {{QStringLiteral("families"), families}};
}

} // namespace understudy
