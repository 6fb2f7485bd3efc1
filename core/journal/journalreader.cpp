// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journalline.h"

#include <QFile>

namespace understudy {
namespace {

Result<QByteArray> contents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("cannot read journal %1").arg(path),
                    QStringLiteral("Check the name and the rights of the file."), file.errorString());
    if (file.size() > journalline::maximumFile)
        return fail(ErrorCode::TooLarge, QStringLiteral("journal %1 is larger than 64 MB").arg(path));
    return file.read(journalline::maximumFile);
}

Error atLine(const QString &path, qint64 number, const Error &error)
{
    return {ErrorCode::JournalBroken, QStringLiteral("%1:%2: %3").arg(path).arg(number).arg(error.message),
            QStringLiteral("Compare entries and last hash with those in the report; what stands before this "
                           "line is whole."),
            error.cause};
}

} // namespace

Result<JournalReading> readJournal(const QString &path)
{
    const Result<QByteArray> bytes = contents(path);
    if (!bytes)
        return fail(bytes.error());
    JournalReading reading;
    qsizetype start = 0;
    while (start < bytes->size()) {
        const qsizetype end = bytes->indexOf('\n', start);
        if (end < 0) {
            reading.torn = true;
            break;
        }
        Result<JournalEntry> entry = journalline::read(bytes->mid(start, end - start), nullptr);
        if (!entry)
            return fail(atLine(path, reading.entries.size() + 1, entry.error()));
        reading.entries.append(std::move(*entry));
        start = end + 1;
    }
    return reading;
}

Result<JournalHead> verifyJournal(const QString &path)
{
    const Result<QByteArray> bytes = contents(path);
    if (!bytes)
        return fail(bytes.error());
    JournalHead head;
    qsizetype start = 0;
    while (start < bytes->size()) {
        const qsizetype end = bytes->indexOf('\n', start);
        if (end < 0)
            return fail(atLine(path, head.entries + 1,
                               {ErrorCode::JournalBroken, QStringLiteral("line has no line feed: it was cut off")}));
        const Result<JournalEntry> entry = journalline::read(bytes->mid(start, end - start), &head.hash);
        if (!entry)
            return fail(atLine(path, head.entries + 1, entry.error()));
        if (entry->number != head.entries + 1)
            return fail(atLine(path, head.entries + 1,
                               {ErrorCode::JournalBroken, QStringLiteral("line has number %1").arg(entry->number)}));
        head = {.entries = entry->number, .hash = entry->hash};
        start = end + 1;
    }
    return head;
}

} // namespace understudy
