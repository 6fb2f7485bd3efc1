// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QByteArray>

namespace understudy::lab {

struct HttpAnswer
{
    int status = 0;
    QByteArray body;
};

/// GET over a connection of its own on loopback. Blocks to the deadline at most.
[[nodiscard]] Result<HttpAnswer> callHttp(quint16 port, const QString &path, Milliseconds deadline);

} // namespace understudy::lab
