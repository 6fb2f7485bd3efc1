// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/painted.h"
#include "ui/parts/tone.h"

#include <optional>

namespace understudy::ui {

/// A bar that is filled from the leading edge. All figures are parts of its whole length, 0 to 1.
struct GaugeState
{
    double filled = 0;
    std::optional<double> projected; ///< where it is expected to end: hatched from `filled` to here
    std::optional<double> mark;      ///< a limit
    Tone tone = Tone::Plain;
    bool stale = false;   ///< hatched and grey: too old to believe
    bool unknown = false; ///< an empty, dashed frame
    bool operator==(const GaugeState &) const = default;
};

class Gauge : public Painted
{
    Q_OBJECT
public:
    explicit Gauge(QWidget *parent = nullptr);
    void setState(const GaugeState &state, const QString &words);
    const GaugeState &state() const { return m_state; }
    QSize sizeHint() const override { return {104, 16}; }

    /// Places `value` so that a limit stands at nine tenths of the bar.
    static GaugeState against(double value, double limit, Tone tone);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    GaugeState m_state;
};

} // namespace understudy::ui
