// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/elidedbutton.h"

#include "ui/parts/text.h"

#include <QStyle>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace understudy::ui {

ElidedButton::ElidedButton(const QString &kind, QWidget *parent)
    : QPushButton(parent)
{
    setAutoDefault(false);
    setStyleProperty(this, "kind", kind);
}

void ElidedButton::setWhole(const QString &text)
{
    if (this->text() == text)
        return;
    setText(text);
    setToolTip(text);
}

QSize ElidedButton::minimumSizeHint() const
{
    return {grid(10), QPushButton::minimumSizeHint().height()};
}

void ElidedButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    const int room = style()->subElementRect(QStyle::SE_PushButtonContents, &option, this).width();
    option.text = fontMetrics().elidedText(text(), Qt::ElideRight, room);
    painter.drawControl(QStyle::CE_PushButton, option);
}

} // namespace understudy::ui
