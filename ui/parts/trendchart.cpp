// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/trendchart.h"

#include "core/base/quantity.h"
#include "ui/parts/colours.h"

#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QDateTime>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QValueAxis>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace understudy::ui {

namespace {

/// The next of 1, 2, 4, 6, 10 times a power of ten: its half is round too.
double roundTop(double most)
{
    if (most <= 0)
        return 1;
    const double power = std::pow(10.0, std::floor(std::log10(most)));
    for (const double step : {1.0, 2.0, 4.0, 6.0, 10.0}) {
        if (most * 1.02 <= step * power)
            return step * power;
    }
    return 20 * power;
}

} // namespace

TrendChart::TrendChart(const QString &name, const QString &unit, QWidget *parent)
    : Painted(parent)
    , m_name(name)
    , m_unit(unit)
    , m_chart(new QChart)
    , m_view(new QChartView(m_chart, this))
    , m_time(new QCategoryAxis(m_chart))
    , m_value(new QValueAxis(m_chart))
    , m_limitLine(new QLineSeries(m_chart))
{
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_view->setAccessibleName(name);
    m_view->viewport()->setAccessibleName(name);
    m_view->viewport()->setFocusPolicy(Qt::NoFocus);
    m_view->setViewportUpdateMode(QGraphicsView::SmartViewportUpdate);
    m_view->setBackgroundBrush(Qt::NoBrush);
    m_view->viewport()->setAutoFillBackground(false);
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->setMargins(QMargins(0, 0, 20, 0)); // half of the last time stands beyond the axis
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setBackgroundVisible(false);
    m_chart->setBackgroundRoundness(0);
    m_chart->legend()->hide();
    m_chart->legend()->setAlignment(Qt::AlignTop);
    m_time->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_time->setGridLineVisible(false);
    m_value->setTickCount(3);
    m_chart->addAxis(m_time, Qt::AlignBottom);
    m_chart->addAxis(m_value, Qt::AlignLeft);
    m_chart->addSeries(m_limitLine);
    m_limitLine->attachAxis(m_time);
    m_limitLine->attachAxis(m_value);
    QVBoxLayout *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_view);
    say(tr("%1: no history yet").arg(name));
    restyle();
}

void TrendChart::setWindow(qint64 from, qint64 to)
{
    m_from = from;
    m_to = qMax(from + 1, to);
}

void TrendChart::setTrend(const QString &series, const Trend &trend)
{
    const auto found = std::find_if(m_curves.begin(), m_curves.end(), [&series](const Curve &one) { return one.name == series; });
    if (found != m_curves.end())
        found->trend = trend;
    else
        m_curves.append({.name = series, .trend = trend, .pieces = {}});
}

void TrendChart::setMarks(const QList<TrendMark> &marks)
{
    m_marks = marks;
}

void TrendChart::drawMarks(double top)
{
    constexpr qsizetype mostMarks = 8;
    QList<TrendMark> shown;
    for (const TrendMark &mark : std::as_const(m_marks)) {
        if (mark.at >= m_from && mark.at < m_to)
            shown.append(mark);
    }
    shown = shown.mid(qMax<qsizetype>(0, shown.size() - mostMarks));
    while (m_markLines.size() < shown.size()) {
        QLineSeries *line = new QLineSeries(m_chart);
        m_chart->addSeries(line);
        line->attachAxis(m_time);
        line->attachAxis(m_value);
        m_markLines.append(line);
    }
    QStringList words;
    for (qsizetype i = 0; i < m_markLines.size(); ++i) {
        if (i >= shown.size()) {
            m_markLines[i]->replace(QList<QPointF>{});
            continue;
        }
        m_markLines[i]->replace(QList<QPointF>{{double(shown[i].at), 0}, {double(shown[i].at), top}});
        words << QDateTime::fromMSecsSinceEpoch(shown[i].at, Qt::UTC).toString(QStringLiteral("HH:mm:ss ")) + shown[i].text;
    }
    setToolTip(words.join(QLatin1Char('\n')));
}

void TrendChart::setLimit(std::optional<double> limit)
{
    m_limit = limit;
}

int TrendChart::plotWidth() const
{
    return qMax(32, int(m_chart->plotArea().width()));
}

