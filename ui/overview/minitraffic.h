// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"
#include "ui/parts/painted.h"

#include <optional>

namespace understudy::ui {

/// "■ B" for blue, "□ G" for green: pools are told by letter, shape and word, never by colour.
QString poolSign(const QString &colour, bool serving);

/// Who gets the users' traffic, by counted answers: the wider the line, the more of them.
class MiniTraffic : public Painted
{
    Q_OBJECT
public:
    explicit MiniTraffic(QWidget *parent = nullptr);
    void setPools(const std::optional<PoolsView> &pools, bool stale);
    QSize sizeHint() const override { return {320, 170}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

    static QString words(const PoolsView &pools);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintPool(QPainter &painter, const QRectF &box, const PoolView &pool) const;

    std::optional<PoolsView> m_pools;
    bool m_stale = false;
};

} // namespace understudy::ui
