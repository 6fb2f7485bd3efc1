// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/systems/redis/redissession.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// How long one connection, and one answer, is waited for.
inline constexpr Milliseconds redisDeadline{1500};
/// The same for one that has let the whole deadline pass a moment ago: a run looks at everything more
/// than ten times, and a hung master must not cost it the deadline each time.
inline constexpr Milliseconds silentDeadline{500};

/// How a run reaches the plan's Sentinels and data nodes. Both are named as they are announced, reached
/// where the plan's `addresses` says, and through its `via`, by an ssh of the run's own: a run must not
/// rest on what the watch does with its. Thread safe: copies share that ssh, which begins with the first
/// connection and ends with the last copy, and a guarded memory of those that hang; all else is values.
class RedisAccess
{
public:
    /// Resolves the passwords; blocks. `via` is the host that plan.via names.
    [[nodiscard]] static Result<RedisAccess> forPlan(const RedisPlan &plan, const SecretResolver &secrets, const Host *via = nullptr);

    QByteArray master() const { return m_plan.master.toUtf8(); }
    const QList<Endpoint> &sentinels() const { return m_plan.sentinels; }
    const RedisPlan &plan() const { return m_plan; }
    const Secret &password() const { return m_password; }
    /// Where the plan says that what is announced so is reached.
    Endpoint reached(const Endpoint &announced) const { return m_plan.addresses.value(announced.text(), announced); }
    /// What a person types before a command of Redis for that node or Sentinel: through ssh and with TLS, user and
    /// password as the plan says. The password stands there only as where it comes from, or is asked for.
    QString commandLine(const Endpoint &announced) const;
    [[nodiscard]] Result<std::unique_ptr<RedisSession>> sentinel(const Endpoint &address, const CancelToken &cancel) const;
    [[nodiscard]] Result<std::unique_ptr<RedisSession>> node(const Endpoint &announced, const CancelToken &cancel,
                                                             Milliseconds deadline = redisDeadline) const;

private:
    class Silence;
    Result<std::unique_ptr<RedisSession>> connect(const Endpoint &name, const RedisTarget &target, Milliseconds deadline,
                                                  const CancelToken &cancel) const;

    std::shared_ptr<Silence> m_silence; ///< shared by copies
    RedisPlan m_plan;
    Secret m_password;
    Secret m_sentinelPassword;
    std::shared_ptr<SshTunnel> m_tunnel; ///< null: directly
};

/// One command; an error reply is an Error in plain words.
[[nodiscard]] Result<RespValue> askRedis(RedisSession &session, const Endpoint &peer, const QList<QByteArray> &command);

/// Any order will do, as long as it is always the same.
struct EndpointOrder
{
    bool operator()(const Endpoint &left, const Endpoint &right) const
    {
        return left.host != right.host ? left.host < right.host : left.port < right.port;
    }
};

/// "10.0.0.2:6379" or "[::1]:6379"; null when it is neither.
Endpoint endpointFrom(const QString &text);

} // namespace understudy
