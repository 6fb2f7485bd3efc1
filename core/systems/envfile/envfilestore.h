// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/plan/plan.h"

#include <QByteArray>

#include <optional>

namespace understudy {

/// An env file as it stands, and whether it could be replaced.
struct EnvFileLook
{
    QByteArray text;        ///< holds secrets
    QString target;         ///< the file itself, where the path is a link
    qint64 freeBytes = -1;  ///< on its disk, for this user; -1: not told
    std::optional<Error> obstacle = {}; ///< why it cannot be replaced: read-only, no room, another's folder
};

/// One env file of a host: read whole, and replaced whole. Blocks; any thread. Another host is reached by
/// the operator's own ssh, which needs a POSIX shell, stat, readlink and sha256sum there; no secret is
/// part of a command there.
///
/// A reader of the file sees the old text or the new one, never a half: the new text is written beside it,
/// synced, given the old file's mode and owner, and renamed over it. The old text stays in a backup beside
/// it, `NAME.understudy-TAG`, readable by nobody who could not read the file.
class EnvFileStore
{
public:
    /// What stands beside the file: `Hidden` puts a dot before its names, for a folder that somebody
    /// reads whole ("include sites/*").
    enum class Beside { Plain, Hidden };
    explicit EnvFileStore(QString path, Host host = {}, Beside beside = Beside::Plain)
        : m_path(std::move(path)), m_host(std::move(host)), m_beside(beside)
    {}
    const QString &path() const { return m_path; }
    QString label() const; ///< "app-1:/srv/app/.env", or the path alone

    /// TooLarge above 1 MB; FileUnreadable with what to do for what cannot be read or is no plain file.
    [[nodiscard]] Result<QByteArray> read(const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<EnvFileLook> look(const CancelToken &cancel = {}) const;
    /// TargetChanged when the file no longer holds `expected`, and nothing is written then. What stands
    /// there afterwards has been read back and is `text`; the path of the backup is returned. A backup of
    /// that tag that holds `expected` already is kept; one that holds something else is never overwritten.
    [[nodiscard]] Result<QString> replace(const QByteArray &expected, const QByteArray &text, const QString &tag,
                                          const CancelToken &cancel = {}) const;
    /// Tagged with the clock's time: YYYYMMDDTHHMMSSZ.
    [[nodiscard]] Result<QString> replace(const QByteArray &expected, const QByteArray &text, const Clock &clock) const;

    static QString tagOf(const Clock &clock);
    /// Where `replace` leaves the old text of `target`.
    static QString backupOf(const QString &target, const QString &tag, bool hidden = false);

    static constexpr qint64 mostBytes = 1'000'000;

private:
    QString m_path;
    Host m_host;
    Beside m_beside;
};

} // namespace understudy
