// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace understudy {

/// What pg_dump has written, told by its first bytes and not by its name.
enum class DumpForm { Custom, PlainSql, CompressedSql, Unknown };
DumpForm dumpForm(const QByteArray &firstBytes);
QString dumpFormName(DumpForm form); ///< "pg_dump's custom format", "SQL", "SQL, gzip"

/// Whether a key looks like a dump at all, by its ending: .dump, .pgdump, .backup, .custom, .sql, .sql.gz.
bool isDumpName(const QString &key);

/// What a CREATE DATABASE needs beside the name to be as the one that was dumped: "ENCODING = 'UTF8' LOCALE = 'C'".
/// Only the custom format tells; empty else.
QString dumpLocale(const QString &file, DumpForm form, const CancelToken &cancel);
/// The same out of pg_restore's script. Nothing but encoding and locales comes through.
QString localeIn(const QByteArray &script);

/// Loads a dump into an empty database, by pg_restore or psql of this machine. `database` is its URL; the password
/// goes by the environment. Stops at the first error. Owners and privileges are left out: the roles may not exist
/// there. ProgramMissing names the package.
[[nodiscard]] Result<QString> loadDump(const QString &file, DumpForm form, const Secret &database, Milliseconds deadline, const CancelToken &cancel);

} // namespace understudy
