// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisaccess.h"

#include "core/systems/redis/redisfault.h"
#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshtunnel.h"

namespace understudy {

Result<RedisAccess> RedisAccess::forPlan(const RedisPlan &plan, const SecretResolver &secrets, const Host *via)
{
    RedisAccess access;
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
    return RedisSession::connect(redisTarget(m_plan, address, true, m_sentinelPassword, m_tunnel), redisDeadline, cancel);
}

Result<std::unique_ptr<RedisSession>> RedisAccess::node(const Endpoint &announced, const CancelToken &cancel,
                                                        Milliseconds deadline) const
{
    return RedisSession::connect(redisTarget(m_plan, announced, false, m_password, m_tunnel), deadline, cancel);
}

QString RedisAccess::byHandBefore() const
{
    return m_tunnel ? sshByHand(m_tunnel->host()) + QLatin1Char(' ') : QString();
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
