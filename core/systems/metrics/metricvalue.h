// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/systems/metrics/metricspage.h"

#include <QSet>

namespace understudy {

/// One figure of a page, with what it is worth. A page often shows 0 for what nobody has measured,
/// and goes on showing the last value when nothing happens any more.
struct MetricValue
{
    /// Absent: the page does not know the name, or not with these labels. NeverSet: declared
    /// without any sample, or an unlabelled gauge or counter that has been 0 ever since its process
    /// was first seen (client libraries export those as 0 before anybody sets them). Stale: real
    /// once, but its source has measured nothing new since. Real: the rest.
    enum class State { Absent, NeverSet, Stale, Real };
    State state = State::Absent;
    double value = 0; ///< of Real and Stale only
    bool operator==(const MetricValue &) const = default;
    bool isReal() const { return state == State::Real; }
};

/// Reads values out of the successive pages of one process and remembers which zeros were measured.
class MetricMemory
{
public:
    /// Call once a page, before reading from it. A new `process` (its start time) forgets all:
    /// what the old process measured says nothing about the new one's zeros.
    void see(const MetricsPage &page, const QString &process);
    /// The sum of all samples of that name that carry these labels; NaN samples are left out.
    MetricValue value(const MetricsPage &page, QByteArrayView name,
                      const QList<MetricLabel> &labels = {}) const;

private:
    QString m_process;
    QSet<QByteArray> m_moved; ///< unlabelled families seen other than 0
};

} // namespace understudy
