// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/sparkline.h"

#include "ui/parts/colours.h"

#include <QPainter>
#include <QPainterPath>

namespace understudy::ui {

Sparkline::Sparkline(QWidget *parent)
    : Painted(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMinimumWidth(48);
}

void Sparkline::setTrend(const Trend &trend, const QString &words)
{
    say(words);
    if (m_trend == trend)
        return;
    m_trend = trend;
    update();
}

void Sparkline::setStale(bool stale)
{
    if (m_stale == stale)
        return;
    m_stale = stale;
    update();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    if (m_trend.size() < 2)
        return;
    const Colours &colours = coloursOf(this);
    const qint64 from = m_trend.first().at;
    const qint64 to = m_trend.last().at + 1;
    const Trend points = decimated(m_trend, from, to, width());
    const TrendRange range = rangeOf(points);
    const double span = qMax(range.most - range.least, qMax(1e-9, std::abs(range.most) * 0.1));
    const auto place = [&](qint64 at, double value) {
        return QPointF(double(at - from) / double(to - from) * (width() - 1),
                       height() - 3 - (value - range.least) / span * (height() - 6));
    };
    QPainterPath path;
    bool broken = true;
    for (const TrendPoint &point : points) {
        if (point.gap) {
            broken = true;
            continue;
        }
        if (broken)
            path.moveTo(place(point.at, point.most));
        else
            path.lineTo(place(point.at, point.most));
        if (point.least != point.most)
            path.lineTo(place(point.at, point.least));
        broken = false;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(m_stale ? colours.muted : colours.series, 1.2, m_stale ? Qt::DotLine : Qt::SolidLine));
    painter.drawPath(path);
}

} // namespace understudy::ui
