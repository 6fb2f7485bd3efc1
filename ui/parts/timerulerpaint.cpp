// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// The looks of TimeRuler. Where things stand is found when something changed, not for each frame.
#include "ui/parts/colours.h"
#include "ui/parts/text.h"
#include "ui/parts/timeruler.h"

#include <QPainter>

namespace understudy::ui {

namespace {

constexpr int flagPadding = 6;
constexpr qint64 dayLong = 86'400'000;

QStaticText laidOut(const QString &text, const QFont &font)
{
    QStaticText words(text);
    words.setTextFormat(Qt::PlainText);
    words.prepare({}, font);
    return words;
}

/// Quiet: on a good day it is the largest thing on the page.
QColor keptColour(const Colours &colours)
{
    const auto middle = [](int a, int b) { return (a + b) / 2; };
    return {middle(colours.series.red(), colours.panel.red()),
            middle(colours.series.green(), colours.panel.green()),
            middle(colours.series.blue(), colours.panel.blue())};
}

/// Each kind has a shape of its own; only an incident has a colour.
void paintMark(QPainter &painter, RulerMark::Kind kind, const QPointF &at, double size,
               const Colours &colours)
{
    const double half = size / 2;
    painter.setPen(QPen(kind == RulerMark::Kind::Incident ? colours.warning : colours.text, 1.5));
    painter.setBrush(Qt::NoBrush);
    switch (kind) {
    case RulerMark::Kind::Dump:
        painter.drawRect(QRectF(at.x() - half, at.y() - half, size, size));
        return;
    case RulerMark::Kind::Deployment:
        painter.drawPolygon(QPolygonF{{at.x(), at.y() - half - 1},
                                      {at.x() + half + 1, at.y()},
                                      {at.x(), at.y() + half + 1},
                                      {at.x() - half - 1, at.y()}});
        return;
    case RulerMark::Kind::Incident:
        painter.setBrush(colours.warningFill);
        painter.drawPolygon(QPolygonF{{at.x(), at.y() - half},
                                      {at.x() + half, at.y() + half},
                                      {at.x() - half, at.y() + half}});
    }
}

} // namespace

double TimeRuler::edge() const
{
    // Half a flag must fit beyond either end; the zone's name stands in the far one.
    return fontMetrics().horizontalAdvance(QStringLiteral("UTC")) + grid(1);
}

TimeRuler::Lanes TimeRuler::lanes() const
{
    const int line = fontMetrics().height();
    Lanes lanes;
    lanes.flags = 4;
    lanes.bar = lanes.flags + line + grid(1);
    lanes.barHeight = line + 4;
    lanes.ticks = lanes.bar + lanes.barHeight + grid(1);
    return lanes;
}

QSize TimeRuler::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 80, minimumSizeHint().height()};
}

QSize TimeRuler::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 30, lanes().ticks + fontMetrics().height() + 4};
}

void TimeRuler::layOut()
{
    if (!m_dirty)
        return;
    m_dirty = false;
    m_scale.setRoom(edge(), width() - 2 * edge(), layoutDirection() == Qt::RightToLeft);
    m_zone = laidOut(QStringLiteral("UTC"), font());
    m_nowWords = laidOut(tr("now"), font());
    m_barWords = laidOut(m_window.latest.isValid() ? tr("can be restored")
                                                   : tr("what can be restored is not known"),
                         font());
    m_flag = m_moment.isValid()
                 ? laidOut(m_moment.toUTC().toString(m_scale.span() > dayLong
                                                         ? QStringLiteral("MM-dd HH:mm:ss")
                                                         : QStringLiteral("HH:mm:ss")),
                           font())
                 : QStaticText();
    m_ticks.clear();
    const double widest = fontMetrics().horizontalAdvance(QStringLiteral("00:00:00")) + grid(2);
    for (const RulerScale::Tick &tick : m_scale.ticks(widest)) {
        Placed placed{.x = std::round(m_scale.place(tick.at)),
                      .words = laidOut(tick.words, font())};
        placed.wordsAt = placed.x - placed.words.size().width() / 2;
        m_ticks.append(placed);
    }
    layOutMarks();
}

double TimeRuler::flagWidth() const
{
    return m_flag.size().width() + 2 * flagPadding;
}

/// Where the word "now" begins: on the later side of its line.
double TimeRuler::nowLeft() const
{
    const double x = m_scale.place(m_now.toMSecsSinceEpoch());
    const double wide = m_nowWords.size().width();
    const double left = layoutDirection() == Qt::RightToLeft ? x - wide - 5 : x + 5;
    return qBound(2.0, left, qMax(2.0, width() - wide - 2));
}

