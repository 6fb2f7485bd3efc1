// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace understudy {

/// The developer's narrator: one named logger a core folder ("redis", "recovery", …). Journal and
/// report are other narrators; nothing an operator or auditor needs lives only here.
/// debug = flow, info = what an operator cares about, warning = handled but odd, error = failed,
/// critical = our bug. Thread safe. Callers redact.
namespace log {

enum class Level { Debug, Info, Warning, Error, Critical };

/// Starts a rotating file (3 of 5 MB) in `folder`, and routes Qt's own messages into it.
/// Without it nothing is written. `toStandardError` adds warnings and worse to standard error.
void start(const QString &folder, const QString &program, bool toStandardError);
void write(Level level, const char *category, const QString &message);

inline void debug(const char *category, const QString &message) { write(Level::Debug, category, message); }
inline void info(const char *category, const QString &message) { write(Level::Info, category, message); }
inline void warning(const char *category, const QString &message) { write(Level::Warning, category, message); }
inline void error(const char *category, const QString &message) { write(Level::Error, category, message); }
inline void critical(const char *category, const QString &message) { write(Level::Critical, category, message); }

} // namespace log
} // namespace understudy
