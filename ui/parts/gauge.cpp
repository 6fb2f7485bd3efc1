// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/gauge.h"

#include "ui/parts/colours.h"

#include <QPainter>

namespace understudy::ui {

namespace {

constexpr double limitPlace = 0.9;
constexpr int barHeight = 8;

QColor fillColour(const GaugeState &state, const Colours &colours)
{
    if (state.stale)
        return colours.muted;
    if (state.tone == Tone::Warning)
        return colours.warningFill;
    return state.tone == Tone::Critical ? colours.criticalFill : colours.series;
}

} // namespace

Gauge::Gauge(QWidget *parent)
    : Painted(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMinimumWidth(48);
}

GaugeState Gauge::against(double value, double limit, Tone tone)
{
    GaugeState state{.mark = limitPlace, .tone = tone};
    state.filled = limit > 0 ? qBound(0.0, value / limit * limitPlace, 1.0) : 0;
    return state;
}

void Gauge::setState(const GaugeState &state, const QString &words)
{
    say(words);
    if (m_state == state)
        return;
    m_state = state;
    update();
}

void Gauge::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    if (layoutDirection() == Qt::RightToLeft) {
        painter.translate(width(), 0);
        painter.scale(-1, 1);
    }
    const QRectF bar(0, (height() - barHeight) / 2.0, width(), barHeight);
    if (m_state.unknown) {
        painter.setPen(QPen(colours.controlBorder, 1, Qt::DashLine));
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    }
    painter.fillRect(bar, colours.sunken);
    const QColor fill = fillColour(m_state, colours);
    const QRectF filled(bar.left(), bar.top(), bar.width() * m_state.filled, bar.height());
    painter.fillRect(filled, m_state.stale ? QBrush(fill, Qt::BDiagPattern) : QBrush(fill));
    if (m_state.projected && *m_state.projected > m_state.filled) {
        const QRectF ahead(filled.right(), bar.top(),
                           bar.width() * qMin(1.0, *m_state.projected) - filled.width(),
                           bar.height());
        painter.fillRect(ahead, QBrush(fill, Qt::BDiagPattern));
    }
    if (m_state.mark) {
        const double place = bar.left() + qMin(bar.width() - 2, bar.width() * *m_state.mark);
        painter.fillRect(QRectF(place, bar.top() - 3, 2, bar.height() + 6), colours.text);
    }
}

} // namespace understudy::ui
