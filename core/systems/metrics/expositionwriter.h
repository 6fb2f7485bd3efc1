// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/metrics/metricspage.h"

#include <QString>

#include <utility>

namespace understudy {

/// Writes the text format 0.0.4. Families one after the other, each begun before its samples.
class ExpositionWriter
{
public:
    using Labels = QList<std::pair<QByteArray, QString>>;
    void family(const QByteArray &name, MetricType type, const QString &help);
    void sample(double value, const Labels &labels = {}); ///< of the family begun last
    const QByteArray &text() const { return m_text; }

private:
    QByteArray m_text, m_name;
};

} // namespace understudy