void TrendChart::finish()
{
    for (Curve &curve : m_curves)
        drawCurve(curve);
    scaleAxes();
    restyle();
    QStringList said;
    for (const Curve &curve : std::as_const(m_curves)) {
        const TrendRange range = rangeOf(curve.trend);
        said << (range.any
                     ? tr("%1 from %2 to %3 %4")
                           .arg(curve.name, numberText(range.least), numberText(range.most), m_unit)
                     : tr("%1: no history yet").arg(curve.name));
    }
    for (const QString &mark : toolTip().split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        said << mark;
    say(m_name + QStringLiteral(": ") + said.join(QStringLiteral("; ")).trimmed());
}

void TrendChart::drawCurve(Curve &curve)
{
    QList<QList<QPointF>> stretches{{}};
    for (const TrendPoint &point : decimated(curve.trend, m_from, m_to, plotWidth())) {
        if (point.gap) {
            if (!stretches.last().isEmpty())
                stretches.append(QList<QPointF>{});
            continue;
        }
        stretches.last().append(QPointF(double(point.at), point.most));
        if (point.least != point.most)
            stretches.last().append(QPointF(double(point.at), point.least));
    }
    while (curve.pieces.size() < stretches.size()) {
        QLineSeries *piece = new QLineSeries(m_chart);
        piece->setName(curve.name);
        m_chart->addSeries(piece);
        piece->attachAxis(m_time);
        piece->attachAxis(m_value);
        curve.pieces.append(piece);
    }
    for (int i = 0; i < curve.pieces.size(); ++i)
        curve.pieces[i]->replace(i < stretches.size() ? stretches[i] : QList<QPointF>{});
}

void TrendChart::scaleAxes()
{
    double most = m_limit.value_or(0);
    for (const Curve &curve : std::as_const(m_curves)) {
        const TrendRange range = rangeOf(curve.trend);
        most = range.any ? qMax(most, range.most) : most;
    }
    // Zero stays in view, and the top is a round figure, so that the axis rarely moves.
    const double top = roundTop(most);
    m_value->setRange(0, top);
    // Bytes, shares and the like have their own words; QValueAxis only knows printf.
    m_value->setLabelFormat(top < 1    ? QStringLiteral("%.2f")
                            : top < 10 ? QStringLiteral("%.1f")
                                       : QStringLiteral("%.0f"));
    m_value->setTitleText(m_unit);
    m_value->setTitleVisible(!m_unit.isEmpty());
    drawMarks(top);
    m_limitLine->replace(m_limit
                             ? QList<QPointF>{{double(m_from), *m_limit}, {double(m_to), *m_limit}}
                             : QList<QPointF>{});
    const QStringList before = m_time->categoriesLabels();
    for (const QString &one : before)
        m_time->remove(one);
    m_time->setRange(double(m_from), double(m_to));
    constexpr int marks = 3;
    for (int i = 0; i <= marks; ++i) {
        const qint64 at = m_from + (m_to - m_from) * i / marks;
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(at, Qt::UTC);
        const bool fine = m_to - m_from < 10 * 60'000;
        m_time->append(time.toString(fine ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm")),
                       double(at));
    }
}

void TrendChart::restyle()
{
    const Colours &colours = coloursOf(this);
    QFont small = font();
    small.setPixelSize(qMax(9, QFontInfo(font()).pixelSize() - 2));
    for (QAbstractAxis *axis :
         {static_cast<QAbstractAxis *>(m_time), static_cast<QAbstractAxis *>(m_value)}) {
        axis->setLabelsFont(small);
        axis->setLabelsColor(colours.muted);
        axis->setLinePen(QPen(colours.line, 1));
        axis->setGridLinePen(QPen(colours.line, 1));
        axis->setTitleFont(small);
        axis->setTitleBrush(colours.muted);
    }
    m_limitLine->setPen(QPen(colours.text, 1, Qt::DashDotLine));
    for (QLineSeries *mark : std::as_const(m_markLines))
        mark->setPen(QPen(colours.muted, 1, Qt::DashLine));
    static const Qt::PenStyle strokes[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine,
                                           Qt::DashDotDotLine};
    int index = 0;
    for (const Curve &curve : std::as_const(m_curves)) {
        for (QLineSeries *piece : curve.pieces)
            piece->setPen(
                QPen(index % 2 ? colours.seriesSoft : colours.series, 1.6, strokes[index % 4]));
        ++index;
    }
    m_chart->legend()->setVisible(m_curves.size() > 1);
    m_chart->legend()->setLabelColor(colours.muted);
    m_chart->legend()->setFont(small);
    m_chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    const QList<QLegendMarker *> markers = m_chart->legend()->markers();
    for (QLegendMarker *marker : markers) {
        bool first = false;
        for (const Curve &curve : std::as_const(m_curves))
            first = first || (!curve.pieces.isEmpty() && marker->series() == curve.pieces.first());
        marker->setVisible(first);
    }
}

void TrendChart::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        restyle();
    Painted::changeEvent(event);
}

void TrendChart::resizeEvent(QResizeEvent *event)
{
    Painted::resizeEvent(event);
    if (!m_curves.isEmpty())
        finish();
}

} // namespace understudy::ui
