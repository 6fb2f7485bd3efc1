// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QByteArray>

/// Text and addresses as servers write them: not trusted, therefore cut and cleaned here, once.
namespace understudy::wiretext {

/// UTF-8, control characters as blanks, at most `most` characters ("…" marks a cut), passwords redacted.
QString clean(const QByteArray &bytes, qsizetype most = 300);
/// Null when the port is none or the host is "?" or no plausible host.
Endpoint endpoint(const QByteArray &host, const QByteArray &port);
/// "10.0.0.2:6379" and "[::1]:6379"; also "::1:6379", as older Sentinels name their replicas.
Endpoint endpoint(const QByteArray &hostAndPort);
QStringList flags(const QByteArray &commaList);

} // namespace understudy::wiretext
