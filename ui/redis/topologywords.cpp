// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/redis/topologywords.h"

#include "core/base/quantity.h"

#include <QCoreApplication>

namespace understudy::ui {

namespace {

struct TopologyText
{
    Q_DECLARE_TR_FUNCTIONS(TopologyWords)
};

QString flagWord(const QString &flag)
{
    if (flag == QLatin1String("s_down"))
        return TopologyText::tr("says down");
    if (flag == QLatin1String("o_down"))
        return TopologyText::tr("agreed down");
    if (flag == QLatin1String("failover_in_progress"))
        return TopologyText::tr("failover in progress");
    return flag;
}

/// Flags that only repeat what the drawing shows are left out.
QStringList tellingFlags(const SentinelOpinion &sentinel)
{
    QStringList said;
    for (const QString &flag : sentinel.flags) {
        if (flag != QLatin1String("master") && !flag.isEmpty())
            said << flagWord(flag);
    }
    return said;
}

/// What is to be done about it stands in brackets behind the reason: on a card there is room for
/// the reason.
void sayNothing(CardText &card, const QString &why)
{
    card.lines << (why.isEmpty() ? TopologyText::tr("does not answer")
                                 : why.section(QStringLiteral(" ("), 0, 0));
    card.more = why;
}

bool masterAnswers(const RedisTopology &topology)
{
    for (const RedisNode &node : topology.nodes) {
        if (topology.isInMastersPlace(node))
            return node.answers;
    }
    return false;
}

CardText masterCard(const RedisTopology &topology, const RedisNode &node, CardText card)
{
    card.role = TopologyText::tr("master %1").arg(topology.masterName);
    if (node.role == RedisNode::Role::Replica) {
        card.tone = Tone::Critical;
        card.lines << TopologyText::tr("says it is a replica");
    } else if (node.role == RedisNode::Role::Unknown) {
        card.tone = Tone::Unknown;
        card.lines << TopologyText::tr("role not told");
    }
    if (node.attachedReplicas >= 0)
        card.lines << (node.attachedReplicas == 1
                           ? TopologyText::tr("1 replica attached")
                           : TopologyText::tr("%1 replicas attached").arg(node.attachedReplicas));
    if (node.offset >= 0)
        card.lines << TopologyText::tr("offset %1").arg(node.offset);
    return card;
}

CardText replicaCard(const RedisTopology &topology, const RedisNode &node, CardText card)
{
    card.role = node.role == RedisNode::Role::Master ? TopologyText::tr("says master, too")
                                                     : TopologyText::tr("replica");
    if (node.role == RedisNode::Role::Master)
        card.tone = Tone::Critical;
    if (node.role == RedisNode::Role::Unknown)
        card.tone = worseOf(card.tone, Tone::Unknown);
    card.lines << (node.gap ? TopologyText::tr("gap %1").arg(bytesText(double(*node.gap)))
                            : TopologyText::tr("gap unknown"));
    if (node.role == RedisNode::Role::Replica && node.linkUp) {
        card.lines << (*node.linkUp ? TopologyText::tr("link up") : TopologyText::tr("link down"));
        // Without a master to link to, a link that is down is no fault of the replica's.
        if (!*node.linkUp && masterAnswers(topology))
            card.tone = worseOf(card.tone, Tone::Warning);
    } else if (node.role == RedisNode::Role::Replica) {
        card.lines << TopologyText::tr("link unknown");
    }
    if (!node.follows.isNull() && topology.master && node.follows != *topology.master) {
        card.lines << TopologyText::tr("follows %1").arg(node.follows.text());
        card.tone = worseOf(card.tone, Tone::Warning);
    }
    if (node.priority == 0)
        card.lines << TopologyText::tr("never promoted (priority 0)");
    else if (node.priority != 100)
        card.lines << TopologyText::tr("priority %1").arg(node.priority);
    return card;
}

} // namespace

Tone worseOf(Tone a, Tone b)
{
    const auto rank = [](Tone one) {
        return one == Tone::Critical ? 3 : one == Tone::Unknown ? 2 : one == Tone::Warning ? 1 : 0;
    };
    return rank(a) < rank(b) ? b : a;
}

QString toneWord(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
    case Tone::Healthy:
        return TopologyText::tr("well");
    case Tone::Warning:
        return TopologyText::tr("warning");
    case Tone::Critical:
        return TopologyText::tr("critical");
    case Tone::Unknown:
        return TopologyText::tr("unknown");
    }
    return {};
}

