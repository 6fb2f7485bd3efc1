// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"

#include <QWidget>

#include <vector>

class QLabel;

namespace understudy::ui {

class PoolCard;

/// Draws who gets the traffic: from the entry to each pool a line as thick as its share of the
/// counted answers, dashed when it gets none. Pools are child widgets; only the lines are painted.
class TrafficView : public QWidget
{
    Q_OBJECT
public:
    explicit TrafficView(QWidget *parent = nullptr);
    void setPools(const PoolsView &view);
    const std::vector<PoolCard *> &cards() const { return m_cards; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRect entryBox() const;
    int cardHeight() const;
    void place();

    PoolsView m_view;
    QLabel *m_entry;
    std::vector<PoolCard *> m_cards;
};

} // namespace understudy::ui
