// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QtGlobal>

namespace understudy::ui {

/// What one moment, or one short stretch, of a curve showed. A gap stands where nothing was known: the
/// curve is broken there, never bridged.
struct TrendPoint
{
    qint64 at = 0; ///< milliseconds since the epoch, UTC
    double least = 0, most = 0;
    bool gap = false;
    bool operator==(const TrendPoint &) const = default;
};

/// In the order of time.
using Trend = QList<TrendPoint>;

/// At most one point, a least and a most, for each of `pixels` equal stretches of [from, to).
Trend decimated(const Trend &trend, qint64 from, qint64 to, int pixels);

struct TrendRange
{
    double least = 0, most = 0;
    bool any = false;
};
TrendRange rangeOf(const Trend &trend);

} // namespace understudy::ui
