// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/historyseries.h"

#include <QList>
#include <QString>

namespace understudy::ui {

using TrendPoint = HistoryPoint;

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

struct TrendMark
{
    qint64 at = 0; ///< milliseconds since the epoch
    QString text;
};

} // namespace understudy::ui
