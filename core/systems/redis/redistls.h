// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/redis/redistarget.h"

#include <QSslSocket>

namespace understudy {

/// Sets authorities, the name to check and TLS 1.2 or later on a socket that is not yet encrypted.
/// Fails when the authority file is unreadable or holds no certificate.
[[nodiscard]] Result<Unit> prepareRedisTls(QSslSocket &socket, const RedisTarget &target);

} // namespace understudy
