// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisreadings.h"

#include <algorithm>
#include <tuple>

namespace understudy {

namespace {

/// Makes the readings of one source.
struct Maker
{
    QString prefix; ///< of names, with its blank
    QString source;
    QDateTime at;
    Milliseconds every;
    bool answers = true;
    QString silence;
    QList<Reading> &out;

    Reading &add(const QString &name, const QString &unit)
    {
        out.append({.name = prefix + name, .unit = unit, .source = source, .observedAt = at, .interval = every});
        return out.last();
    }
    Reading &unknown(const QString &name, const QString &unit, const QString &reason)
    {
        Reading &reading = add(name, unit);
        reading.reason = reason;
        return reading;
    }
    Reading &text(const QString &name, const QString &value, const QString &whyEmpty = {})
    {
        if (!answers || value.isEmpty())
            return unknown(name, {}, answers ? whyEmpty : silence);
        Reading &reading = add(name, {});
        reading.value = value;
        reading.state = ReadingState::Fresh;
        return reading;
    }
    Reading &number(const QString &name, const std::optional<double> &value, const QString &unit)
    {
        if (!answers || !value)
            return unknown(name, unit, answers ? QStringLiteral("the server does not tell") : silence);
        Reading &reading = add(name, unit);
        reading.value = *value;
        reading.state = ReadingState::Fresh;
        return reading;
    }
};

QString roleName(RedisNode::Role role)
{
    switch (role) {
    case RedisNode::Role::Master: return QStringLiteral("master");
    case RedisNode::Role::Replica: return QStringLiteral("replica");
    case RedisNode::Role::Unknown: break;
    }
    return {};
}

const RedisSentinelView *speaker(const RedisWorld &world, const RedisVerdict &verdict)
{
    for (const RedisSentinelView &one : world.sentinels) {
        if (verdict.named && one.namesMaster() && one.opinion.master == *verdict.named)
            return &one;
    }
    return nullptr;
}

QDateTime newestLook(const RedisWorld &world)
{
    QDateTime newest;
    for (const RedisSentinelView &one : world.sentinels)
        newest = !newest.isValid() || one.opinion.lookedAt > newest ? one.opinion.lookedAt : newest;
    return newest;
}

void addDeciding(const RedisWorld &world, const RedisVerdict &verdict, QList<Reading> &out)
{
    const RedisSentinelView *first = speaker(world, verdict);
    Maker sentinels{{}, first ? first->source() : QStringLiteral("sentinels"), first ? first->answeredAt : QDateTime(), world.every, true, {}, out};
    sentinels.text(QStringLiteral("master"), verdict.master ? verdict.master->text() : QString(), verdict.masterDoubt);

    const RedisNodeView *node = verdict.named ? world.node(*verdict.named) : nullptr;
    Maker own{{}, node ? node->source() : QStringLiteral("redis"), node ? node->answeredAt : QDateTime(), world.every,
              node && node->node.answers, node ? node->node.silence : verdict.masterDoubt, out};
    Reading &role = own.text(QStringLiteral("master role"), node ? roleName(node->node.role) : QString());
    if (node && node->isReplica())
        role.reason = QStringLiteral("the Sentinels name it as master");

    const bool known = verdict.answering > 0;
    Maker all{{}, QStringLiteral("%1 sentinels").arg(world.sentinels.size()), newestLook(world), world.every, known,
              QStringLiteral("no Sentinel answers"), out};
    const double total = double(world.sentinels.size());
    all.number(QStringLiteral("sentinels naming it"), verdict.naming, QStringLiteral("count")).normal = NormalRange{total, {}};
    all.number(QStringLiteral("sentinels saying down"), verdict.sayingDown, QStringLiteral("count")).normal = NormalRange{{}, 0};
    all.number(QStringLiteral("replicas linked"), node ? std::optional<double>(verdict.linkedReplicas) : std::nullopt, QStringLiteral("count"))
        .normal = NormalRange{std::max(1.0, double(verdict.replicas)), {}};
    Maker count = all;
    count.answers = true;
    count.number(QStringLiteral("sentinels answering"), verdict.answering, QStringLiteral("count")).normal = NormalRange{total, {}};
    Maker rest{{}, all.source, all.at, world.every, known, all.silence, out};
    Reading &quorum = rest.text(QStringLiteral("quorum"),
                                !verdict.quorum ? QString() : *verdict.quorum ? QStringLiteral("reachable") : QStringLiteral("not reachable"),
                                QStringLiteral("no Sentinel tells"));
    if (verdict.quorum == false && first)
        quorum.reason = first->opinion.quorumReply;
    rest.text(QStringLiteral("failover"), verdict.failover);
}

void addSentinel(const RedisWorld &world, const RedisSentinelView &view, QList<Reading> &out)
{
    const SentinelOpinion &opinion = view.opinion;
    Maker maker{QStringLiteral("sentinel %1 ").arg(opinion.address.text()), view.source(), view.answeredAt, world.every,
                opinion.answers, view.looked ? opinion.silence : QStringLiteral("not asked yet"), out};
    Reading &master = maker.text(QStringLiteral("master"), opinion.master.isNull() ? QString() : opinion.master.text(),
                                 QStringLiteral("it knows no master named %1").arg(world.masterName));
    if (opinion.answers && opinion.saysDown())
        master.reason = QStringLiteral("it says that this master is down");
    maker.text(QStringLiteral("quorum"), opinion.quorumReachable ? opinion.quorumReply : QString(), opinion.quorumReply);
    maker.text(QStringLiteral("events"), view.hearsEvents ? QStringLiteral("heard") : QString(), view.deafness);
    maker.number(QStringLiteral("epoch"), opinion.epoch < 0 ? std::nullopt : std::optional<double>(double(opinion.epoch)), QStringLiteral("count"));
    maker.number(QStringLiteral("latency"), view.latency, QStringLiteral("ms"));
    maker.number(QStringLiteral("clock skew"), view.clockSkew, QStringLiteral("s")).normal = NormalRange{-2, 2};
}

void addNode(const RedisWorld &world, const RedisNodeView &view, const RedisNode &node, QList<Reading> &out)
{
    Maker maker{QStringLiteral("node %1 ").arg(node.address.text()), view.source(), view.answeredAt, world.every,
                node.answers, node.silence, out};
    const QString count = QStringLiteral("count"), bytes = QStringLiteral("bytes");
    maker.text(QStringLiteral("role"), roleName(node.role));
    maker.number(QStringLiteral("offset"), node.offset < 0 ? std::nullopt : std::optional<double>(double(node.offset)), bytes);
    if (!view.isMaster()) {
        Reading &link = maker.text(QStringLiteral("link"), !node.linkUp ? QString() : *node.linkUp ? QStringLiteral("up") : QStringLiteral("down"));
        if (node.linkUp == false)
            link.reason = view.linkState;
        maker.number(QStringLiteral("gap"), node.gap ? std::optional<double>(double(*node.gap)) : std::nullopt, bytes);
        maker.number(QStringLiteral("lag"), view.lag, QStringLiteral("s")).normal = NormalRange{{}, 10};
    }
    maker.number(QStringLiteral("clients"), view.clients, count);
    maker.number(QStringLiteral("memory"), view.memory, bytes);
    maker.number(QStringLiteral("operations"), view.operations, QStringLiteral("ops/s"));
    maker.number(QStringLiteral("latency"), view.latency, QStringLiteral("ms"));
    maker.number(QStringLiteral("clock skew"), view.clockSkew, QStringLiteral("s")).normal = NormalRange{-2, 2};
}

} // namespace

RedisTopology redisTopology(const RedisWorld &world, const RedisVerdict &verdict)
{
    RedisTopology topology;
    topology.masterName = world.masterName;
    topology.master = verdict.master;
    topology.named = verdict.named;
    topology.masterProved = verdict.master && verdict.masterProved;
    topology.failover = verdict.failover;
    const RedisNodeView *master = verdict.named ? world.node(*verdict.named) : nullptr;
    for (const RedisNodeView &view : world.nodes) {
        RedisNode node = view.node;
        // The two were asked an instant apart: a replica may seem ahead.
        if (view.isReplica() && master && master->isMaster() && node.offset >= 0 && master->node.offset >= 0)
            node.gap = std::max(qint64(0), master->node.offset - node.offset);
        topology.nodes.append(node);
    }
    const auto rank = [&](const RedisNode &node) {
        return verdict.named && node.address == *verdict.named ? 0 : node.role == RedisNode::Role::Master ? 1 : 2;
    };
    std::stable_sort(topology.nodes.begin(), topology.nodes.end(), [&](const RedisNode &a, const RedisNode &b) {
        return std::tuple(rank(a), a.address.host, a.address.port) < std::tuple(rank(b), b.address.host, b.address.port);
    });
    for (const RedisSentinelView &view : world.sentinels)
        topology.sentinels.append(view.opinion);
    return topology;
}

QList<Reading> redisReadings(const RedisWorld &world, const RedisVerdict &verdict)
{
    QList<Reading> out;
    addDeciding(world, verdict, out);
    for (const RedisSentinelView &view : world.sentinels)
        addSentinel(world, view, out);
    const RedisTopology topology = redisTopology(world, verdict);
    for (const RedisNode &node : topology.nodes)
        addNode(world, *world.node(node.address), node, out);
    return out;
}

} // namespace understudy
