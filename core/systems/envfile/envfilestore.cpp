// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfilestore.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy {
namespace {

constexpr qint64 mostBytes = 1'000'000;

Error unwritable(const QString &path, const char *what)
{
    const int number = errno;
    const QString hint = number == ENOSPC  ? QStringLiteral("Make room on that disk; nothing was changed.")
                         : number == EROFS ? QStringLiteral("That file system is mounted read-only; nothing was changed.")
                                           : QStringLiteral("Give this user the right to write in that folder; nothing was changed.");
    return {ErrorCode::FileUnwritable, QStringLiteral("cannot %1 %2").arg(QLatin1String(what), path), hint,
            QString::fromLocal8Bit(std::strerror(number))};
}

/// Writes a file that did not exist before, whole and synced, with that mode and owner.
Result<Unit> writeNew(const QString &path, const QByteArray &text, const struct stat &like)
{
    const QByteArray name = QFile::encodeName(path);
    const int fd = ::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(unwritable(path, "create"));
    qsizetype done = 0;
    bool good = true;
    while (good && done < text.size()) {
        const ssize_t wrote = ::write(fd, text.constData() + done, size_t(text.size() - done));
        if (wrote < 0 && errno == EINTR)
            continue;
        good = wrote > 0;
        done += qMax<ssize_t>(wrote, 0);
    }
    // The owner first: giving a file away takes set-id bits, and a mode that is set before would widen access.
    good = good && (::fchown(fd, like.st_uid, like.st_gid) == 0 || (like.st_uid == ::geteuid() && like.st_gid == ::getegid()))
           && ::fchmod(fd, like.st_mode & 07777) == 0 && ::fsync(fd) == 0;
    const Error problem = good ? Error() : unwritable(path, "write");
    ::close(fd);
    if (good)
        return Unit{};
    ::unlink(name.constData());
    return fail(problem);
}

void syncFolder(const QString &path)
{
    const int fd = ::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    ::fsync(fd);
    ::close(fd);
}

} // namespace

Result<QByteArray> EnvFileStore::read() const
{
    const QFileInfo info(m_path);
    if (!info.isFile())
        return fail(ErrorCode::FileUnreadable, QStringLiteral("%1 is no file").arg(m_path), QStringLiteral("Correct its path in the plan."));
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("cannot read %1").arg(m_path),
                    QStringLiteral("Give this user the right to read it."), file.errorString());
    const QByteArray text = file.read(mostBytes + 1);
    if (text.size() > mostBytes)
        return fail(ErrorCode::TooLarge, QStringLiteral("%1 is larger than 1 MB").arg(m_path), QStringLiteral("That is no env file; correct its path in the plan."));
    return text;
}

Result<QString> EnvFileStore::replace(const QByteArray &expected, const QByteArray &text, const Clock &clock) const
{
    // A link is followed once, so that the file it leads to is replaced and not the link.
    const QString target = QFileInfo(m_path).canonicalFilePath();
    struct stat like = {};
    if (target.isEmpty() || ::stat(QFile::encodeName(target).constData(), &like) != 0)
        return fail(ErrorCode::FileUnreadable, QStringLiteral("%1 is gone").arg(m_path), QStringLiteral("Look at that host; nothing was changed."));
    const Result<QByteArray> now = read();
    if (!now)
        return fail(now.error());
    if (*now != expected)
        return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was shown").arg(m_path),
                    QStringLiteral("Nothing was written; look at the new preview and confirm again."));
    const QString stamp = clock.now().toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
    const QString backup = target + QStringLiteral(".understudy-") + stamp;
    // A run that is gone on with in the same second finds its own backup.
    if (!QFileInfo::exists(backup)) {
        if (const Result<Unit> kept = writeNew(backup, expected, like); !kept)
            return fail(kept.error());
    }
    const QString fresh = target + QStringLiteral(".understudy-new");
    ::unlink(QFile::encodeName(fresh).constData());
    if (const Result<Unit> written = writeNew(fresh, text, like); !written)
        return fail(written.error());
    if (::rename(QFile::encodeName(fresh).constData(), QFile::encodeName(target).constData()) != 0) {
        const Error problem = unwritable(target, "replace");
        ::unlink(QFile::encodeName(fresh).constData());
        return fail(problem);
    }
    syncFolder(target);
    const Result<QByteArray> after = read();
    if (!after || *after != text)
        return fail(ErrorCode::NotProved, QStringLiteral("%1 does not hold what was written").arg(m_path),
                    QStringLiteral("Somebody else writes it too; its old text is in %1.").arg(backup));
    return backup;
}

} // namespace understudy
