// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/painted.h"
#include "ui/parts/trend.h"

#include <QList>

#include <optional>

class QCategoryAxis;
class QChart;
class QChartView;
class QLineSeries;
class QValueAxis;

namespace understudy::ui {

/// Curves over time on Qt Charts, at most a least and a most for each pixel, broken where nothing
/// was known. Curves differ by their stroke as well as by their shade. The time axis is in UTC.
class TrendChart : public Painted
{
    Q_OBJECT
public:
    /// `name` is the accessible name's beginning; `unit` stands on the value axis ("" for counts).
    TrendChart(const QString &name, const QString &unit, QWidget *parent = nullptr);
    void setWindow(qint64 from, qint64 to);                   ///< milliseconds since the epoch
    void setTrend(const QString &series, const Trend &trend); ///< adds the series when it is new
    /// Moments that explain a change ("green runs a1b2c3"); those in the window are drawn, the newest eight.
    void setMarks(const QList<TrendMark> &marks);
    void setLimit(std::optional<double> limit);               ///< a line that should not be passed
    int plotWidth() const; ///< pixels: how finely history need be asked
    void finish();         ///< after the last setTrend of a refresh: scales the axes and draws once
    QSize sizeHint() const override { return {320, 160}; }
    QSize minimumSizeHint() const override { return {160, 88}; }

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Curve
    {
        QString name;
        Trend trend;
        QList<QLineSeries *> pieces; ///< one for each unbroken stretch
    };
    void restyle();
    void drawCurve(Curve &curve);
    void scaleAxes();
    void drawMarks(double top);

    QString m_name, m_unit;
    QChart *m_chart;
    QChartView *m_view;
    QCategoryAxis *m_time;
    QValueAxis *m_value;
    QLineSeries *m_limitLine;
    std::optional<double> m_limit;
    QList<TrendMark> m_marks;
    QList<QLineSeries *> m_markLines;
    QList<Curve> m_curves; ///< in the order in which they came: the first has the plainest stroke
    qint64 m_from = 0, m_to = 1;
};

} // namespace understudy::ui
