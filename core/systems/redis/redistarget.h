// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/plan/plan.h"

#include <memory>

namespace understudy {

class SshTunnel;

/// Where and how one Redis or Sentinel is reached. Holds a resolved secret: never logged.
struct RedisTarget
{
    Endpoint address; ///< already translated by the plan's `addresses`
    QString user;     ///< ACL user; empty: AUTH with the password alone
    Secret password;
    bool tls = false;
    QString tlsCa;         ///< PEM file; empty: the system's authorities
    QString tlsServerName; ///< name that the certificate must have; empty: address.host
    std::shared_ptr<SshTunnel> via; ///< null: directly; else `address` is as it holds on the tunnel's host
};

/// How the plan says that a Sentinel or a data node is reached which is announced as `announced`.
RedisTarget redisTarget(const RedisPlan &plan, const Endpoint &announced, bool isSentinel, const Secret &password,
                        const std::shared_ptr<SshTunnel> &via);
/// The tunnel that the plan's `via` asks for, not opened; null: none. `host` is what it names, if the
/// plan knows it: without it the plan cannot be followed, and to go there directly would be wrong.
[[nodiscard]] Result<std::shared_ptr<SshTunnel>> redisTunnel(const RedisPlan &plan, const Host *host);

} // namespace understudy
