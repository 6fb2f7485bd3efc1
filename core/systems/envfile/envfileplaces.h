// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/envfile/envfilestore.h"

/// The two places an EnvFileStore works in; see there for what they promise.
namespace understudy::envfileplaces {

Result<EnvFileLook> lookHere(const QString &path);
Result<QString> replaceHere(const QString &path, const QByteArray &expected, const QByteArray &text,
                            const QString &tag, bool hidden = false);

Result<EnvFileLook> lookThere(const Host &host, const QString &path, const CancelToken &cancel);
Result<QString> replaceThere(const Host &host, const QString &path, const QByteArray &expected,
                             const QByteArray &text, const QString &tag, bool hidden,
                             const CancelToken &cancel);

// In the same words wherever the file is. `where` is the file with its host; `words` the system's
// own.
Error missing(const QString &where);
Error unreadable(const QString &where, const QString &words);
Error tooLarge(const QString &where);
Error changed(const QString &where);
Error readOnly(const QString &where);
Error noRoom(const QString &where, qint64 freeBytes);
Error otherBackup(const QString &backup);
Error notHeld(const QString &where, const QString &backup);
/// `words` of the C locale decide what to do: "No space left on device", "Read-only file system", …
Error unwritable(const QString &where, const QString &words);
/// What replacing a file of that size needs: backup and new text, in whole blocks.
qint64 bytesNeeded(qsizetype size);

} // namespace understudy::envfileplaces
