// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redissentinelwatch.h"

#include "core/health/redisfailover.h"
#include "core/systems/redis/quorumreply.h"
#include "core/systems/redis/redisinfo.h"
#include "core/systems/redis/sentinelevent.h"
#include "core/systems/redis/sentinelmaster.h"

namespace understudy {

namespace {

Event::Weight weightOf(const SentinelEvent &event)
{
    const QString &name = event.name;
    if (event.isAboutMaster()
        && (name == QLatin1String("+sdown") || name == QLatin1String("+odown") || name.startsWith(QLatin1String("-failover-abort"))))
        return Event::Weight::Critical;
    if (name == QLatin1String("+sdown") || name == QLatin1String("+tilt") || name == QLatin1String("+switch-master")
        || name == QLatin1String("+try-failover") || name == QLatin1String("-role-change") || name == QLatin1String("+promoted-slave"))
        return Event::Weight::Warning;
    return Event::Weight::Plain;
}

} // namespace

RedisSentinelWatch::RedisSentinelWatch(const Endpoint &announced, const RedisTarget &target, const QString &masterName,
                                       const RedisLinkTiming &timing, const std::optional<Error> &fault,
                                       const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_masterName(masterName)
    , m_deadline(timing.connect)
    , m_clock(clock)
    , m_forbidden(fault)
    , m_events(target, timing)
    , m_questions(target, timing)
{
    m_view.opinion.address = announced;
    m_view.deafness = QStringLiteral("not connected yet");
    m_events.subscribeTo({"*"});
    connect(&m_events, &RedisLink::pushed, this, &RedisSentinelWatch::hear);
    connect(&m_events, &RedisLink::ready, this, &RedisSentinelWatch::hearAgain);
    connect(&m_events, &RedisLink::lost, this, &RedisSentinelWatch::deafen);
    connect(&m_questions, &RedisLink::lost, this, &RedisSentinelWatch::look);
    connect(&m_questions, &RedisLink::ready, this, &RedisSentinelWatch::look);
}

void RedisSentinelWatch::start()
{
    if (m_forbidden)
        return;
    m_events.start();
    m_questions.start();
}

void RedisSentinelWatch::stop()
{
    m_events.stop();
    m_questions.stop();
    m_looking = false;
    m_lookAgain = false;
}

void RedisSentinelWatch::look()
{
    if (m_looking) {
        m_lookAgain = true;
        return;
    }
    m_looking = true;
    m_lookAgain = false;
    m_round = {m_clock.monotonic(), m_eventCount, m_forbidden};
    if (m_forbidden) {
        endLook();
        return;
    }
    const QByteArray name = m_masterName.toUtf8();
    m_questions.call({"SENTINEL", "MASTER", name}, m_deadline, [this](const Result<RespValue> &reply) { takeMaster(reply); });
    m_questions.call({"SENTINEL", "REPLICAS", name}, m_deadline, [this](const Result<RespValue> &reply) { takeReplicas(reply); });
    m_questions.call({"SENTINEL", "CKQUORUM", name}, m_deadline, [this](const Result<RespValue> &reply) { takeQuorum(reply); });
    // Sentinels know no TIME, but tell theirs here.
    m_questions.call({"INFO", "server"}, m_deadline, [this](const Result<RespValue> &reply) {
        takeInfo(reply);
        endLook();
    });
}

void RedisSentinelWatch::takeMaster(const Result<RespValue> &reply)
{
    if (!reply) {
        m_round.fault = reply.error();
        return;
    }
    m_view.latency = double((m_clock.monotonic() - m_round.began).count());
    SentinelOpinion &opinion = m_view.opinion;
    const Result<SentinelMaster> master = parseSentinelMaster(*reply, opinion.address);
    if (!master) {
        // One that does not know the master answers all the same; its opinion is that there is none.
        if (master.error().code != ErrorCode::UnknownMaster)
            m_round.fault = master.error();
        opinion.master = {};
        opinion.flags.clear();
        return;
    }
    opinion.epoch = master->epoch;
    opinion.quorum = master->quorum;
    m_view.failoverTimeout = master->failoverTimeout;
    // What an event said meanwhile is newer than this answer, which may have been under way before it.
    if (m_eventCount != m_round.eventsAtStart) {
        m_lookAgain = true;
        return;
    }
    if (!opinion.master.isNull() && opinion.master != master->address)
        m_view.movedAt = m_clock.now();
    opinion.master = master->address;
    opinion.flags = master->flags;
    opinion.failoverState = master->failoverState;
}

void RedisSentinelWatch::takeReplicas(const Result<RespValue> &reply)
{
    if (!reply || m_eventCount != m_round.eventsAtStart)
        return;
    const Result<QList<SentinelReplica>> replicas = parseSentinelReplicas(*reply, m_view.opinion.address);
    m_view.replicas = replicas.value_or(QList<SentinelReplica>());
}

void RedisSentinelWatch::takeQuorum(const Result<RespValue> &reply)
{
    SentinelOpinion &opinion = m_view.opinion;
    const Result<QuorumReply> quorum
        = reply ? parseQuorumReply(*reply, opinion.address) : Result<QuorumReply>(fail(reply.error()));
    opinion.quorumReachable = quorum ? std::optional<bool>(quorum->reachable) : std::nullopt;
    opinion.quorumReply = quorum ? quorum->words : quorum.error().text();
}

void RedisSentinelWatch::takeInfo(const Result<RespValue> &reply)
{
    m_view.clockSkew.reset();
    if (!reply) {
        if (!m_round.fault)
            m_round.fault = reply.error();
        return;
    }
    const Result<RedisInfo> info = RedisInfo::parse(*reply, m_view.opinion.address);
    if (!info || !info->serverTime())
        return;
    const Milliseconds half = (m_clock.monotonic() - m_round.began) / 2;
    m_view.clockSkew = double(m_clock.now().addMSecs(-half.count()).msecsTo(*info->serverTime())) / 1000.0;
}

void RedisSentinelWatch::endLook()
{
    m_looking = false;
    const QDateTime now = m_clock.now();
    SentinelOpinion &opinion = m_view.opinion;
    const bool wasAnswering = opinion.answers;
    // A connection that was lost is made again at once: that, not its loss, tells whether it answers.
    if (m_round.fault && m_round.fault->code == ErrorCode::ConnectionLost && wasAnswering && !m_view.fault) {
        m_view.fault = m_round.fault;
        look();
        return;
    }
    m_view.fault = m_round.fault;
    m_view.looked = true;
    opinion.answers = !m_round.fault;
    opinion.lookedAt = now;
    opinion.silence = m_round.fault ? m_round.fault->text() : QString();
    if (m_round.fault) {
        opinion.quorumReachable.reset();
        m_view.latency.reset();
        m_view.clockSkew.reset();
    } else {
        m_view.answeredAt = now;
    }
    emit changed();
    if (m_lookAgain && !m_looking)
        look();
}

void RedisSentinelWatch::hear(const QByteArray &channel, const QByteArray &text)
{
    const SentinelEvent event = parseSentinelEvent(channel, text);
    if (!event.masterName.isEmpty() && event.masterName != m_masterName)
        return;
    const QDateTime now = m_clock.now();
    const QString whole = event.name + QLatin1Char(' ') + event.text;
    const bool isRepeated = whole == m_lastEvent && m_lastEventAt.msecsTo(now) < 1000;
    m_lastEvent = whole;
    m_lastEventAt = now;
    if (!isRepeated)
        tell(event.name, event.text, weightOf(event));
    if (applySentinelEvent(m_view, event, now)) {
        ++m_eventCount;
        emit changed();
        emit nodesMayHaveChanged();
    }
    if (event.subject != SentinelEvent::Subject::None)
        look();
}

void RedisSentinelWatch::hearAgain()
{
    m_view.hearsEvents = true;
    m_view.deafness.clear();
    if (m_wasDeaf)
        tell(QStringLiteral("listening again"), QStringLiteral("events since the connection was lost were not heard"), Event::Weight::Plain);
    m_wasDeaf = false;
    // An event between the last poll and now would have gone unheard.
    look();
}

void RedisSentinelWatch::deafen(const Error &error)
{
    if (m_view.hearsEvents) {
        m_wasDeaf = true;
        tell(QStringLiteral("events not heard"), error.text(), Event::Weight::Warning);
    }
    m_view.hearsEvents = false;
    m_view.deafness = error.text();
    emit changed();
}

void RedisSentinelWatch::tell(const QString &name, const QString &text, Event::Weight weight)
{
    emit happened({.at = m_clock.now(),
                   .system = QStringLiteral("redis"),
                   .source = QStringLiteral("Sentinel ") + m_view.opinion.address.text(),
                   .name = name,
                   .text = text,
                   .weight = weight});
}

} // namespace understudy
