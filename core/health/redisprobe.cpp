// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/redisprobe.h"

#include "core/health/redisnodewatch.h"
#include "core/health/redisreadings.h"
#include "core/health/redissentinelwatch.h"
#include "core/systems/redis/wiretext.h"
#include "core/systems/secrets/secretresolver.h"
#include "core/systems/shell/sshtunnel.h"

#include <algorithm>
#include <utility>

namespace understudy {

namespace {

/// No set is as large; a Sentinel gone mad may name any number.
constexpr qsizetype mostNodes = 100;

} // namespace

RedisProbe::RedisProbe(const RedisProbeSetup &setup, const Clock &clock, QObject *parent)
    : Probe(parent), m_setup(setup), m_clock(clock)
{
    m_worker.setMaxThreadCount(1);
    m_tick.setInterval(setup.plan.every);
    m_publishSoon.setSingleShot(true);
    m_publishSoon.setInterval(50);
    m_findAgain.setInterval(std::chrono::seconds(10));
    connect(&m_tick, &QTimer::timeout, this, &RedisProbe::lookNow);
    connect(&m_publishSoon, &QTimer::timeout, this, &RedisProbe::publish);
    connect(&m_findAgain, &QTimer::timeout, this, &RedisProbe::findSecrets);
    const Result<std::shared_ptr<SshTunnel>> tunnel = redisTunnel(setup.plan, setup.via ? &*setup.via : nullptr);
    if (tunnel)
        m_tunnel = *tunnel;
    else
        m_noWay = tunnel.error();
}

RedisProbe::RedisProbe(const RedisPlan &plan, const std::optional<Host> &via, const SecretResolver &secrets, const Clock &clock,
                       QObject *parent)
    : RedisProbe(RedisProbeSetup{.plan = plan, .via = via}, clock, parent)
{
    m_secrets = &secrets;
}

RedisProbe::~RedisProbe()
{
    stop();
    m_worker.waitForDone();
}

void RedisProbe::start()
{
    if (m_running)
        return;
    m_running = true;
    m_tick.start();
    openTunnel();
    if (m_secrets)
        findSecrets();
    else
        begin(m_setup);
}

void RedisProbe::findSecrets()
{
    if (m_finding)
        return;
    m_finding = true;
    m_worker.start([this, setup = RedisProbeSetup{.plan = m_setup.plan, .via = m_setup.via, .deadline = m_setup.deadline}]() mutable {
        const Result<Secret> password = m_secrets->resolve(setup.plan.password);
        const Result<Secret> sentinelPassword = m_secrets->resolve(setup.plan.sentinelPassword);
        setup.password = password.value_or(Secret());
        setup.sentinelPassword = sentinelPassword.value_or(Secret());
        if (!password)
            setup.passwordFault = password.error();
        if (!sentinelPassword)
            setup.sentinelPasswordFault = sentinelPassword.error();
        QMetaObject::invokeMethod(this, [this, setup] {
            m_finding = false;
            begin(setup);
        }, Qt::QueuedConnection);
    });
}

void RedisProbe::begin(const RedisProbeSetup &setup)
{
    if (!m_running)
        return;
    // Asked before ssh is through, everything would be unknown at first, and a single look would end so.
    if (m_tunnel && m_sentinels.isEmpty() && m_tunnel->state() == SshTunnel::State::Opening) {
        m_waiting = setup;
        return;
    }
    const bool isNews = m_setup.passwordFault != setup.passwordFault || m_setup.sentinelPasswordFault != setup.sentinelPasswordFault;
    if (isNews)
        forgetAll();
    m_setup = setup;
    if (m_secrets && (setup.passwordFault || setup.sentinelPasswordFault))
        m_findAgain.start();
    else
        m_findAgain.stop();
    if (m_sentinels.isEmpty()) {
        for (const Endpoint &announced : setup.plan.sentinels)
            addSentinel(announced);
    }
    for (RedisSentinelWatch *watch : std::as_const(m_sentinels))
        watch->start();
    for (RedisNodeWatch *watch : std::as_const(m_nodes))
        watch->start();
    lookNow();
}

void RedisProbe::openTunnel()
{
    if (!m_tunnel)
        return;
    m_tunnel->open([this] { QMetaObject::invokeMethod(this, &RedisProbe::tunnelChanged, Qt::QueuedConnection); });
    SystemObservation connecting;
    connecting.system = QStringLiteral("redis");
    connecting.reason = m_reason = QStringLiteral("ssh to %1, through which it is reached, is connecting").arg(m_tunnel->host().name);
    emit observed(connecting);
}

void RedisProbe::tunnelChanged()
{
    if (const std::optional<RedisProbeSetup> setup = std::exchange(m_waiting, std::nullopt))
        begin(*setup);
}

std::optional<Error> RedisProbe::faultOf(bool isSentinel) const
{
    return m_noWay ? m_noWay : isSentinel ? m_setup.sentinelPasswordFault : m_setup.passwordFault;
}

void RedisProbe::addSentinel(const Endpoint &announced)
{
    RedisSentinelWatch *watch = new RedisSentinelWatch(announced, targetOf(announced, true), m_setup.plan.master, timing(),
                                                       faultOf(true), m_clock, this);
    connect(watch, &RedisSentinelWatch::changed, this, &RedisProbe::lookEnded);
    connect(watch, &RedisSentinelWatch::nodesMayHaveChanged, this, &RedisProbe::lookAtNodes);
    connect(watch, &RedisSentinelWatch::happened, this, [this](const Event &event) {
        if (m_running)
            emit eventsHappened({event});
    });
    m_sentinels.append(watch);
}

void RedisProbe::forgetAll()
{
    QObjectList forgotten;
    for (RedisSentinelWatch *watch : std::as_const(m_sentinels)) {
        watch->stop();
        forgotten.append(watch);
    }
    for (RedisNodeWatch *watch : std::as_const(m_nodes)) {
        watch->stop();
        forgotten.append(watch);
    }
    m_sentinels.clear();
    m_nodes.clear();
    for (QObject *one : std::as_const(forgotten)) {
        one->disconnect(this);
        one->deleteLater();
    }
}

RedisLinkTiming RedisProbe::timing() const
{
    RedisLinkTiming timing;
    timing.connect = timing.pingDeadline = m_setup.deadline;
    timing.pingEvery = m_setup.plan.every;
    timing.lastRetry = std::max(timing.firstRetry, std::min(Milliseconds(2000), m_setup.plan.every));
    return timing;
}

RedisTarget RedisProbe::targetOf(const Endpoint &announced, bool isSentinel) const
{
    return redisTarget(m_setup.plan, announced, isSentinel, isSentinel ? m_setup.sentinelPassword : m_setup.password, m_tunnel);
}

void RedisProbe::stop()
{
    m_running = false;
    m_tick.stop();
    m_publishSoon.stop();
    m_findAgain.stop();
    for (RedisSentinelWatch *watch : std::as_const(m_sentinels))
        watch->stop();
    for (RedisNodeWatch *watch : std::as_const(m_nodes))
        watch->stop();
    m_waiting.reset();
    if (m_tunnel)
        m_tunnel->close();
}

void RedisProbe::lookNow()
{
    if (!m_running)
        return;
    for (RedisSentinelWatch *watch : std::as_const(m_sentinels))
        watch->look();
    lookAtNodes();
    changed();
}

void RedisProbe::lookAtNodes()
{
    for (RedisNodeWatch *watch : std::as_const(m_nodes))
        watch->look();
}

void RedisProbe::lookEnded()
{
    if (!m_running)
        return;
    updateNodes();
    changed();
}

/// While some Sentinels have not been asked, only what a majority of all names is believed, so that a
/// lying one cannot have our password sent wherever it likes.
QList<Endpoint> RedisProbe::trustedNodes() const
{
    QList<Endpoint> votes; ///< each address once for each Sentinel that names it
    int answering = 0;
    bool allLooked = true;
    for (const RedisSentinelWatch *watch : m_sentinels) {
        const RedisSentinelView &view = watch->view();
        allLooked = allLooked && view.looked;
        if (!view.opinion.answers)
            continue;
        ++answering;
        QList<Endpoint> named;
        if (view.namesMaster())
            named.append(view.opinion.master);
        for (const SentinelReplica &replica : view.replicas) {
            if (!named.contains(replica.address))
                named.append(replica.address);
        }
        votes += named;
    }
    const qsizetype voters = allLooked ? answering : m_sentinels.size();
    QList<Endpoint> trusted;
    for (const Endpoint &one : std::as_const(votes)) {
        if (2 * votes.count(one) > voters && !trusted.contains(one) && trusted.size() < mostNodes)
            trusted.append(one);
    }
    // Sentinels learn of a new replica only every 10 s; the master that they name has its own list.
    for (const Endpoint &one : attachedToMaster(trusted)) {
        if (!trusted.contains(one) && trusted.size() < mostNodes)
            trusted.append(one);
    }
    // With every Sentinel gone, the plan's own list of addresses is the only trace of the nodes.
    if (allLooked && answering == 0 && m_nodes.isEmpty()) {
        for (auto one = m_setup.plan.addresses.constBegin(); one != m_setup.plan.addresses.constEnd(); ++one) {
            const Endpoint announced = wiretext::endpoint(one.key().toUtf8());
            if (!announced.isNull() && !m_setup.plan.sentinels.contains(announced))
                trusted.append(announced);
        }
    }
    return trusted;
}

/// Of a master that answers as one and that a majority of the answering Sentinels names.
QList<Endpoint> RedisProbe::attachedToMaster(const QList<Endpoint> &trusted) const
{
    const std::optional<Endpoint> named = judgeRedis(world()).named;
    QList<Endpoint> attached;
    for (const RedisNodeWatch *watch : m_nodes) {
        const RedisNodeView &view = watch->view();
        if (!view.isMaster() || named != view.node.address || !trusted.contains(view.node.address))
            continue;
        for (const RedisInfo::Attached &replica : view.attached)
            attached.append(replica.address);
    }
    return attached;
}

void RedisProbe::updateNodes()
{
    const QList<Endpoint> trusted = trustedNodes();
    for (const Endpoint &announced : trusted) {
        const bool known = std::any_of(m_nodes.begin(), m_nodes.end(), [&](const RedisNodeWatch *watch) {
            return watch->view().node.address == announced;
        });
        if (!known && m_nodes.size() < mostNodes)
            addNode(announced);
    }
    QList<Endpoint> named = trusted;
    for (const RedisSentinelWatch *watch : std::as_const(m_sentinels)) {
        if (!watch->view().opinion.answers)
            continue;
        named.append(watch->view().opinion.master);
        for (const SentinelReplica &replica : watch->view().replicas)
            named.append(replica.address);
    }
    if (trusted.isEmpty())
        return;
    for (qsizetype i = m_nodes.size() - 1; i >= 0; --i) {
        if (named.contains(m_nodes[i]->view().node.address))
            continue;
        RedisNodeWatch *forgotten = m_nodes.takeAt(i);
        forgotten->stop();
        forgotten->disconnect(this);
        forgotten->deleteLater();
    }
}

void RedisProbe::addNode(const Endpoint &announced)
{
    RedisNodeWatch *watch
        = new RedisNodeWatch(announced, targetOf(announced, false), timing(), faultOf(false), m_clock, this);
    connect(watch, &RedisNodeWatch::changed, this, &RedisProbe::lookEnded);
    m_nodes.append(watch);
    watch->start();
    watch->look();
}

RedisWorld RedisProbe::world() const
{
    RedisWorld world{.masterName = m_setup.plan.master, .every = m_setup.plan.every, .now = m_clock.now()};
    for (const RedisSentinelWatch *watch : m_sentinels)
        world.sentinels.append(watch->view());
    for (const RedisNodeWatch *watch : m_nodes)
        world.nodes.append(watch->view());
    return world;
}

bool RedisProbe::isComplete() const
{
    return std::all_of(m_sentinels.begin(), m_sentinels.end(), [](const RedisSentinelWatch *watch) { return watch->view().looked; })
           && std::all_of(m_nodes.begin(), m_nodes.end(), [](const RedisNodeWatch *watch) { return watch->view().looked; });
}

void RedisProbe::changed()
{
    // Before the secrets are found there is nothing to say.
    if (!m_running || m_sentinels.isEmpty())
        return;
    const RedisVerdict verdict = judgeRedis(world());
    if (verdict.health != m_health || verdict.reason != m_reason)
        publish();
    else if (!m_publishSoon.isActive())
        m_publishSoon.start();
}

void RedisProbe::publish()
{
    m_publishSoon.stop();
    const RedisWorld seen = world();
    const RedisVerdict verdict = judgeRedis(seen);
    m_health = verdict.health;
    m_reason = verdict.reason;
    SystemObservation observation;
    observation.system = QStringLiteral("redis");
    observation.health = verdict.health;
    observation.reason = verdict.reason;
    observation.readings = redisReadings(seen, verdict);
    for (const RedisSentinelView &one : seen.sentinels)
        observation.lookedAt = std::max(observation.lookedAt, one.opinion.lookedAt);
    for (const RedisNodeView &one : seen.nodes)
        observation.lookedAt = std::max(observation.lookedAt, one.node.lookedAt);
    observation.complete = isComplete();
    observation.contradictions = verdict.contradictions;
    observation.redis = redisTopology(seen, verdict);
    emit observed(observation);
}

} // namespace understudy
