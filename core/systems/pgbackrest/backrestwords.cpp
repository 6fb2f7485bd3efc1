// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestwords.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"

#include <QRegularExpression>

namespace understudy {
namespace {

/// Its last capture in the text.
QString lastOf(const QString &text, const QString &pattern)
{
    const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
    QString found;
    for (QRegularExpressionMatchIterator it = expression.globalMatch(text); it.hasNext();)
        found = it.next().captured(1);
    return found;
}

/// The lines that name the trouble, newest last.
QString troubleIn(const QString &log)
{
    QStringList lines;
    for (const QString &line : log.split(QLatin1Char('\n'))) {
        if (line.contains(QLatin1String("ERROR:")) || line.contains(QLatin1String("FATAL:")) || line.contains(QLatin1String("PANIC:")))
            lines.append(line.simplified().left(240));
    }
    return redacted(lines.mid(qMax<qsizetype>(0, lines.size() - 3)).join(QStringLiteral("; ")));
}

} // namespace

QList<BackrestCopy> parseBackrestCopies(const QByteArray &output)
{
    QList<BackrestCopy> copies;
    bool inLog = false;
    for (const QByteArray &raw : output.split('\n')) {
        const QString line = QString::fromUtf8(raw);
        const QString word = line.section(QLatin1Char(' '), 0, 0);
        const QString rest = line.section(QLatin1Char(' '), 1);
        if (inLog || word == QLatin1String("---")) {
            inLog = true;
            if (!copies.isEmpty())
                copies.last().log += line + QLatin1Char('\n');
        } else if (word == QLatin1String("copy")) {
            copies.append({.folder = rest});
        } else if (word == QLatin1String("name")) {
            if (copies.isEmpty())
                copies.append(BackrestCopy{});
            copies.last().name = rest;
        } else if (copies.isEmpty()) {
            continue;
        } else if (word == QLatin1String("moment")) {
            copies.last().moment = QDateTime::fromString(rest, Qt::ISODateWithMs);
        } else if (word == QLatin1String("port")) {
            copies.last().port = rest.toUShort();
        } else if (word == QLatin1String("created")) {
            copies.last().createdAt = QDateTime::fromSecsSinceEpoch(rest.toLongLong(), Qt::UTC);
        } else if (word == QLatin1String("state")) {
            copies.last().state = rest;
        } else if (word == QLatin1String("bytes")) {
            copies.last().bytes = rest.toLongLong();
        } else {
            copies.last().synced |= word == QLatin1String("synced");
            copies.last().works |= word == QLatin1String("works");
            copies.last().serves |= word == QLatin1String("serves");
        }
    }
    return copies;
}

Error backrestFailure(const BackrestCopy &copy)
{
    const QString phase = copy.state.section(QLatin1Char(' '), 1);
    const QString &log = copy.log;
    const QString again = QStringLiteral("See restore.log and server.log in %1 on that host.").arg(copy.folder);
    if (log.contains(QLatin1String("recovery ended before configured recovery target was reached"))) {
        const QString until = lastOf(log, QStringLiteral("last completed transaction was at log time (\\S+ \\S+)"));
        const QString segment = lastOf(log, QStringLiteral("restored log file \"([0-9A-F]{24})\""));
        return {ErrorCode::InvalidInput,
                QStringLiteral("the archive ends, or has a gap, before %1").arg(toRfc3339(copy.moment)),
                QStringLiteral("Choose a moment no later than the last transaction that could be replayed%1.")
                    .arg(until.isEmpty() ? QString() : QStringLiteral(", %1 UTC").arg(until)),
                segment.isEmpty() ? troubleIn(log) : QStringLiteral("the newest WAL that was there: %1").arg(segment)};
    }
    if (log.contains(QLatin1String("No space left on device")))
        return {ErrorCode::ProgramFailed, QStringLiteral("the disk of that host is full"),
                QStringLiteral("Make room, or name another `folder` in the plan's pgbackrest; then go on."), troubleIn(log)};
    if (log.contains(QLatin1String("unable to find backup set with stop time less than")))
        return {ErrorCode::InvalidInput, QStringLiteral("no backup is older than %1").arg(toRfc3339(copy.moment)),
                QStringLiteral("Choose a moment after the oldest backup had ended."), troubleIn(log)};
    if (log.contains(QLatin1String("unable to load info file")) || log.contains(QLatin1String("unable to open file")) || log.contains(QLatin1String("unable to find primary cluster")))
        return {ErrorCode::ControlPlaneDown, QStringLiteral("the repository of pgBackRest cannot be read"),
                QStringLiteral("See its storage and keys; meanwhile plan B restores the newest logical backup."), troubleIn(log)};
    return {ErrorCode::ProgramFailed, QStringLiteral("the restore failed while it was at: %1").arg(phase.isEmpty() ? QStringLiteral("its beginning") : phase), again, troubleIn(log)};
}

Error backrestTrouble(const QString &what, int exitCode, const QByteArray &standardError)
{
    const QString said = redacted(QString::fromUtf8(standardError.right(600)).simplified());
    if (said.contains(QLatin1String("a password is required")) || said.contains(QLatin1String("sudo:")))
        return {ErrorCode::PermissionDenied, QStringLiteral("%1: that host does not let us become PostgreSQL's user").arg(what),
                QStringLiteral("Allow it in sudoers without a password, or let ssh log in as that user; name it as `user` in the plan's pgbackrest."), said};
    if (said.contains(QLatin1String("Permission denied")))
        return {ErrorCode::PermissionDenied, QStringLiteral("%1: not allowed").arg(what),
                QStringLiteral("See who may read pgBackRest's configuration and write into the plan's folder."), said};
    return {ErrorCode::ControlPlaneDown, QStringLiteral("%1 ended with %2").arg(what).arg(exitCode),
            QStringLiteral("Try it on that host yourself; meanwhile plan B restores the newest logical backup."), said};
}

QString backrestProgress(const BackrestCopy &copy, qint64 wholeBytes)
{
    if (copy.state == QLatin1String("restoring") && wholeBytes > 0)
        return QStringLiteral("restoring the base backup: %1 of %2").arg(bytesText(double(qMin(copy.bytes, wholeBytes))), bytesText(double(wholeBytes)));
    if (copy.state == QLatin1String("restoring"))
        return QStringLiteral("restoring the base backup");
    if (copy.state == QLatin1String("replaying")) {
        const QString segment = lastOf(copy.log, QStringLiteral("restored log file \"([0-9A-F]{24})\""));
        return segment.isEmpty() ? QStringLiteral("replaying WAL") : QStringLiteral("replaying WAL: %1 is done").arg(segment);
    }
    if (copy.state == QLatin1String("syncing"))
        return QStringLiteral("writing everything to the disk for good");
    if (copy.state == QLatin1String("starting"))
        return QStringLiteral("starting the copy with its own settings");
    return copy.state.isEmpty() ? QStringLiteral("beginning") : copy.state;
}

} // namespace understudy
