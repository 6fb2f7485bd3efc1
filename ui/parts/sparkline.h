// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/painted.h"
#include "ui/parts/trend.h"

namespace understudy::ui {

/// A curve the size of a word: shape without axes, at most two points a pixel.
class Sparkline : public Painted
{
    Q_OBJECT
public:
    explicit Sparkline(QWidget *parent = nullptr);
    void setTrend(const Trend &trend, const QString &words);
    void setStale(bool stale);
    QSize sizeHint() const override { return {104, 16}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Trend m_trend;
    bool m_stale = false;
};

} // namespace understudy::ui
