// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace understudy {

/// The bytes of a command as the Redis protocol wants them; words may hold any byte.
QByteArray respCommand(const QList<QByteArray> &words);

} // namespace understudy
