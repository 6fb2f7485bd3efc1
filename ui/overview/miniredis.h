// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redistopology.h"
#include "ui/parts/painted.h"

#include <optional>

namespace understudy::ui {

/// The topology at a glance: master, replicas with their gap, and each Sentinel's opinion.
class MiniRedis : public Painted
{
    Q_OBJECT
public:
    explicit MiniRedis(QWidget *parent = nullptr);
    void setTopology(const std::optional<RedisTopology> &topology, bool stale);
    QSize sizeHint() const override { return {320, 190}; }
    QSize minimumSizeHint() const override { return {240, 150}; }

    static QString words(const RedisTopology &topology);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintNode(QPainter &painter, const QRectF &box, const RedisNode &node,
                   bool isMaster) const;
    void paintSentinels(QPainter &painter, const QRectF &room) const;
    void paintSentinelLine(QPainter &painter,
                           const QRectF &room) const; ///< where there is no room for each

    std::optional<RedisTopology> m_topology;
    bool m_stale = false;
};

} // namespace understudy::ui
