// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QStringList>

namespace understudy::lab {

/// Starts this program anew with `arguments` and "--report-to N" in a session of its own, with no
/// descriptor of the caller's but the pipe N, and waits for its one line of JSON.
/// Call it before any thread exists.
[[nodiscard]] Result<QJsonObject> startDetached(const QStringList &arguments);

QJsonObject errorToJson(const Error &error);
Error errorFromJson(const QJsonObject &json);

} // namespace understudy::lab
