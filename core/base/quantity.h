// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QString>

namespace understudy {

/// Strict readers of quantities a person writes. All refuse surrounding blanks, a missing unit,
/// signs, and anything out of range; the Error's hint says what to write instead.

/// "500ms", "5s", "5m", "1h", "90d": a whole number and one unit; 1 ms to 3650 d.
[[nodiscard]] Result<Milliseconds> parseDuration(const QString &text);
/// "99.9%": 0 to 100 with the sign; the result is a ratio, 0 to 1.
[[nodiscard]] Result<double> parsePercentage(const QString &text);
/// RFC 3339 date-time with a zone ("Z" or "+03:00"); a time without one is refused.
[[nodiscard]] Result<QDateTime> parseTime(const QString &text);
/// A moment of the past as a person names it: parseTime, or "20m ago" with parseDuration's units. UTC, and
/// refused when it lies after `now`.
[[nodiscard]] Result<QDateTime> parseMoment(const QString &text, const QDateTime &now);

/// "0.8 s", "41 s", "18 min 40 s", "6 h 5 min", "7 d": two units at most, for people.
QString durationText(Milliseconds duration);
/// "512 B", "12 KB", "1.1 GB" (powers of 1000, as network figures are told).
QString bytesText(double bytes);
/// At most three significant digits after the point, no exponent for ordinary sizes, no locale.
QString numberText(double value);

} // namespace understudy
