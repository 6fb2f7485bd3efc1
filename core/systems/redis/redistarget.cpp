// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/redis/redistarget.h"

#include "core/systems/shell/sshtunnel.h"

namespace understudy {

RedisTarget redisTarget(const RedisPlan &plan, const Endpoint &announced, bool isSentinel,
                        const Secret &password, const std::shared_ptr<SshTunnel> &via)
{
    RedisTarget target;
    target.address = plan.addresses.value(announced.text(), announced);
    target.user = isSentinel ? plan.sentinelUser : plan.user;
    target.password = password;
    target.tls = plan.tls;
    target.tlsCa = plan.tlsCa;
    // A forwarded connection still ends at the announced host, whose certificate is checked.
    target.tlsServerName = plan.tlsServerName.isEmpty() ? announced.host : plan.tlsServerName;
    target.via = via;
    return target;
}

Result<std::shared_ptr<SshTunnel>> redisTunnel(const RedisPlan &plan, const Host *host)
{
    if (plan.via.isEmpty())
        return std::shared_ptr<SshTunnel>();
    if (!host || host->name != plan.via)
        return fail(
            ErrorCode::PlanInvalid,
            QStringLiteral("redis.via names a host that the plan does not know: %1").arg(plan.via),
            QStringLiteral("Add it under 'hosts:'."));
    return host->isLocal() ? std::shared_ptr<SshTunnel>() : std::make_shared<SshTunnel>(*host);
}

} // namespace understudy