QString CardText::accessible() const
{
    QStringList said{role + QLatin1Char(' ') + address, toneWord(tone)};
    said += lines;
    if (!more.isEmpty())
        said << more;
    return said.join(QStringLiteral(", "));
}

CardText nodeCard(const RedisTopology &topology, const RedisNode &node)
{
    CardText card{.tone = Tone::Healthy, .address = node.address.text()};
    const bool master = topology.isInMastersPlace(node);
    if (!node.answers) {
        card.role = master ? TopologyText::tr("master %1").arg(topology.masterName)
                           : TopologyText::tr("node");
        card.tone = master ? Tone::Critical : Tone::Warning;
        sayNothing(card, node.silence);
        return card;
    }
    return master ? masterCard(topology, node, card) : replicaCard(topology, node, card);
}

CardText sentinelCard(const RedisTopology &topology, const SentinelOpinion &sentinel)
{
    CardText card{.tone = Tone::Healthy,
                  .role = TopologyText::tr("Sentinel"),
                  .address = sentinel.address.text()};
    if (!sentinel.answers) {
        card.tone = Tone::Warning;
        sayNothing(card, sentinel.silence);
        return card;
    }
    if (sentinel.master.isNull()) {
        card.tone = Tone::Unknown;
        card.lines << TopologyText::tr("names no master");
    } else {
        const bool agrees = !topology.master || *topology.master == sentinel.master;
        card.lines
            << (agrees
                    ? TopologyText::tr("names %1").arg(sentinel.master.text())
                    : TopologyText::tr("names %1, unlike the others").arg(sentinel.master.text()));
        if (!agrees)
            card.tone = Tone::Warning;
    }
    if (sentinel.saysDown())
        card.tone = worseOf(card.tone, Tone::Warning);
    const QStringList flags = tellingFlags(sentinel);
    card.lines << (flags.isEmpty() ? TopologyText::tr("sees it up")
                                   : flags.join(QStringLiteral(", ")));
    if (sentinel.epoch >= 0)
        card.lines << TopologyText::tr("epoch %1").arg(sentinel.epoch);
    card.more = sentinel.quorumReply;
    if (sentinel.quorumReachable && *sentinel.quorumReachable) {
        card.lines << TopologyText::tr("quorum reached");
    } else if (sentinel.quorumReachable) {
        card.lines << TopologyText::tr("no quorum");
        card.tone = worseOf(card.tone, Tone::Warning);
    } else {
        card.lines << TopologyText::tr("quorum not told");
    }
    return card;
}

QString quorumLine(const RedisTopology &topology)
{
    int answering = 0;
    int quorum = 0;
    for (const SentinelOpinion &sentinel : topology.sentinels) {
        answering += sentinel.answers ? 1 : 0;
        quorum = qMax(quorum, sentinel.quorum);
    }
    const QString heard =
        TopologyText::tr("%1 of %2 answer").arg(answering).arg(topology.sentinels.size());
    return quorum > 0 ? TopologyText::tr("quorum %1").arg(quorum) + QStringLiteral(" · ") + heard
                      : heard;
}

QString topologySummary(const RedisTopology &topology)
{
    QStringList said;
    if (topology.master) {
        said << (topology.masterProved
                     ? TopologyText::tr("Master of %1 is %2, and it says so itself.")
                     : TopologyText::tr(
                           "Master of %1 is %2 by the Sentinels; it does not say so itself."))
                    .arg(topology.masterName, topology.master->text());
    } else {
        said << TopologyText::tr("The master of %1 is unknown.").arg(topology.masterName);
    }
    for (const RedisNode &node : topology.nodes)
        said << nodeCard(topology, node).accessible() + QLatin1Char('.');
    for (const SentinelOpinion &sentinel : topology.sentinels)
        said << sentinelCard(topology, sentinel).accessible() + QLatin1Char('.');
    said << TopologyText::tr("Sentinels, %1.").arg(quorumLine(topology));
    if (!topology.failover.isEmpty())
        said << TopologyText::tr("Failover: %1.").arg(topology.failover);
    return said.join(QLatin1Char('\n'));
}

} // namespace understudy::ui
