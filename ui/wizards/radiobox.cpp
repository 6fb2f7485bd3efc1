// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/radiobox.h"

#include "ui/parts/colours.h"

#include <QPainter>

namespace understudy::ui {

namespace {

constexpr int ringInset = 4, ringGap = 8;

int ringSide(const QWidget *widget)
{
    return widget->fontMetrics().height();
}

} // namespace

RadioBox::RadioBox(const QString &text, QWidget *parent)
    : QRadioButton(text, parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

int RadioBox::wordsFrom() const
{
    return ringInset + ringSide(this) + ringGap;
}

QSize RadioBox::sizeHint() const
{
    return {wordsFrom() + fontMetrics().horizontalAdvance(text()) + 2 * ringInset,
            qMax(24, ringSide(this) + 2 * ringInset)};
}

void RadioBox::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(window());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int side = ringSide(this);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int left = mirrored ? width() - ringInset - side : ringInset;
    const QRectF ring(left + 0.5, (height() - side) / 2 + 0.5, side - 1, side - 1);
    painter.setPen(QPen(colours.controlBorder, 1.5));
    painter.setBrush(colours.sunken);
    painter.drawEllipse(ring);
    if (isChecked()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.act);
        const double in = side * 0.25;
        painter.drawEllipse(ring.adjusted(in, in, -in, -in));
    }
    painter.setPen(isEnabled() ? colours.text : colours.muted);
    const QRect words =
        mirrored ? QRect(0, 0, left - ringGap, height()) : QRect(wordsFrom(), 0, width(), height());
    painter.drawText(words, Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft), text());
    if (hasFocus()) {
        painter.setPen(QPen(colours.focus, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

} // namespace understudy::ui
