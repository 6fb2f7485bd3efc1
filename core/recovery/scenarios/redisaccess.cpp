// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redisaccess.h"

#include "core/systems/redis/redisfault.h"

namespace understudy {

Result<RedisAccess> RedisAccess::forPlan(const RedisPlan &plan, const SecretResolver &secrets)
{
    RedisAccess access;
    access.m_plan = plan;
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

RedisTarget RedisAccess::target(const Endpoint &address, const QString &user, const Secret &password) const
{
    return {.address = address, .user = user, .password = password, .tls = m_plan.tls, .tlsCa = m_plan.tlsCa,
            .tlsServerName = m_plan.tlsServerName};
}

Result<std::unique_ptr<RedisSession>> RedisAccess::sentinel(const Endpoint &address, const CancelToken &cancel) const
{
    return RedisSession::connect(target(address, m_plan.sentinelUser, m_sentinelPassword), redisDeadline, cancel);
}

Result<std::unique_ptr<RedisSession>> RedisAccess::node(const Endpoint &announced, const CancelToken &cancel,
                                                        Milliseconds deadline) const
{
    const Endpoint reached = m_plan.addresses.value(announced.text(), announced);
    return RedisSession::connect(target(reached, m_plan.user, m_password), deadline, cancel);
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
