// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfileplaces.h"

#include "core/base/quantity.h"

namespace understudy::envfileplaces {

Error missing(const QString &where)
{
    return {ErrorCode::FileUnreadable, QStringLiteral("%1 is no file").arg(where),
            QStringLiteral("Correct its path in the plan.")};
}

Error unreadable(const QString &where, const QString &words)
{
    return {ErrorCode::FileUnreadable, QStringLiteral("cannot read %1").arg(where),
            QStringLiteral("Give this user the right to read it."), words};
}

Error tooLarge(const QString &where)
{
    return {ErrorCode::TooLarge, QStringLiteral("%1 is larger than 1 MB").arg(where),
            QStringLiteral("That is no env file; correct its path in the plan.")};
}

Error changed(const QString &where)
{
    return {ErrorCode::TargetChanged,
            QStringLiteral("%1 has changed since it was shown").arg(where),
            QStringLiteral("Nothing was written; look at the new preview and confirm again.")};
}

Error readOnly(const QString &where)
{
    return {ErrorCode::FileUnwritable, QStringLiteral("%1 is read-only").arg(where),
            QStringLiteral("Give this user the right to write it (chmod u+w, or its owner's ssh); "
                           "nothing was changed.")};
}

Error noRoom(const QString &where, qint64 freeBytes)
{
    return {ErrorCode::FileUnwritable, QStringLiteral("the disk of %1 is full").arg(where),
            QStringLiteral("Make room on that disk; nothing was changed."),
            QStringLiteral("%1 bytes are free").arg(freeBytes)};
}

Error otherBackup(const QString &backup)
{
    return {ErrorCode::FileUnwritable,
            QStringLiteral("%1 exists and holds something else").arg(backup),
            QStringLiteral("Nothing was changed; move that file away, or try again in a second.")};
}

Error notHeld(const QString &where, const QString &backup)
{
    return {ErrorCode::NotProved, QStringLiteral("%1 does not hold what was written").arg(where),
            QStringLiteral("Somebody else writes it too; its old text is in %1.").arg(backup)};
}

Error unwritable(const QString &where, const QString &words)
{
    const QString hint =
        words.contains(QLatin1String("No space left")) ||
                words.contains(QLatin1String("quota exceeded"))
            ? QStringLiteral("Make room on that disk; nothing was changed.")
        : words.contains(QLatin1String("Read-only file system"))
            ? QStringLiteral("That file system is mounted read-only; nothing was changed.")
        : words.contains(QLatin1String("Operation not permitted"))
            ? QStringLiteral("Its owner cannot be kept, or it is marked immutable (lsattr): work "
                             "as its owner; nothing was changed.")
        : words.contains(QLatin1String("busy"))
            ? QStringLiteral("It is mounted by itself (into a container, say): change it by hand; "
                             "nothing was changed.")
            : QStringLiteral(
                  "Give this user the right to write in that folder; nothing was changed.");
    return {ErrorCode::FileUnwritable, QStringLiteral("cannot replace %1").arg(where), hint, words};
}

qint64 bytesNeeded(qsizetype size)
{
    constexpr qint64 block = 4096;
    return 2 * ((size / block) + 2) * block;
}

} // namespace understudy::envfileplaces
