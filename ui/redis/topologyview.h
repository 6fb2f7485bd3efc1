// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/redis/topologycard.h"

#include <QWidget>

#include <vector>

namespace understudy::ui {

/// Draws master, replicas and Sentinels. Cards are child widgets; only the lines between them are
/// painted: solid where a replica's link is up, dashed where it is down or not known.
/// Its accessible name is the whole drawing in sentences. Grows in height as its width demands.
class TopologyView : public QWidget
{
    Q_OBJECT
public:
    explicit TopologyView(QWidget *parent = nullptr);
    void setTopology(const RedisTopology &topology);
    QList<TopologyCard *> cards() const; ///< in reading order, the shown ones
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Link
    {
        TopologyCard *replica = nullptr;
        bool up = false;
        bool known = false;
    };
    /// Where everything goes for a width; positions are applied only by `place`.
    struct Placing
    {
        std::vector<QRect> nodes, sentinels;
        QPoint quorumAt;
        int height = 0;
    };
    Placing placingFor(int width) const;
    int placeNodes(Placing &placing, int width) const;
    int placeSentinels(Placing &placing, QRect area) const;
    void place();
    void paintLink(QPainter &painter, const Link &link) const;
    TopologyCard *cardAt(std::vector<TopologyCard *> &cards, size_t index);

    RedisTopology m_topology;
    std::vector<TopologyCard *> m_nodes; ///< master (or the place of an unknown one) first
    std::vector<TopologyCard *> m_sentinels;
    size_t m_shownNodes = 0;
    size_t m_shownSentinels = 0;
    std::vector<Link> m_links;
    QLabel *m_quorum;
};

} // namespace understudy::ui
