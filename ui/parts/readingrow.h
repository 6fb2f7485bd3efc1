// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/reading.h"
#include "ui/parts/painted.h"
#include "ui/parts/trend.h"

#include <optional>

class QLabel;

namespace understudy::ui {

class AgeLabel;
class ElidedLabel;
class Gauge;
class Sparkline;
class Ticker;

/// One reading: name, value, a bar against its limit or a short curve, and its age. Source and time
/// come on hover and to a screen reader. Too old to believe: hatched and grey; older still:
/// "unknown". It takes the keyboard focus, and Ctrl+C copies it.
class ReadingRow : public Painted
{
    Q_OBJECT
public:
    ReadingRow(const Ticker &ticker, const QString &name, QWidget *parent = nullptr);
    /// Null: the source has no such reading yet; shown as unknown.
    void setReading(const Reading *reading);
    /// Shown instead of the reading's own text: "41 s old", "38 of 100".
    void setValueText(const QString &text);
    /// A limit other than the normal range's upper end, for the bar.
    void setLimit(std::optional<double> limit);
    void setTrend(const Trend &trend);
    QString copyText() const;
    ReadingState shownState() const { return m_shown; }
    QString description() const override;
    QAccessible::Role spokenRole() const override { return QAccessible::Grouping; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void refresh(const QDateTime &now);
    void showBar(const QDateTime &now);
    QString valueText() const;

    const Ticker &m_ticker;
    QString m_name;
    std::optional<Reading> m_reading;
    QString m_valueText;
    std::optional<double> m_limit;
    ReadingState m_shown = ReadingState::Unknown;
    ElidedLabel *m_label;
    QLabel *m_value;
    Gauge *m_gauge;
    Sparkline *m_sparkline;
    AgeLabel *m_age;
};

} // namespace understudy::ui
