// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QColor>
#include <QRectF>

class QPainter;

namespace understudy::ui {

/// Draws the sign of a step's state into a square. Every state has a shape of its own, so that a
/// grey picture tells them apart; the colour only repeats it. Drawn, not typed: no font has all of
/// them.
struct StepSign
{
    StepState state = StepState::Waiting;
    void paint(QPainter &painter, const QRectF &square, const QColor &colour) const;
};

} // namespace understudy::ui
