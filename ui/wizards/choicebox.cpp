// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/choicebox.h"

#include "ui/parts/colours.h"
#include "ui/wizards/stepsign.h"

#include <QPainter>

namespace understudy::ui {

namespace {

constexpr int inset = 4;

int boxSide(const QWidget *widget)
{
    return widget->fontMetrics().height();
}

} // namespace

ChoiceBox::ChoiceBox(const QString &text, QWidget *parent)
    : QCheckBox(text, parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

QSize ChoiceBox::sizeHint() const
{
    const int side = boxSide(this);
    return {inset + side + 8 + fontMetrics().horizontalAdvance(text()) + inset + 4,
            side + 3 * inset};
}

void ChoiceBox::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(window());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int side = boxSide(this);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int left = mirrored ? width() - inset - side : inset;
    const QRectF box(left + 0.5, (height() - side) / 2 + 0.5, side - 1, side - 1);
    painter.setPen(QPen(colours.controlBorder, 1.5));
    painter.setBrush(isChecked() ? colours.act : colours.sunken);
    painter.drawRoundedRect(box, 3, 3);
    if (isChecked())
        StepSign{StepState::Done}.paint(painter, box.adjusted(2, 2, -2, -2), colours.actText);
    painter.setPen(isEnabled() ? colours.text : colours.muted);
    const QRect words =
        mirrored ? QRect(0, 0, left - 8, height()) : QRect(left + side + 8, 0, width(), height());
    painter.drawText(words, Qt::AlignVCenter | (mirrored ? Qt::AlignRight : Qt::AlignLeft), text());
    if (hasFocus()) {
        painter.setPen(QPen(colours.focus, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

} // namespace understudy::ui
