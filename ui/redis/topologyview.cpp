// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/redis/topologyview.h"

#include "ui/parts/colours.h"
#include "ui/parts/text.h"

#include <QEvent>
#include <QLabel>
#include <QLayout>
#include <QPainter>
#include <QPainterPath>

namespace understudy::ui {

namespace {

constexpr int cardGap = 16;
constexpr int drop = 56;        ///< room for the lines between master and replicas
constexpr int sentinelGap = 24; ///< between the drawing and the Sentinels beside it

/// Card widths grow with the text, so that 200 % text still fits an address.
int cardWidth(const QWidget *widget)
{
    return widget->fontMetrics().horizontalAdvance(QStringLiteral("000.000.000.000:00000")) + 40;
}

int heightOf(const TopologyCard *card, int width)
{
    return card->layout()->hasHeightForWidth() ? card->heightForWidth(width)
                                               : card->sizeHint().height();
}

} // namespace

TopologyView::TopologyView(QWidget *parent)
    : QWidget(parent)
    , m_quorum(label({}, TextRole::Muted, this))
{
    m_quorum->setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

TopologyCard *TopologyView::cardAt(std::vector<TopologyCard *> &cards, size_t index)
{
    while (cards.size() <= index)
        cards.push_back(new TopologyCard(this));
    return cards[index];
}

void TopologyView::setTopology(const RedisTopology &topology)
{
    if (topology == m_topology && m_shownNodes > 0)
        return;
    m_topology = topology;
    m_links.clear();
    m_shownNodes = 0;
    QList<const RedisNode *> replicas;
    const RedisNode *master = nullptr;
    for (const RedisNode &node : m_topology.nodes) {
        if (!master && m_topology.isInMastersPlace(node))
            master = &node;
        else
            replicas << &node;
    }
    CardText unknown{.tone = Tone::Unknown,
                     .role = tr("master %1").arg(topology.masterName),
                     .address = tr("unknown")};
    if (topology.master)
        unknown.address = topology.master->text();
    cardAt(m_nodes, m_shownNodes++)->setCard(master ? nodeCard(m_topology, *master) : unknown);
    for (const RedisNode *replica : replicas) {
        TopologyCard *card = cardAt(m_nodes, m_shownNodes++);
        card->setCard(nodeCard(m_topology, *replica));
        m_links.push_back({card, replica->linkUp.value_or(false), replica->linkUp.has_value()});
    }
    m_shownSentinels = 0;
    for (const SentinelOpinion &sentinel : m_topology.sentinels)
        cardAt(m_sentinels, m_shownSentinels++)->setCard(sentinelCard(m_topology, sentinel));
    for (size_t i = m_shownNodes; i < m_nodes.size(); ++i)
        m_nodes[i]->hide();
    for (size_t i = m_shownSentinels; i < m_sentinels.size(); ++i)
        m_sentinels[i]->hide();
    setTextIfChanged(m_quorum, tr("Sentinels, %1").arg(quorumLine(m_topology)));
    const QString summary = topologySummary(m_topology);
    if (accessibleName() != summary)
        setAccessibleName(summary);
    updateGeometry();
    place();
    update();
}

QList<TopologyCard *> TopologyView::cards() const
{
    QList<TopologyCard *> shown;
    for (size_t i = 0; i < m_shownNodes; ++i)
        shown << m_nodes[i];
    for (size_t i = 0; i < m_shownSentinels; ++i)
        shown << m_sentinels[i];
    return shown;
}

int TopologyView::placeNodes(Placing &placing, int width) const
{
    if (m_shownNodes == 0)
        return 0;
    const int wanted = qMin(cardWidth(this), width);
    const int masterHeight = heightOf(m_nodes[0], wanted);
    placing.nodes.emplace_back((width - wanted) / 2, 0, wanted, masterHeight);
    const int replicas = int(m_shownNodes) - 1;
    if (replicas == 0)
        return masterHeight;
    const int columns = qBound(1, (width + cardGap) / (wanted + cardGap), replicas);
    int y = masterHeight + drop;
    for (int first = 0; first < replicas; first += columns) {
        const int inRow = qMin(columns, replicas - first);
        const int left = (width - inRow * wanted - (inRow - 1) * cardGap) / 2;
        int rowHeight = 0;
        for (int i = 0; i < inRow; ++i)
            rowHeight = qMax(rowHeight, heightOf(m_nodes[size_t(1 + first + i)], wanted));
        for (int i = 0; i < inRow; ++i)
            placing.nodes.emplace_back(left + i * (wanted + cardGap), y, wanted, rowHeight);
        y += rowHeight + cardGap;
    }
    return y - cardGap;
}

int TopologyView::placeSentinels(Placing &placing, QRect area) const
{
    placing.quorumAt = area.topLeft();
    int y = area.top() + m_quorum->heightForWidth(area.width()) + 8;
    const int wanted = qMin(cardWidth(this) + 16, area.width());
    const int columns =
        qBound(1, (area.width() + cardGap) / (wanted + cardGap), qMax(1, int(m_shownSentinels)));
    int rowHeight = 0;
    for (size_t i = 0; i < m_shownSentinels; ++i) {
        const int column = int(i) % columns;
        if (column == 0 && i > 0)
            y += rowHeight + 8;
        rowHeight = column == 0 ? 0 : rowHeight;
        const int height = heightOf(m_sentinels[i], wanted);
        rowHeight = qMax(rowHeight, height);
        placing.sentinels.emplace_back(area.left() + column * (wanted + cardGap), y, wanted,
                                       height);
    }
    return y + rowHeight;
}

TopologyView::Placing TopologyView::placingFor(int width) const
{
    Placing placing;
    const int card = cardWidth(this);
    const int beside = card + 16;
    if (width >= 2 * card + cardGap + sentinelGap + beside) {
        const int nodesWidth = width - beside - sentinelGap;
        const int nodes = placeNodes(placing, nodesWidth);
        const int sentinels =
            placeSentinels(placing, QRect(nodesWidth + sentinelGap, 0, beside, 0));
        placing.height = qMax(nodes, sentinels);
    } else {
        const int nodes = placeNodes(placing, width);
        placing.height = placeSentinels(placing, QRect(0, nodes + 24, width, 0));
    }
    return placing;
}

void TopologyView::place()
{
    const Placing placing = placingFor(width());
    for (size_t i = 0; i < placing.nodes.size(); ++i)
        m_nodes[i]->setGeometry(placing.nodes[i]);
    for (size_t i = 0; i < placing.sentinels.size(); ++i)
        m_sentinels[i]->setGeometry(placing.sentinels[i]);
    const int room = width() - placing.quorumAt.x();
    m_quorum->setGeometry(QRect(placing.quorumAt, QSize(room, m_quorum->heightForWidth(room))));
}

int TopologyView::heightForWidth(int width) const
{
    return placingFor(width).height;
}

QSize TopologyView::sizeHint() const
{
    const int width = 3 * cardWidth(this) + cardGap + sentinelGap + 32;
    return {width, placingFor(width).height};
}

QSize TopologyView::minimumSizeHint() const
{
    return {cardWidth(this) + 32, placingFor(qMax(width(), cardWidth(this) + 32)).height};
}

void TopologyView::resizeEvent(QResizeEvent *)
{
    place();
    updateGeometry();
}

bool TopologyView::event(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LayoutRequest) {
        place();
        updateGeometry();
    }
    return QWidget::event(event);
}

void TopologyView::paintLink(QPainter &painter, const Link &link) const
{
    const Colours &colours = coloursOf(this);
    const QRect from = m_nodes[0]->geometry();
    const QRect to = link.replica->geometry();
    const bool fault = link.known && link.replica->text().tone == Tone::Warning;
    const QColor colour = link.up ? colours.series : fault ? colours.warning : colours.muted;
    painter.setPen(QPen(colour, 2, link.up ? Qt::SolidLine : Qt::DashLine, Qt::RoundCap));
    QPainterPath path(QPointF(from.center().x(), from.bottom()));
    const int bus = from.bottom() + drop / 2;
    const bool firstRow = to.top() <= from.bottom() + drop + 1;
    const bool oneRow = m_links.back().replica->geometry().top() <= from.bottom() + drop + 1;
    if (oneRow) {
        path.lineTo(to.center().x(), to.top());
    } else if (firstRow) {
        path.lineTo(from.center().x(), bus);
        path.lineTo(to.center().x(), bus);
        path.lineTo(to.center().x(), to.top());
    } else {
        // Past the first row the line runs in the cardGap left of its card.
        path.lineTo(from.center().x(), bus);
        path.lineTo(to.left() - cardGap / 2, bus);
        path.lineTo(to.left() - cardGap / 2, to.center().y());
        path.lineTo(to.left(), to.center().y());
    }
    painter.drawPath(path);
}

void TopologyView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Link &link : m_links)
        paintLink(painter, link);
}

} // namespace understudy::ui
