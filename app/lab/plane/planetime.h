// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace understudy::lab {

/// A moment in microseconds since 1970, in UTC: commits are told apart by them, and QDateTime holds
/// milliseconds only.
using Moment = qint64;

Moment momentNow();
/// RFC 3339 with a zone and up to nine digits of fraction, cut to six; nothing when it is something else.
std::optional<Moment> readMoment(const QString &text);
/// "2022-12-09T08:47:52.20417Z": no zeros at the fraction's end.
QString momentText(Moment moment);
/// "2022-11-30T20:09:48Z": how the control plane stamps what it has made.
QString wholeSecondText(Moment moment);
/// "2022-12-09 08:47:52.204170+00": PostgreSQL 15 refuses "Z" in a recovery target.
QString recoveryTargetText(Moment moment);
/// Never earlier than `moment`.
Moment nextWholeSecond(Moment moment);

} // namespace understudy::lab
