// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/metrics/expositionwriter.h"

#include <QLocale>

#include <cmath>

namespace understudy {
namespace {

QByteArray escaped(const QString &text, bool quotes)
{
    QByteArray out = text.toUtf8();
    out.replace('\\', "\\\\").replace('\n', "\\n");
    if (quotes)
        out.replace('"', "\\\"");
    return out;
}

QByteArray valueText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

} // namespace

void ExpositionWriter::family(const QByteArray &name, MetricType type, const QString &help)
{
    m_name = name;
    m_text += "# HELP " + name + ' ' + escaped(help, false) + "\n# TYPE " + name + ' ' +
              metricTypeName(type) + '\n';
}

void ExpositionWriter::sample(double value, const Labels &labels)
{
    m_text += m_name;
    if (!labels.isEmpty()) {
        QByteArrayList parts;
        for (const std::pair<QByteArray, QString> &one : labels)
            parts += one.first + "=\"" + escaped(one.second, true) + '"';
        m_text += '{' + parts.join(',') + '}';
    }
    m_text += ' ' + valueText(value) + '\n';
}

} // namespace understudy
