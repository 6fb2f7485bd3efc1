// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QByteArray>

namespace understudy {

/// One env file of this machine: read whole, and replaced whole. Blocks; any thread.
///
/// A reader of the file sees the old text or the new one, never a half: the new text is written beside it,
/// synced, given the old file's mode and owner, and renamed over it. The old text stays in a backup beside
/// it, `NAME.understudy-YYYYMMDDTHHMMSSZ`, readable by nobody who could not read the file.
class EnvFileStore
{
public:
    explicit EnvFileStore(QString path) : m_path(std::move(path)) {}
    const QString &path() const { return m_path; }

    /// TooLarge above 1 MB; FileUnreadable with what to do for what cannot be read or is no plain file.
    [[nodiscard]] Result<QByteArray> read() const;
    /// TargetChanged when the file no longer holds `expected`, and nothing is written then. What stands
    /// there afterwards has been read back and is `text`; the path of the backup is returned.
    [[nodiscard]] Result<QString> replace(const QByteArray &expected, const QByteArray &text, const Clock &clock) const;

private:
    QString m_path;
};

} // namespace understudy
