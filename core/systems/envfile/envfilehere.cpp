// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfileplaces.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace understudy::envfileplaces {
namespace {

QString systemWords()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

/// Writes a file that did not exist before, whole and synced, with that mode and owner.
Result<Unit> writeNew(const QString &path, const QByteArray &text, const struct stat &like)
{
    const QByteArray name = QFile::encodeName(path);
    ::unlink(name.constData()); // what a lost attempt has left
    const int fd =
        ::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(unwritable(path, systemWords()));
    qsizetype done = 0;
    bool good = true;
    while (good && done < text.size()) {
        const ssize_t wrote = ::write(fd, text.constData() + done, size_t(text.size() - done));
        if (wrote < 0 && errno == EINTR)
            continue;
        good = wrote > 0;
        done += qMax<ssize_t>(wrote, 0);
    }
    // The owner first: giving a file away takes set-id bits, and a mode that is set before would
    // widen access.
    good = good &&
           (::fchown(fd, like.st_uid, like.st_gid) == 0 ||
            (like.st_uid == ::geteuid() && like.st_gid == ::getegid())) &&
           ::fchmod(fd, like.st_mode & 07777) == 0 && ::fsync(fd) == 0;
    const Error problem = good ? Error() : unwritable(path, systemWords());
    ::close(fd);
    if (good)
        return Unit{};
    ::unlink(name.constData());
    return fail(problem);
}

void syncFolder(const QString &path)
{
    const int fd = ::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(),
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    ::fsync(fd);
    ::close(fd);
}

Result<QByteArray> textHere(const QString &path)
{
    if (!QFileInfo(path).isFile())
        return fail(missing(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(unreadable(path, file.errorString()));
    const QByteArray text = file.read(EnvFileStore::mostBytes + 1);
    if (text.size() > EnvFileStore::mostBytes)
        return fail(tooLarge(path));
    return text;
}

std::optional<Error> obstacleTo(const QString &target, const struct stat &like,
                                const struct statvfs &disk, qint64 freeBytes)
{
    const QByteArray name = QFile::encodeName(target),
                     folder = QFile::encodeName(QFileInfo(target).absolutePath());
    if ((disk.f_flag & ST_RDONLY) != 0)
        return unwritable(target, QString::fromLocal8Bit(std::strerror(EROFS)));
    // A name over it could be put all the same; but who takes the right to write away means it,
    // root too.
    if ((like.st_mode & 0222) == 0 || ::access(name.constData(), W_OK) != 0)
        return readOnly(target);
    if (::access(folder.constData(), W_OK) != 0)
        return unwritable(target, systemWords());
    if (freeBytes < bytesNeeded(like.st_size))
        return noRoom(target, freeBytes);
    return std::nullopt;
}

Result<Unit> renameOver(const QString &from, const QString &to)
{
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0)
        return Unit{};
    const Error problem = unwritable(to, systemWords());
    ::unlink(QFile::encodeName(from).constData());
    return fail(problem);
}

/// Whole or not there: an attempt that was killed leaves no half of a backup under the backup's
/// name.
Result<Unit> keepBackup(const QString &backup, const QByteArray &text, const struct stat &like)
{
    if (QFileInfo::exists(backup)) {
        const Result<QByteArray> kept = textHere(backup);
        return kept && *kept == text ? Result<Unit>(Unit{}) : fail(otherBackup(backup));
    }
    const QString part = backup + QStringLiteral(".part");
    if (const Result<Unit> written = writeNew(part, text, like); !written)
        return written;
    return renameOver(part, backup);
}

} // namespace

Result<EnvFileLook> lookHere(const QString &path)
{
    const Result<QByteArray> text = textHere(path);
    if (!text)
        return fail(text.error());
    EnvFileLook seen{.text = *text, .target = QFileInfo(path).canonicalFilePath()};
    struct stat like = {};
    struct statvfs disk = {};
    const QByteArray name = QFile::encodeName(seen.target);
    if (::stat(name.constData(), &like) != 0 || ::statvfs(name.constData(), &disk) != 0)
        return fail(missing(path));
    seen.freeBytes =
        qint64(disk.f_frsize) * qint64(::geteuid() == 0 ? disk.f_bfree : disk.f_bavail);
    seen.obstacle = obstacleTo(seen.target, like, disk, seen.freeBytes);
    return seen;
}

Result<QString> replaceHere(const QString &path, const QByteArray &expected, const QByteArray &text,
                            const QString &tag, bool hidden)
{
    // A link is followed once, so that the file it leads to is replaced and not the link.
    const Result<EnvFileLook> seen = lookHere(path);
    if (!seen)
        return fail(seen.error());
    if (seen->text != expected)
        return fail(changed(path));
    if (seen->obstacle)
        return fail(*seen->obstacle);
    const QString &target = seen->target;
    struct stat like = {};
    if (::stat(QFile::encodeName(target).constData(), &like) != 0)
        return fail(missing(path));
    const QString backup = EnvFileStore::backupOf(target, tag, hidden),
                  fresh = EnvFileStore::backupOf(target, QStringLiteral("new"), hidden);
    if (const Result<Unit> kept = keepBackup(backup, expected, like); !kept)
        return fail(kept.error());
    if (const Result<Unit> written = writeNew(fresh, text, like); !written)
        return fail(written.error());
    // Again, as late as can be: a rename cannot be told to happen only if.
    if (const Result<QByteArray> now = textHere(target); !now || *now != expected) {
        ::unlink(QFile::encodeName(fresh).constData());
        return fail(changed(path));
    }
    if (const Result<Unit> put = renameOver(fresh, target); !put)
        return fail(put.error());
    syncFolder(target);
    const Result<QByteArray> after = textHere(target);
    if (!after || *after != text)
        return fail(notHeld(path, backup));
    return backup;
}

} // namespace understudy::envfileplaces
