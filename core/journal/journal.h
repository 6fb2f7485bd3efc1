// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QJsonObject>
#include <QList>
#include <QMetaType>

#include <memory>

namespace understudy {

/// One line of a journal. `event` is one of the words of the command-line contract: preflight, intent,
/// acted, retried, verified, failed, undone, skipped, overridden, external, unknown, needs_operator,
/// waiting_commit; and opened, decided, note, closed, which only the journal has.
struct JournalEntry
{
    qint64 number = 0; ///< 1 for the first line
    QDateTime at;      ///< UTC
    QString run;
    QString step;      ///< empty: about the whole run
    QString event;
    QJsonObject detail; ///< facts; never a secret
    QByteArray hash;   ///< 64 hex digits
    bool operator==(const JournalEntry &) const = default;
};

struct JournalHead
{
    qint64 entries = 0;
    QByteArray hash; ///< of the last line; empty when there is none
    bool operator==(const JournalHead &) const = default;
};

/// Appends to one journal file. `append` returns only when the line is on disk (fsync of the file, and
/// of the folder when the file is new); an Error means that nothing may be done that the entry was to
/// announce. Several programs may append to one file: each append holds a lock and continues the chain
/// from the file's true end. A torn last line, left by a crash, is cut off into "<file>.torn" first.
class JournalWriter
{
public:
    virtual ~JournalWriter() = default;
    [[nodiscard]] virtual Result<JournalEntry> append(JournalEntry entry) = 0;
    [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(const QString &file, const Clock &clock);
};

/// Reads every whole line (a torn tail is left out and told by `torn`). Bounded: 64 MB, 1 MB a line.
struct JournalReading
{
    QList<JournalEntry> entries;
    bool torn = false;
};
[[nodiscard]] Result<JournalReading> readJournal(const QString &file);

/// Recomputes the chain over raw bytes. The Error names the first bad line.
[[nodiscard]] Result<JournalHead> verifyJournal(const QString &file);

} // namespace understudy

Q_DECLARE_METATYPE(understudy::JournalEntry)
