// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"
#include "core/health/redisprobesetup.h"
#include "core/health/redisverdict.h"

#include <QThreadPool>
#include <QTimer>

namespace understudy {

class RedisNodeWatch;
class RedisSentinelWatch;
class SecretResolver;
class SshTunnel;
struct RedisLinkTiming;
struct RedisTarget;

/// Looks at one Redis set through its Sentinels: hears their events, asks each of them and every data
/// node at the plan's interval. Readings: see redisreadings.h. A change of health, and a Sentinel's
/// event that bears on it, is observed at once; the rest within 50 ms.
/// The nodes' password goes only to addresses that a majority of Sentinels names.
/// With plan.via all of it goes through one ssh to that host, which lives from start() to stop(). Sentinels
/// are asked once it is open or has failed; while it is down, all that it leads to is unknown.
class RedisProbe : public Probe
{
    Q_OBJECT
public:
    /// `clock` outlives the probe.
    RedisProbe(const RedisProbeSetup &setup, const Clock &clock, QObject *parent = nullptr);
    /// Finds its secrets itself, on a thread of its own, and tries again every 10 s while one is
    /// missing. `secrets` outlives the probe, whose destructor waits for a search under way.
    RedisProbe(const RedisPlan &plan, const std::optional<Host> &via, const SecretResolver &secrets, const Clock &clock,
               QObject *parent = nullptr);
    ~RedisProbe() override;

    QStringList systems() const override { return {QStringLiteral("redis")}; }
    void start() override;
    void stop() override;
    void lookNow() override;

private:
    void findSecrets();
    void begin(const RedisProbeSetup &setup);
    void openTunnel();
    void tunnelChanged();
    void addSentinel(const Endpoint &announced);
    void forgetAll();
    RedisTarget targetOf(const Endpoint &announced, bool isSentinel) const;
    std::optional<Error> faultOf(bool isSentinel) const;
    RedisLinkTiming timing() const;
    void lookEnded();
    void updateNodes();
    QList<Endpoint> trustedNodes() const;
    QList<Endpoint> attachedToMaster(const QList<Endpoint> &trusted) const;
    void addNode(const Endpoint &announced);
    void lookAtNodes();
    void changed();
    void publish();
    bool isComplete() const;
    RedisWorld world() const;

    RedisProbeSetup m_setup;
    const SecretResolver *m_secrets = nullptr; ///< null: the setup holds them
    const Clock &m_clock;
    QList<RedisSentinelWatch *> m_sentinels;
    QList<RedisNodeWatch *> m_nodes;
    std::shared_ptr<SshTunnel> m_tunnel; ///< null: directly
    std::optional<Error> m_noWay;        ///< the plan's via cannot be followed
    std::optional<RedisProbeSetup> m_waiting; ///< for the tunnel
    QTimer m_tick, m_publishSoon, m_findAgain;
    QThreadPool m_worker; ///< one thread, for the search of secrets
    Health m_health = Health::Unknown; ///< as last published
    QString m_reason;
    bool m_running = false;
    bool m_finding = false;
};

} // namespace understudy
