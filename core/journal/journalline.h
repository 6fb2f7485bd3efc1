// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"

namespace understudy {

/// The bytes of one line of a journal, without its line feed. The hash is the last member and covers
/// the previous line's hash (64 hex digits, nothing for the first line) and this line's raw bytes up
/// to the comma before "hash".
namespace journalline {

inline constexpr qsizetype maximumLength = 1'000'000;
inline constexpr qint64 maximumFile = 64'000'000;

/// Sets `entry.hash` and returns the line.
QByteArray make(JournalEntry &entry, const QByteArray &previousHash);
/// Reads a line back. The Error says what is wrong with it; the chain is checked when `previousHash`
/// is given.
[[nodiscard]] Result<JournalEntry> read(const QByteArray &line, const QByteArray *previousHash);

} // namespace journalline
} // namespace understudy
