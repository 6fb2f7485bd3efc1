// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace understudy {

/// An Error for a refused or broken connection. libpq tells these in words only, so the words decide;
/// what they do not tell is Unreachable. `words` are redacted already.
Error pgConnectError(const QString &server, const QString &words);
/// An Error for a statement that the server refused, by its SQLSTATE (which stands in the cause).
Error pgStatementError(const QString &server, const QString &sqlState, const QString &words);

/// The five characters of the SQLSTATE, or nothing when the error is none of the server's.
QString sqlStateOf(const Error &error);
/// The server's own words, without the state.
QString serverWordsOf(const Error &error);

} // namespace understudy
