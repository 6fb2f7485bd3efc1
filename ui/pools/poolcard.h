// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"

#include <QFrame>

class QLabel;

namespace understudy::ui {

/// A pool in the traffic drawing, told by letter, shape and word. The live one has the heavier
/// frame.
class PoolCard : public QFrame
{
    Q_OBJECT
public:
    PoolCard(int place,
             QWidget *parent); ///< place: its position in the plan, which gives the shape
    void setPool(const PoolsView &view, int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    QString m_shape;
    bool m_live = false;
    bool m_down = false;
    QLabel *m_name;
    QLabel *m_share;
    QLabel *m_detail;
};

} // namespace understudy::ui
