// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"

/// Which colour a site file of nginx sends requests to, by the servers of its upstreams. Pure.
///
/// Only upstreams that name an instance of the plan count; "localhost" and any loopback address are the
/// same host. Servers marked `backup` or `down` get no requests while the others live.
namespace understudy::nginxupstreams {

/// The colours that the upstreams' servers belong to, each once; more than one: the file is of two minds.
QStringList coloursIn(const QByteArray &text, const QList<Pool> &pools);

/// The text in which every such upstream names the instances of `colour`, and its backup servers the
/// colour that served before. Parameters, comments and all else stay as they are. NotFound when no
/// upstream names an instance of the plan.
[[nodiscard]] Result<QByteArray> switched(const QByteArray &text, const QList<Pool> &pools, const QString &colour);

} // namespace understudy::nginxupstreams
