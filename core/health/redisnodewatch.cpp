// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisnodewatch.h"

#include "core/systems/redis/redisrole.h"
#include "core/systems/redis/wiretext.h"

namespace understudy {

namespace {

std::optional<double> figure(const RedisInfo &info, const char *name)
{
    const std::optional<qint64> number = info.number(name);
    return number ? std::optional<double>(double(*number)) : std::nullopt;
}

} // namespace

RedisNodeWatch::RedisNodeWatch(const Endpoint &announced, const RedisTarget &target, const RedisLinkTiming &timing,
                               const std::optional<Error> &fault, const Clock &clock, QObject *parent)
    : QObject(parent), m_deadline(timing.connect), m_clock(clock), m_forbidden(fault), m_link(target, timing)
{
    m_view.node.address = announced;
    m_view.node.silence = QStringLiteral("not asked yet");
    connect(&m_link, &RedisLink::lost, this, &RedisNodeWatch::look);
    connect(&m_link, &RedisLink::ready, this, &RedisNodeWatch::look);
}

void RedisNodeWatch::start()
{
    if (!m_forbidden)
        m_link.start();
}

void RedisNodeWatch::stop()
{
    m_link.stop();
    m_looking = false;
    m_lookAgain = false;
}

void RedisNodeWatch::look()
{
    if (m_looking) {
        m_lookAgain = true;
        return;
    }
    m_looking = true;
    m_lookAgain = false;
    m_knowsRole = false;
    m_lastFault = m_forbidden;
    m_began = m_clock.monotonic();
    m_next = {};
    m_next.node.address = m_view.node.address;
    if (m_forbidden) {
        endLook();
        return;
    }
    m_link.call({"INFO"}, m_deadline, [this](const Result<RespValue> &reply) { takeInfo(reply); });
    m_link.call({"ROLE"}, m_deadline, [this](const Result<RespValue> &reply) { takeRole(reply); });
    m_link.call({"TIME"}, m_deadline, [this](const Result<RespValue> &reply) {
        takeTime(reply);
        endLook();
    });
}

void RedisNodeWatch::note(const Error &fault)
{
    if (!m_lastFault)
        m_lastFault = fault;
}

void RedisNodeWatch::takeInfo(const Result<RespValue> &reply)
{
    if (!reply) {
        note(reply.error());
        return;
    }
    m_next.latency = double((m_clock.monotonic() - m_began).count());
    const Result<RedisInfo> info = RedisInfo::parse(*reply, m_next.node.address);
    if (!info) {
        note(info.error());
        return;
    }
    m_next.clients = figure(*info, "connected_clients");
    m_next.memory = figure(*info, "used_memory");
    m_next.operations = figure(*info, "instantaneous_ops_per_sec");
    m_next.node.runId = wiretext::clean(info->field("run_id"), 40);
    takeReplication(*info);
}

void RedisNodeWatch::takeReplication(const RedisInfo &info)
{
    RedisNode &node = m_next.node;
    const QByteArray role = info.field("role");
    if (role == "master") {
        m_knowsRole = true;
        node.role = RedisNode::Role::Master;
        node.offset = info.number("master_repl_offset").value_or(-1);
        node.attachedReplicas = int(info.number("connected_slaves").value_or(-1));
        m_next.attached = info.attached();
    } else if (role == "slave") {
        m_knowsRole = true;
        node.role = RedisNode::Role::Replica;
        node.offset = info.number("slave_repl_offset").value_or(-1);
        node.linkUp = info.field("master_link_status") == "up";
        node.follows = wiretext::endpoint(info.field("master_host"), info.field("master_port"));
        node.priority = int(info.number("slave_priority").value_or(100));
        m_next.lag = figure(info, "master_last_io_seconds_ago");
        if (m_next.lag && *m_next.lag < 0)
            m_next.lag.reset();
    }
}

void RedisNodeWatch::takeRole(const Result<RespValue> &reply)
{
    const Result<RedisRole> role
        = reply ? parseRedisRole(*reply, m_next.node.address) : Result<RedisRole>(fail(reply.error()));
    if (!role) {
        note(role.error());
        return;
    }
    RedisNode &node = m_next.node;
    if (role->kind == RedisRole::Kind::Sentinel) {
        note({ErrorCode::ProtocolViolation, QStringLiteral("%1 is a Sentinel, not a data node").arg(node.address.text())});
        m_knowsRole = false;
        return;
    }
    // ROLE decides; INFO, an instant older, has only added what ROLE does not tell.
    m_knowsRole = true;
    node.role = role->kind == RedisRole::Kind::Master ? RedisNode::Role::Master : RedisNode::Role::Replica;
    // Without a link to its master ROLE tells a replica's offset no more, and INFO still does: just then it
    // decides which replica is the most advanced.
    if (role->offset >= 0 || node.role == RedisNode::Role::Master)
        node.offset = role->offset;
    if (node.role == RedisNode::Role::Master) {
        node.attachedReplicas = int(role->attached.size());
        if (m_next.attached.isEmpty()) {
            for (const Endpoint &replica : role->attached)
                m_next.attached.append({.address = replica, .online = true});
        }
        node.linkUp.reset();
        node.follows = {};
        return;
    }
    node.follows = role->follows;
    node.linkUp = role->linkUp;
    node.attachedReplicas = -1;
    m_next.linkState = role->linkState;
    m_next.attached.clear();
}

void RedisNodeWatch::takeTime(const Result<RespValue> &reply)
{
    if (!reply) {
        note(reply.error());
        // A connection that ended here has answered nothing that still holds.
        m_knowsRole = false;
        return;
    }
    if (reply->items.size() != 2)
        return;
    const qint64 theirs = reply->items[0].text.toLongLong() * 1000 + reply->items[1].text.toLongLong() / 1000;
    const Milliseconds half = (m_clock.monotonic() - m_began) / 2;
    m_next.clockSkew = double(theirs - m_clock.now().addMSecs(-half.count()).toMSecsSinceEpoch()) / 1000.0;
}

/// What a lost master had come to cannot be asked any more, so it is followed while it answers. Between
/// the last look and the silence it has gone on at the rate seen before, for one interval at most.
void RedisNodeWatch::followOffset(const QDateTime &now)
{
    RedisNode &node = m_next.node;
    if (node.answers) {
        const bool follows = m_offset >= 0 && m_offsetOf == node.runId && node.offset >= m_offset && m_offsetAt < now;
        m_rate = follows ? double(node.offset - m_offset) / double(m_offsetAt.msecsTo(now)) : 0;
        m_offset = node.offset;
        m_offsetAt = now;
        m_offsetOf = node.runId;
        m_comeTo = -1;
        return;
    }
    if (m_comeTo < 0 && m_offset >= 0)
        m_comeTo = m_offset + qint64(m_rate * double(m_offsetAt.msecsTo(now)));
    node.comeTo = m_comeTo;
}

void RedisNodeWatch::endLook()
{
    m_looking = false;
    // A connection that was lost is made again at once: that, not its loss, tells whether it answers.
    if (!m_knowsRole && m_lastFault && m_lastFault->code == ErrorCode::ConnectionLost && m_view.node.answers && !m_view.fault) {
        m_view.fault = m_lastFault;
        look();
        return;
    }
    const QDateTime now = m_clock.now();
    m_next.looked = true;
    m_next.everAnswered = m_view.everAnswered || m_knowsRole;
    m_next.node.answers = m_knowsRole;
    m_next.node.lookedAt = now;
    m_next.answeredAt = m_knowsRole ? now : m_view.answeredAt;
    if (!m_knowsRole) {
        m_next.fault = m_lastFault;
        m_next.node.silence = m_lastFault ? m_lastFault->text() : QStringLiteral("its ROLE is not known");
        m_next.node.role = RedisNode::Role::Unknown;
        m_next.latency.reset();
    }
    followOffset(now);
    m_view = m_next;
    emit changed();
    if (m_lookAgain && !m_looking)
        look();
}

} // namespace understudy