QRectF TimeRuler::flagBox() const
{
    if (!m_moment.isValid())
        return {};
    const double x = m_scale.place(m_moment.toMSecsSinceEpoch());
    const double left = qBound(2.0, x - flagWidth() / 2, qMax(2.0, width() - flagWidth() - 2));
    return {std::round(left), double(lanes().flags), std::round(flagWidth()),
            double(fontMetrics().height() + 2)};
}

/// The newest mark finds room for its words first; words that would touch others stay away.
void TimeRuler::layOutMarks()
{
    m_placedMarks.clear();
    const double size = fontMetrics().height() * 0.6;
    QList<QRectF> taken{flagBox()};
    if (m_now.isValid()) {
        taken.append({nowLeft() - 8, 0, m_nowWords.size().width() + 10, 100});
    }
    for (auto mark = m_marks.crbegin(); mark != m_marks.crend(); ++mark) {
        const double x = std::round(m_scale.place(mark->at.toMSecsSinceEpoch()));
        if (x < edge() || x > width() - edge())
            continue;
        Placed placed{.x = x, .wordsAt = -1, .kind = mark->kind};
        const QString text = fontMetrics().elidedText(mark->label, Qt::ElideRight, grid(24));
        const double wide = fontMetrics().horizontalAdvance(text);
        const QRectF box(x - size, 0, wide + 2 * size + 6, 100);
        const bool free = std::none_of(taken.cbegin(), taken.cend(), [&box](const QRectF &other) {
            return box.left() < other.right() && other.left() < box.right();
        });
        if (free && box.right() < width()) {
            placed.wordsAt = x + size;
            placed.words = laidOut(text, font());
            taken.append(box);
        }
        m_placedMarks.append(placed);
    }
}

const RulerMark *TimeRuler::markAt(const QPointF &place) const
{
    const RulerMark *nearest = nullptr;
    double distance = grid(1);
    for (const RulerMark &mark : m_marks) {
        const double away = std::abs(m_scale.place(mark.at.toMSecsSinceEpoch()) - place.x());
        if (away <= distance) {
            distance = away;
            nearest = &mark;
        }
    }
    return nearest;
}

void TimeRuler::paintBar(QPainter &painter, const Colours &colours) const
{
    const Lanes at = lanes();
    const QRect whole(int(edge()), at.bar, width() - int(2 * edge()), at.barHeight);
    painter.fillRect(whole, colours.sunken);
    painter.fillRect(whole, QBrush(colours.controlBorder, Qt::BDiagPattern));
    painter.setFont(font());
    if (!m_window.latest.isValid()) {
        const QSizeF size = m_barWords.size();
        const QPointF middle(whole.center().x() - size.width() / 2,
                             whole.center().y() - size.height() / 2);
        painter.fillRect(QRectF(middle, size).adjusted(-6, 0, 6, 0), colours.ground);
        painter.setPen(colours.text);
        painter.drawStaticText(middle, m_barWords);
        return;
    }
    const qint64 first =
        m_window.earliest.isValid() ? m_window.earliest.toMSecsSinceEpoch() : m_scale.from();
    const double a = m_scale.place(first);
    const double b = m_scale.place(m_window.latest.toMSecsSinceEpoch());
    const int left = qBound(whole.left(), qRound(qMin(a, b)), whole.right());
    const int right = qBound(whole.left(), qRound(qMax(a, b)), whole.right() + 1);
    const QRect kept(left, whole.top(), qMax(1, right - left), whole.height());
    painter.fillRect(kept, keptColour(colours));
    painter.setPen(colours.text);
    paintBarWords(painter, kept);
    for (const QDateTime &end : {m_window.earliest, m_window.latest}) {
        const int x = end.isValid() ? qRound(m_scale.place(end.toMSecsSinceEpoch())) : -1;
        if (x >= whole.left() && x <= whole.right() + 1)
            painter.fillRect(QRect(x - 1, kept.top() - 3, 2, kept.height() + 6), colours.text);
    }
    // The arrival of WAL: a short tooth under the bar.
    const int wal = m_window.archived.isValid()
                        ? qRound(m_scale.place(m_window.archived.toMSecsSinceEpoch()))
                        : -1;
    if (wal >= whole.left() && wal <= whole.right())
        painter.fillRect(QRect(wal - 1, kept.bottom() + 2, 3, 5), colours.series);
}

