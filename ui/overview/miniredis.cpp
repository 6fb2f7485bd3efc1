// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/miniredis.h"

#include "core/base/quantity.h"
#include "ui/parts/colours.h"
#include "ui/parts/tone.h"

#include <QPainter>

namespace understudy::ui {

namespace {

QString roleWords(const RedisTopology &topology, const RedisNode &node, bool isMaster)
{
    if (isMaster)
        return topology.masterName;
    if (!node.answers)
        return MiniRedis::tr("replica, silent");
    if (node.linkUp && !*node.linkUp)
        return MiniRedis::tr("replica, no link");
    return node.gap ? MiniRedis::tr("replica, gap %1").arg(bytesText(double(*node.gap)))
                    : MiniRedis::tr("replica");
}

QString opinion(const SentinelOpinion &sentinel)
{
    if (!sentinel.answers)
        return MiniRedis::tr("silent");
    return sentinel.saysDown() ? MiniRedis::tr("says down") : MiniRedis::tr("says up");
}

/// What tells addresses apart: ports on one machine, hosts on several.
QString shortAddress(const Endpoint &address, bool oneHost)
{
    return oneHost ? QStringLiteral(":%1").arg(address.port) : address.host;
}

} // namespace

MiniRedis::MiniRedis(QWidget *parent)
    : Painted(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    say(tr("Redis topology: not seen yet"));
}

void MiniRedis::setTopology(const std::optional<RedisTopology> &topology, bool stale)
{
    // Offsets and times change with every look; only what is shown is worth a repaint.
    const QString said = topology ? words(*topology) : tr("Redis topology: not seen yet");
    const bool same = said == accessibleName() && m_stale == stale &&
                      m_topology.has_value() == topology.has_value();
    m_topology = topology;
    m_stale = stale;
    if (same)
        return;
    say(said);
    update();
}

QString MiniRedis::words(const RedisTopology &topology)
{
    QStringList said;
    for (const RedisNode &node : topology.nodes) {
        const bool isMaster = topology.isInMastersPlace(node);
        said << (isMaster
                     ? tr("master %1 %2")
                           .arg(node.address.text(), node.answers ? tr("answers") : tr("silent"))
                     : tr("%1 %2").arg(roleWords(topology, node, false), node.address.text()));
    }
    for (const SentinelOpinion &sentinel : topology.sentinels)
        said << tr("Sentinel %1 %2").arg(sentinel.address.text(), opinion(sentinel));
    if (!topology.sentinels.isEmpty())
        said << tr("quorum %1").arg(topology.sentinels.first().quorum);
    return topology.masterName + QStringLiteral(": ") + said.join(QStringLiteral("; "));
}

void MiniRedis::paintNode(QPainter &painter, const QRectF &box, const RedisNode &node,
                          bool isMaster) const
{
    const Colours &colours = coloursOf(this);
    const bool down = !node.answers;
    const bool critical = down && isMaster && !m_stale;
    const bool warning = !isMaster && (down || (node.linkUp && !*node.linkUp)) && !m_stale;
    painter.setPen(QPen(critical               ? colours.critical
                        : warning              ? colours.warning
                        : isMaster && !m_stale ? colours.text
                                               : colours.controlBorder,
                        critical || (isMaster && !m_stale) ? 2 : 1,
                        m_stale ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(critical  ? colours.criticalGround
                     : m_stale ? QBrush(colours.line, Qt::BDiagPattern)
                               : QBrush(colours.raised));
    painter.drawRoundedRect(box, 4, 4);
    const QString sign = toneSign(m_stale    ? Tone::Unknown
                                  : critical ? Tone::Critical
                                  : warning  ? Tone::Warning
                                             : Tone::Healthy);
    const QRectF inner = box.adjusted(10, 5, -8, -5);
    const QFontMetrics metrics(painter.font());
    painter.setPen(m_stale ? colours.muted : colours.text);
    painter.drawText(
        inner, int(Qt::AlignLeft | Qt::AlignTop),
        metrics.elidedText(sign + QLatin1Char(' ') + roleWords(*m_topology, node, isMaster),
                           Qt::ElideRight, int(inner.width())));
    painter.setPen(colours.muted);
    const QString second = node.address.text() + (isMaster && down ? tr(" silent") : QString());
    painter.drawText(inner, int(Qt::AlignLeft | Qt::AlignBottom),
                     metrics.elidedText(second, Qt::ElideMiddle, int(inner.width())));
}

void MiniRedis::paintSentinels(QPainter &painter, const QRectF &room) const
{
    const Colours &colours = coloursOf(this);
    const QFontMetrics metrics(painter.font());
    const int lineHeight = metrics.height() + 5;
    bool oneHost = true;
    int quorum = 0;
    for (const SentinelOpinion &sentinel : m_topology->sentinels) {
        oneHost = oneHost && sentinel.address.host == m_topology->sentinels.first().address.host;
        quorum = qMax(quorum, sentinel.quorum);
    }
    double y = room.top();
    const auto write = [&](const QString &text, const QColor &colour) {
        painter.setPen(colour);
        painter.drawText(QRectF(room.left(), y, room.width(), lineHeight),
                         int(Qt::AlignLeft | Qt::AlignVCenter),
                         metrics.elidedText(text, Qt::ElideRight, int(room.width())));
        y += lineHeight;
    };
    write(quorum > 0 ? tr("Sentinels, quorum %1").arg(quorum) : tr("Sentinels"), colours.muted);
    for (const SentinelOpinion &sentinel : m_topology->sentinels) {
        if (y + lineHeight > room.bottom())
            break;
        const Tone tone = m_stale || !sentinel.answers ? Tone::Unknown
                          : sentinel.saysDown()        ? Tone::Critical
                                                       : Tone::Healthy;
        write(QStringLiteral("%1 %2 %3")
                  .arg(toneSign(tone), shortAddress(sentinel.address, oneHost), opinion(sentinel)),
              tone == Tone::Unknown ? colours.muted : colours.text);
    }
}

void MiniRedis::paintSentinelLine(QPainter &painter, const QRectF &room) const
{
    const Colours &colours = coloursOf(this);
    int down = 0, up = 0, silent = 0, quorum = 0;
    for (const SentinelOpinion &sentinel : m_topology->sentinels) {
        ++(!sentinel.answers ? silent : sentinel.saysDown() ? down : up);
        quorum = qMax(quorum, sentinel.quorum);
    }
    QStringList parts;
    if (down > 0)
        parts << tr("%1 %2 say down").arg(toneSign(Tone::Critical)).arg(down);
    if (up > 0)
        parts << tr("%1 %2 say up").arg(toneSign(Tone::Healthy)).arg(up);
    if (silent > 0)
        parts << tr("%1 %2 silent").arg(toneSign(Tone::Unknown)).arg(silent);
    painter.setPen(down > 0 || silent > 0 ? colours.text : colours.muted);
    const QString text =
        tr("Sentinels: %1 · quorum %2").arg(parts.join(QStringLiteral(" · "))).arg(quorum);
    painter.drawText(room, int(Qt::AlignLeft | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, int(room.width())));
}

void MiniRedis::paintEvent(QPaintEvent *)
{
    const Colours &colours = coloursOf(this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPixelSize(qMax(9, QFontInfo(font()).pixelSize() - 1));
    painter.setFont(small);
    if (!m_topology) {
        painter.setPen(colours.muted);
        painter.drawText(rect(), int(Qt::AlignCenter), tr("not seen yet"));
        return;
    }
    const double sentinelWidth =
        painter.fontMetrics().horizontalAdvance(QStringLiteral("● 10.0.0.1 says down")) + 8;
    const bool wide = width() > sentinelWidth * 3.2;
    const double lineHeight = painter.fontMetrics().height() + 6;
    const double nodesHeight = qMin(height() - (wide ? 8.0 : lineHeight + 8), 260.0);
    const QRectF nodes(1, 4, width() - (wide ? sentinelWidth + 24 : 2), nodesHeight);
    if (wide)
        paintSentinels(painter, QRectF(width() - sentinelWidth, 4, sentinelWidth, height() - 8));
    else
        paintSentinelLine(painter, QRectF(0, nodes.bottom() + 2, width(), lineHeight));

    QList<RedisNode> replicas;
    const RedisNode *master = nullptr;
    for (const RedisNode &node : m_topology->nodes) {
        if (!master && m_topology->isInMastersPlace(node))
            master = &node;
        else
            replicas.append(node);
    }
    const double boxHeight = painter.fontMetrics().height() * 2 + (nodes.height() > 170 ? 20 : 12);
    const qsizetype across = qMax(qsizetype(1), qMin(qsizetype(2), replicas.size()));
    const double boxWidth =
        qMin(240.0, (nodes.width() - 12.0 * double(across - 1)) / double(across));
    const QRectF top(nodes.left() + (nodes.width() - boxWidth) / 2, nodes.top() + 1, boxWidth,
                     boxHeight);
    const qsizetype rows = (replicas.size() + across - 1) / across;
    const double gap = qBound(
        10.0, (nodes.height() - boxHeight * double(rows + 1)) / double(qMax(qsizetype(1), rows)),
        72.0);
    for (qsizetype i = 0; i < replicas.size(); ++i) {
        const double spread = across == 1 ? (nodes.width() - boxWidth) / 2
                                          : double(i % across) * (nodes.width() - boxWidth);
        const QRectF box(nodes.left() + spread,
                         top.bottom() + gap + double(i / across) * (boxHeight + 10), boxWidth,
                         boxHeight);
        const bool live = !m_stale && replicas[i].answers && replicas[i].linkUp.value_or(false) &&
                          master && master->answers;
        painter.setPen(QPen(live ? colours.series : colours.controlBorder, live ? 2 : 1.2,
                            live ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(top.center().x() + (i % 2 ? 16 : -16), top.bottom() + 1),
                         QPointF(box.center().x(), box.top() - 1));
        paintNode(painter, box, replicas[i], false);
    }
    if (master)
        paintNode(painter, top, *master, true);
}

} // namespace understudy::ui
