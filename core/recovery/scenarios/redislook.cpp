// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redislook.h"

#include <algorithm>
#include <future>
#include <map>
#include <set>
#include <vector>

namespace understudy {
namespace {

qint64 number(const RespValue &map, const QByteArray &name, qint64 otherwise = 0)
{
    bool good = false;
    const qint64 value = map.field(name).toLongLong(&good);
    return good ? value : otherwise;
}

Endpoint endpoint(const RespValue &map, const QByteArray &host, const QByteArray &port)
{
    return {.host = QString::fromUtf8(map.field(host)), .port = map.field(port).toUShort()};
}

QStringList flags(const RespValue &map)
{
    return QString::fromUtf8(map.field("flags")).split(QLatin1Char(','), Qt::SkipEmptyParts);
}

ReplicaSeen replica(const RespValue &map)
{
    return {.address = endpoint(map, "ip", "port"),
            .runId = QString::fromUtf8(map.field("runid")),
            .flags = flags(map),
            .priority = int(number(map, "slave-priority", 100)),
            .offset = number(map, "slave-repl-offset"),
            .lastPingReplyMs = number(map, "last-ok-ping-reply"),
            .infoAgeMs = number(map, "info-refresh"),
            .masterLinkDownMs = number(map, "master-link-down-time"),
            .linkOk = map.field("master-link-status") == "ok"};
}

void fill(SentinelSeen &seen, const QList<RespValue> &replies)
{
    SentinelOpinion &opinion = seen.opinion;
    const RespValue &master = replies.at(0);
    if (master.isError()) {
        opinion.silence = master.string();
        return;
    }
    opinion.answers = true;
    opinion.master = endpoint(master, "ip", "port");
    opinion.flags = flags(master);
    opinion.epoch = number(master, "config-epoch", -1);
    opinion.quorum = int(number(master, "quorum"));
    opinion.failoverState = QString::fromUtf8(master.field("failover-state"));
    opinion.quorumReply = replies.at(2).string();
    opinion.quorumReachable = !replies.at(2).isError();
    seen.downAfterMs = number(master, "down-after-milliseconds");
    seen.failoverTimeoutMs = number(master, "failover-timeout");
    seen.parallelSyncs = int(number(master, "parallel-syncs", 1));
    seen.downMs = opinion.saysDown() ? number(master, "s-down-time") : -1;
    seen.objectivelyDownMs = opinion.flags.contains(QLatin1String("o_down")) ? number(master, "o-down-time") : -1;
    for (const RespValue &map : replies.at(1).items)
        seen.replicas.append(replica(map));
    seen.id = replies.at(3).isError() ? QString() : replies.at(3).string();
}

/// By votes of those that answer; more than half of them.
Endpoint named(const QList<SentinelSeen> &sentinels)
{
    std::map<Endpoint, int, EndpointOrder> votes;
    int answering = 0;
    for (const SentinelSeen &seen : sentinels) {
        if (!seen.opinion.answers)
            continue;
        ++answering;
        ++votes[seen.opinion.master];
    }
    for (const std::pair<const Endpoint, int> &one : votes) {
        if (one.second * 2 > answering)
            return one.first;
    }
    return {};
}

template<typename Value, typename Look>
QList<Value> all(const QList<Endpoint> &addresses, Look look)
{
    std::vector<std::future<Value>> looks;
    for (const Endpoint &address : addresses)
        looks.push_back(std::async(std::launch::async, look, address));
    QList<Value> values;
    for (std::future<Value> &one : looks)
        values.append(one.get());
    return values;
}

void readRole(RedisNode &node, const RespValue &role)
{
    if (role.items.isEmpty())
        return;
    if (role.items.first().text == "master") {
        node.role = RedisNode::Role::Master;
    } else if (role.items.first().text == "slave" && role.items.size() >= 5) {
        node.role = RedisNode::Role::Replica;
        node.follows = {.host = role.items.at(1).string(), .port = quint16(role.items.at(2).integer)};
        node.linkUp = role.items.at(3).text == "connected";
    }
}

} // namespace

QByteArray infoValue(const QByteArray &info, const QByteArray &name)
{
    for (const QByteArray &line : info.split('\n')) {
        if (line.startsWith(name) && line.mid(name.size(), 1) == ":")
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

SentinelSeen lookAtSentinel(const RedisAccess &access, const Endpoint &address, const CancelToken &cancel)
{
    SentinelSeen seen;
    seen.opinion.address = address;
    const Result<std::unique_ptr<RedisSession>> session = access.sentinel(address, cancel);
    if (!session) {
        seen.opinion.silence = session.error().text();
        seen.fault = session.error().code;
        return seen;
    }
    const Result<QList<RespValue>> replies = (*session)->pipeline(
        {{"SENTINEL", "MASTER", access.master()}, {"SENTINEL", "REPLICAS", access.master()},
         {"SENTINEL", "CKQUORUM", access.master()}, {"SENTINEL", "MYID"}}, redisDeadline);
    if (replies && replies->size() == 4)
        fill(seen, *replies);
    else
        seen.opinion.silence = replies ? QStringLiteral("half an answer") : replies.error().text();
    return seen;
}

RedisNode lookAtNode(const RedisAccess &access, const Endpoint &address, const CancelToken &cancel)
{
    RedisNode node{.address = address};
    const Result<std::unique_ptr<RedisSession>> session = access.node(address, cancel);
    if (!session) {
        node.silence = session.error().text();
        return node;
    }
    const Result<QList<RespValue>> replies
        = (*session)->pipeline({{"ROLE"}, {"INFO", "replication"}, {"INFO", "server"}}, redisDeadline);
    if (!replies || replies->size() != 3) {
        node.silence = replies ? QStringLiteral("half an answer") : replies.error().text();
        return node;
    }
    for (const RespValue &reply : *replies) {
        if (reply.isError()) {
            node.silence = reply.string();
            return node;
        }
    }
    node.answers = true;
    readRole(node, replies->at(0));
    const QByteArray &info = replies->at(1).text;
    const bool isReplica = node.role == RedisNode::Role::Replica;
    const QByteArray offset = infoValue(info, isReplica ? "slave_repl_offset" : "master_repl_offset");
    node.offset = offset.isEmpty() ? -1 : offset.toLongLong();
    node.priority = isReplica ? infoValue(info, "slave_priority").toInt() : 100;
    node.attachedReplicas = infoValue(info, "connected_slaves").toInt();
    node.runId = QString::fromUtf8(infoValue(replies->at(2).text, "run_id"));
    return node;
}

RedisLook lookAtRedis(const RedisAccess &access, const CancelToken &cancel, const QList<Endpoint> &more)
{
    RedisLook look;
    look.sentinels = all<SentinelSeen>(access.sentinels(), [&access, &cancel](const Endpoint &address) {
        return lookAtSentinel(access, address, cancel);
    });
    look.master = named(look.sentinels);
    std::set<Endpoint, EndpointOrder> known(more.begin(), more.end());
    for (const SentinelSeen &seen : look.sentinels) {
        if (!seen.opinion.answers)
            continue;
        known.insert(seen.opinion.master);
        for (const ReplicaSeen &replica : seen.replicas)
            known.insert(replica.address);
    }
    known.erase(Endpoint{});
    look.nodes = all<RedisNode>(QList<Endpoint>(known.begin(), known.end()), [&access, &cancel](const Endpoint &address) {
        return lookAtNode(access, address, cancel);
    });
    const RedisNode *master = look.node(look.master);
    for (RedisNode &node : look.nodes) {
        if (master && master->answers && node.answers && master->offset >= 0 && node.offset >= 0)
            node.gap = qMax<qint64>(0, master->offset - node.offset);
    }
    return look;
}

int RedisLook::answering() const
{
    return int(std::count_if(sentinels.begin(), sentinels.end(), [](const SentinelSeen &seen) { return seen.opinion.answers; }));
}

int RedisLook::sayingDown() const
{
    return int(std::count_if(sentinels.begin(), sentinels.end(), [](const SentinelSeen &seen) {
        return seen.opinion.answers && seen.opinion.saysDown();
    }));
}

bool RedisLook::objectivelyDown() const
{
    return std::any_of(sentinels.begin(), sentinels.end(), [](const SentinelSeen &seen) { return seen.objectivelyDownMs >= 0; });
}

bool RedisLook::quorumReachable() const
{
    return std::any_of(sentinels.begin(), sentinels.end(), [](const SentinelSeen &seen) {
        return seen.opinion.answers && seen.opinion.quorumReachable.value_or(false);
    });
}

bool RedisLook::failoverRuns() const
{
    return std::any_of(sentinels.begin(), sentinels.end(), [](const SentinelSeen &seen) { return seen.failoverRuns(); });
}

bool RedisLook::allAgreeOn(const Endpoint &address) const
{
    return answering() > 0 && std::all_of(sentinels.begin(), sentinels.end(), [&address](const SentinelSeen &seen) {
        return !seen.opinion.answers || seen.opinion.master == address;
    });
}

const RedisNode *RedisLook::node(const Endpoint &address) const
{
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&address](const RedisNode &node) { return node.address == address; });
    return found == nodes.end() ? nullptr : &*found;
}

bool RedisLook::masterAnswers() const
{
    const RedisNode *known = node(master);
    return known && known->answers && known->role == RedisNode::Role::Master;
}

Endpoint RedisLook::successorOf(const Endpoint &old) const
{
    const SentinelSeen *newest = nullptr;
    for (const SentinelSeen &seen : sentinels) {
        const RedisNode *named = seen.opinion.answers ? node(seen.opinion.master) : nullptr;
        // What a Sentinel names counts only when the node says the same.
        if (!named || !named->answers || named->role != RedisNode::Role::Master)
            continue;
        if (!newest || seen.opinion.epoch > newest->opinion.epoch)
            newest = &seen;
    }
    return newest && newest->opinion.master != old ? newest->opinion.master : Endpoint{};
}

const SentinelSeen *RedisLook::sentinel(const Endpoint &address) const
{
    const auto found = std::find_if(sentinels.begin(), sentinels.end(),
                                    [&address](const SentinelSeen &seen) { return seen.opinion.address == address; });
    return found == sentinels.end() ? nullptr : &*found;
}

qint64 RedisLook::downAfterMs() const
{
    qint64 longest = 0;
    for (const SentinelSeen &seen : sentinels)
        longest = qMax(longest, seen.downAfterMs);
    return longest;
}

qint64 RedisLook::failoverTimeoutMs() const
{
    qint64 longest = 0;
    for (const SentinelSeen &seen : sentinels)
        longest = qMax(longest, seen.failoverTimeoutMs);
    return longest;
}

} // namespace understudy