/// At the beginning of the bar, or at its end while the handle stands there.
void TimeRuler::paintBarWords(QPainter &painter, const QRect &bar) const
{
    const double wide = m_barWords.size().width();
    const double y = bar.center().y() - m_barWords.size().height() / 2 + 1;
    const double first = bar.left() + grid(1), last = bar.right() - wide - grid(1);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const double handle = m_moment.isValid() ? m_scale.place(m_moment.toMSecsSinceEpoch()) : -1;
    for (const double x : {mirrored ? last : first, mirrored ? first : last}) {
        const bool covered = handle > x - bar.height() && handle < x + wide + bar.height();
        if (covered || x < first - 1)
            continue;
        painter.drawStaticText(QPointF(x, y), m_barWords);
        return;
    }
}

void TimeRuler::paintTicks(QPainter &painter, const Colours &colours) const
{
    const Lanes at = lanes();
    painter.setPen(colours.muted);
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const double zone = mirrored ? 4 : width() - m_zone.size().width() - 4;
    for (const Placed &tick : m_ticks) {
        painter.fillRect(QRectF(tick.x, at.bar + at.barHeight + 1, 1, 5), colours.controlBorder);
        const double right = tick.wordsAt + tick.words.size().width();
        const bool touchesZone =
            mirrored ? tick.wordsAt < zone + m_zone.size().width() + 6 : right > zone - 6;
        if (!touchesZone && tick.wordsAt >= 0 && right <= width())
            painter.drawStaticText(QPointF(tick.wordsAt, at.ticks), tick.words);
    }
    painter.drawStaticText(QPointF(zone, at.ticks), m_zone);
}

void TimeRuler::paintMarks(QPainter &painter, const Colours &colours) const
{
    const Lanes at = lanes();
    const double middle = at.flags + fontMetrics().height() / 2.0 + 1;
    for (const Placed &mark : m_placedMarks) {
        painter.fillRect(QRectF(mark.x, middle, 1, at.bar - middle),
                         mark.kind == RulerMark::Kind::Incident ? colours.warning : colours.muted);
        painter.setRenderHint(QPainter::Antialiasing);
        paintMark(painter, mark.kind, {mark.x + 0.5, middle}, fontMetrics().height() * 0.6,
                  colours);
        painter.setRenderHint(QPainter::Antialiasing, false);
        if (mark.wordsAt < 0)
            continue;
        painter.setPen(colours.muted);
        painter.drawStaticText(QPointF(mark.wordsAt, at.flags + 1), mark.words);
    }
}

void TimeRuler::paintNow(QPainter &painter, const Colours &colours) const
{
    if (!m_now.isValid())
        return;
    const Lanes at = lanes();
    const int x = qRound(m_scale.place(m_now.toMSecsSinceEpoch()));
    if (x < edge() || x > width() - edge() + 1)
        return;
    painter.setPen(QPen(colours.muted, 1, Qt::DashLine));
    painter.drawLine(x, at.flags, x, at.bar + at.barHeight + 3);
    const double fitting = nowLeft();
    if (QRectF(fitting - 4, at.flags, m_nowWords.size().width() + 8, 1).intersects(flagBox()))
        return;
    painter.setPen(colours.muted);
    painter.drawStaticText(QPointF(fitting, at.flags + 1), m_nowWords);
}

void TimeRuler::paintHandle(QPainter &painter, const Colours &colours) const
{
    if (!m_moment.isValid())
        return;
    const Lanes at = lanes();
    const int x = qRound(m_scale.place(m_moment.toMSecsSinceEpoch()));
    if (x < edge() - 1 || x > width() - edge() + 1)
        return;
    const QRectF flag = flagBox();
    const int bottom = at.bar + at.barHeight + 4;
    painter.fillRect(QRect(x - 3, at.bar - 4, 6, bottom - at.bar + 4), colours.ground);
    painter.fillRect(QRect(x - 1, int(flag.bottom()), 2, bottom - int(flag.bottom())), colours.act);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.act);
    painter.drawRoundedRect(flag, 3, 3);
    const double grip = at.barHeight / 2.0 - 2;
    painter.setPen(QPen(colours.ground, 2));
    painter.drawEllipse(QPointF(x, at.bar + at.barHeight / 2.0), grip, grip);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(colours.actText);
    painter.drawStaticText(QPointF(flag.left() + flagPadding, flag.top() + 1), m_flag);
}

void TimeRuler::paintEvent(QPaintEvent *)
{
    layOut();
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    painter.setFont(font());
    paintBar(painter, colours);
    paintTicks(painter, colours);
    paintMarks(painter, colours);
    paintNow(painter, colours);
    paintHandle(painter, colours);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colours.focus, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

} // namespace understudy::ui
