// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisaccess.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshtunnel.h"

#include <QDeadlineTimer>

#include <map>
#include <mutex>

namespace understudy {

/// Who has let a deadline pass in the last minute.
class RedisAccess::Silence
{
public:
    bool isSilent(const Endpoint &address)
    {
        const std::lock_guard<std::mutex> guard(m_mutex);
        const auto found = m_until.find(address);
        return found != m_until.end() && !found->second.hasExpired();
    }
    void note(const Endpoint &address, bool silent)
    {
        const std::lock_guard<std::mutex> guard(m_mutex);
        if (silent)
            m_until[address] = QDeadlineTimer(std::chrono::minutes(1));
        else
            m_until.erase(address);
    }

private:
    std::mutex m_mutex;
    std::map<Endpoint, QDeadlineTimer, EndpointOrder> m_until;
};

Result<RedisAccess> RedisAccess::forPlan(const RedisPlan &plan, const SecretResolver &secrets, const Host *via)
{
    RedisAccess access;
    access.m_silence = std::make_shared<Silence>();
    access.m_plan = plan;
    Result<std::shared_ptr<SshTunnel>> tunnel = redisTunnel(plan, via);
    if (!tunnel)
        return fail(tunnel.error());
    access.m_tunnel = *tunnel;
    Result<Secret> password = secrets.resolve(plan.password);
    if (!password)
        return fail(password.error());
    Result<Secret> sentinelPassword = secrets.resolve(plan.sentinelPassword);
    if (!sentinelPassword)
        return fail(sentinelPassword.error());
    access.m_password = *password;
    access.m_sentinelPassword = *sentinelPassword;
    return access;
}

Result<std::unique_ptr<RedisSession>> RedisAccess::sentinel(const Endpoint &address, const CancelToken &cancel) const
{
    return connect(address, redisTarget(m_plan, address, true, m_sentinelPassword, m_tunnel), redisDeadline, cancel);
}

Result<std::unique_ptr<RedisSession>> RedisAccess::node(const Endpoint &announced, const CancelToken &cancel,
                                                        Milliseconds deadline) const
{
    return connect(announced, redisTarget(m_plan, announced, false, m_password, m_tunnel), deadline, cancel);
}

Result<std::unique_ptr<RedisSession>> RedisAccess::connect(const Endpoint &name, const RedisTarget &target, Milliseconds deadline,
                                                           const CancelToken &cancel) const
{
    // Through ssh the way itself may be what is slow.
    const Milliseconds patience = !m_tunnel && m_silence->isSilent(name) ? qMin(deadline, silentDeadline) : deadline;
    Result<std::unique_ptr<RedisSession>> session = RedisSession::connect(target, patience, cancel);
    if (session || session.error().code != ErrorCode::TimedOut)
        m_silence->note(name, false);
    else if (patience >= silentDeadline) // what a hurried question does not hear is no sign
        m_silence->note(name, true);
    return session;
}

QString RedisAccess::commandLine(const Endpoint &announced) const
{
    const Endpoint at = reached(announced);
    const bool sentinel = m_plan.sentinels.contains(announced);
    const SecretReference &password = sentinel ? m_plan.sentinelPassword : m_plan.password;
    const QString &user = sentinel ? m_plan.sentinelUser : m_plan.user;
    QString line = QStringLiteral("redis-cli -h %1 -p %2").arg(at.host).arg(at.port);
    if (m_plan.tls)
        line += QStringLiteral(" --tls");
    if (m_plan.tls && !m_plan.tlsCa.isEmpty())
        line += QStringLiteral(" --cacert ") + shellQuoted(m_plan.tlsCa);
    if (m_plan.tls && !m_plan.tlsServerName.isEmpty())
        line += QStringLiteral(" --sni ") + shellQuoted(m_plan.tlsServerName);
    if (!user.isEmpty())
        line += QStringLiteral(" --user ") + shellQuoted(user);
    if (m_tunnel) // an environment does not come along there
        return sshByHand(m_tunnel->host()) + QLatin1Char(' ') + line + (password.isSet() ? QStringLiteral(" --askpass") : QString());
    switch (password.kind) {
    case SecretReference::Kind::None:
        return line;
    case SecretReference::Kind::Environment:
        return QStringLiteral("REDISCLI_AUTH=\"$%1\" ").arg(password.name) + line;
    case SecretReference::Kind::File:
        return QStringLiteral("REDISCLI_AUTH=\"$(cat %1)\" ").arg(shellQuoted(password.name)) + line;
    default:
        return line + QStringLiteral(" --askpass");
    }
}

Result<RespValue> askRedis(RedisSession &session, const Endpoint &peer, const QList<QByteArray> &command)
{
    Result<RespValue> reply = session.call(command, redisDeadline);
    if (reply && reply->isError())
        return fail(redisfault::ofErrorReply(peer, *reply));
    return reply;
}

Endpoint endpointFrom(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    Endpoint endpoint{.host = text.left(qMax<qsizetype>(colon, 0)), .port = text.mid(colon + 1).toUShort()};
    if (endpoint.host.startsWith(QLatin1Char('[')) && endpoint.host.endsWith(QLatin1Char(']')))
        endpoint.host = endpoint.host.mid(1, endpoint.host.size() - 2);
    return endpoint;
}

} // namespace understudy
