// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/racebar.h"

#include "ui/parts/colours.h"

#include <QPainter>

namespace understudy::ui {

namespace {

constexpr double almost = 0.8; ///< of the objective: from here it is a warning
constexpr int thickness = 12;

} // namespace

void RaceBar::setUsed(double share, const QString &words)
{
    say(words);
    // A bar moves by pixels, not by seconds.
    const int before = int(m_share * width());
    const bool loudBefore = m_share >= almost;
    m_share = share;
    if (before != int(share * width()) || loudBefore != (share >= almost))
        update();
}

QSize RaceBar::sizeHint() const
{
    return {320, 24};
}

QSize RaceBar::minimumSizeHint() const
{
    return {64, 24};
}

void RaceBar::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    const QRect bar(0, (height() - thickness) / 2, width(), thickness);
    painter.fillRect(bar, colours.sunken);
    const bool missed = m_share > 1;
    QRect used = bar;
    used.setWidth(missed ? bar.width() : int(m_share * bar.width()));
    const QColor fill = missed              ? colours.criticalFill
                        : m_share >= almost ? colours.warningFill
                                            : colours.series;
    painter.fillRect(used, fill);
    if (missed)
        painter.fillRect(used, QBrush(colours.criticalFillText, Qt::BDiagPattern));
    const int mark = bar.left() + int(almost * bar.width());
    painter.fillRect(QRect(mark, bar.top() - 3, 2, thickness + 6), colours.text);
}

} // namespace understudy::ui
