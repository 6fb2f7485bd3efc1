// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/painted.h"

namespace understudy::ui {

/// How much of the recovery time objective is used. Beyond it the whole bar is critical and
/// hatched.
class RaceBar : public Painted
{
    Q_OBJECT
public:
    using Painted::Painted;
    void setUsed(double share, const QString &words); ///< share of the objective; above 1: missed
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_share = 0;
};

} // namespace understudy::ui
