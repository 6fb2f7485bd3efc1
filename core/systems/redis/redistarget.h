// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/plan/plan.h"

namespace understudy {

/// Where and how one Redis or Sentinel is reached. Holds a resolved secret: never logged.
struct RedisTarget
{
    Endpoint address; ///< already translated by the plan's `addresses`
    QString user;     ///< ACL user; empty: AUTH with the password alone
    Secret password;
    bool tls = false;
    QString tlsCa;         ///< PEM file; empty: the system's authorities
    QString tlsServerName; ///< name that the certificate must have; empty: address.host
};

} // namespace understudy
