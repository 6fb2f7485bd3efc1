// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/trend.h"

namespace understudy::ui {

Trend decimated(const Trend &trend, qint64 from, qint64 to, int pixels)
{
    Trend out;
    if (to <= from || pixels <= 0)
        return out;
    qint64 lastPixel = -1;
    for (const TrendPoint &point : trend) {
        if (point.at < from || point.at >= to)
            continue;
        const qint64 pixel = (point.at - from) * pixels / (to - from);
        if (pixel != lastPixel || out.isEmpty()) {
            out.append(point);
            lastPixel = pixel;
            continue;
        }
        TrendPoint &same = out.last();
        // A known value beside a gap within one pixel: the value is what can be drawn.
        if (same.gap || point.gap) {
            if (same.gap && !point.gap)
                same = point;
            continue;
        }
        same.least = qMin(same.least, point.least);
        same.most = qMax(same.most, point.most);
    }
    return out;
}

TrendRange rangeOf(const Trend &trend)
{
    TrendRange range;
    for (const TrendPoint &point : trend) {
        if (point.gap)
            continue;
        range.least = range.any ? qMin(range.least, point.least) : point.least;
        range.most = range.any ? qMax(range.most, point.most) : point.most;
        range.any = true;
    }
    return range;
}

} // namespace understudy::ui
