// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/redis/respvalue.h"

#include <optional>

namespace understudy::lab {

/// The Redis protocol among the lab's own servers, whose replies need no bounds.
QByteArray respCommand(const QList<QByteArray> &words);
/// Takes one whole reply off the front of `buffer`; nothing while it is incomplete.
std::optional<RespValue> takeReply(QByteArray &buffer);

} // namespace understudy::lab
