// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/stepsign.h"

#include <QPainter>
#include <QPainterPath>

namespace understudy::ui {

namespace {

/// A path in a 16 × 16 box, and whether it is filled or drawn as a line.
struct Shape
{
    QPainterPath path;
    bool filled = false;
};

QPainterPath stroke(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    bool first = true;
    for (const QPointF &point : points) {
        if (first)
            path.moveTo(point);
        else
            path.lineTo(point);
        first = false;
    }
    return path;
}

/// A letter-like mark inside a ring would blur at 16 px; each mark stands alone.
QPainterPath questionMark()
{
    QPainterPath path;
    path.moveTo(5, 5.5);
    path.cubicTo(5, 1, 11.5, 1, 11.2, 5.2);
    path.cubicTo(11, 7.8, 8, 7.6, 8, 10.4);
    path.addEllipse(QPointF(8, 13.6), 0.5, 0.5);
    return path;
}

QPainterPath exclamationMark()
{
    QPainterPath path = stroke({{8, 5.6}, {8, 9.6}});
    path.addEllipse(QPointF(8, 12), 0.4, 0.4);
    path.addPath(stroke({{8, 1.8}, {15, 14.4}, {1, 14.4}, {8, 1.8}}));
    return path;
}

/// An arrow that jumps over a dot: what was left out.
QPainterPath hop()
{
    QPainterPath path;
    path.moveTo(2, 10.5);
    path.cubicTo(3.5, 2.5, 11, 2.5, 13, 9.5);
    path.addPath(stroke({{9.6, 8.6}, {13.2, 10}, {14.6, 6.4}}));
    path.addEllipse(QPointF(7.6, 11.8), 0.9, 0.9);
    return path;
}

/// An arrow that turns round.
QPainterPath turnBack()
{
    QPainterPath path;
    path.moveTo(4, 13.4);
    path.lineTo(10, 13.4);
    path.cubicTo(15.4, 13.4, 15.4, 5.6, 10, 5.6);
    path.lineTo(2.6, 5.6);
    path.addPath(stroke({{6, 2.2}, {2.4, 5.6}, {6, 9}}));
    return path;
}

QPainterPath circle(qreal radius)
{
    QPainterPath path;
    path.addEllipse(QPointF(8, 8), radius, radius);
    return path;
}

Shape shapeOf(StepState state)
{
    switch (state) {
    case StepState::Waiting:
        return {circle(5), false};
    case StepState::Current:
        return {stroke({{3.5, 2}, {14, 8}, {3.5, 14}, {3.5, 2}}), true};
    case StepState::Acting: {
        QPainterPath path = stroke({{2, 3}, {8, 8}, {2, 13}, {2, 3}});
        path.addPath(stroke({{8, 3}, {14, 8}, {8, 13}, {8, 3}}));
        return {path, true};
    }
    case StepState::Proving: {
        QPainterPath path;
        path.addEllipse(QPointF(6.6, 6.6), 4.4, 4.4);
        path.addPath(stroke({{10, 10}, {14.2, 14.2}}));
        return {path, false};
    }
    case StepState::Done:
        return {stroke({{2.5, 8.5}, {6.4, 12.6}, {13.6, 3.4}}), false};
    case StepState::Skipped:
        return {hop(), false};
    case StepState::Overridden:
        return {exclamationMark(), false};
    case StepState::Failed: {
        QPainterPath path = stroke({{3.4, 3.4}, {12.6, 12.6}});
        path.addPath(stroke({{12.6, 3.4}, {3.4, 12.6}}));
        return {path, false};
    }
    case StepState::Unknown:
        return {questionMark(), false};
    case StepState::Undone:
        return {turnBack(), false};
    }
    return {};
}

} // namespace

void StepSign::paint(QPainter &painter, const QRectF &square, const QColor &colour) const
{
    const Shape shape = shapeOf(state);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(square.topLeft());
    painter.scale(square.width() / 16, square.height() / 16);
    painter.setPen(
        QPen(colour, shape.filled ? 1.2 : 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(shape.filled ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawPath(shape.path);
    painter.restore();
}

} // namespace understudy::ui
