// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSaveFile>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace understudy::lab {
namespace {

const QStringList &serverFolders()
{
    static const QStringList names{
        QStringLiteral("pg"),         QStringLiteral("wal-archive"), QStringLiteral("base-backup"),
        QStringLiteral("redis-1"),    QStringLiteral("redis-2"),     QStringLiteral("redis-3"),
        QStringLiteral("sentinel-1"), QStringLiteral("sentinel-2"),  QStringLiteral("sentinel-3"),
        QStringLiteral("nginx"),      QStringLiteral("app"),         QStringLiteral("log"),
        QStringLiteral("keep"),       QStringLiteral("branches")};
    return names;
}

bool makeFolder(const QString &path, const LabUser *owner, mode_t mode)
{
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), mode) != 0 && errno != EEXIST)
        return false;
    if (owner && owner->isOther && ::chown(name.constData(), owner->uid, owner->gid) != 0)
        return false;
    return ::chmod(name.constData(), mode) == 0;
}

tl::unexpected<Error> cannotMake(const QString &path)
{
    return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot make %1").arg(path),
                QStringLiteral("Choose a folder that you may write in with --dir."), qt_error_string(errno));
}

} // namespace

LabFolder::LabFolder(const QString &path) : m_path(QDir::cleanPath(QDir::current().absoluteFilePath(path)))
{
}

Result<Unit> LabFolder::check(const LabUser &user) const
{
    // The path stands unquoted in the configuration of four servers and in PostgreSQL's archive command.
    static const QRegularExpression plain(QStringLiteral("^/[A-Za-z0-9._/+@=~-]+$"));
    if (!plain.match(m_path).hasMatch())
        return fail(ErrorCode::InvalidInput, QStringLiteral("folder %1 has a name that the servers' files cannot hold").arg(m_path),
                    QStringLiteral("Choose a folder of letters, digits and . _ + @ = ~ - with --dir."));
    const QFileInfo info(m_path);
    if (info.exists() && !info.isDir())
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 is not a folder").arg(m_path),
                    QStringLiteral("Choose another one with --dir."));
    if (info.exists() && !QFile::exists(lockFile())
        && !QDir(m_path).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
        return fail(ErrorCode::PermissionDenied, QStringLiteral("folder %1 is not empty and is no lab").arg(m_path),
                    QStringLiteral("Choose a new or empty folder with --dir: a lab empties its folder when it starts."));
    const QString closed = firstClosedFolder(user, m_path);
    if (!closed.isEmpty())
        return fail(ErrorCode::PermissionDenied,
                    QStringLiteral("folder %1 cannot be entered by user %2, as whom the lab's servers run").arg(closed, user.name),
                    QStringLiteral("Run `chmod o+x %1`, or choose another folder with --dir, such as /var/tmp/understudy-lab.").arg(closed));
    return Unit{};
}

Result<Unit> LabFolder::take(const LabUser &user) const
{
    if (!QFileInfo::exists(m_path)) {
        if (!QDir().mkpath(QFileInfo(m_path).path()) || !makeFolder(m_path, nullptr, 0711))
            return cannotMake(m_path);
        // Parents made just now follow the umask, which may close them.
        if (!firstClosedFolder(user, m_path).isEmpty())
            return check(user);
    }
    // Never closed: the lock lives as long as the process, and the kernel lifts it however that ends.
    const int descriptor = ::open(QFile::encodeName(lockFile()).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return cannotMake(lockFile());
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return fail(ErrorCode::ResourceLocked, QStringLiteral("a lab runs in %1 already").arg(m_path),
                    QStringLiteral("Use it, end it with `understudy-lab down`, or choose another folder with --dir."));
    }
    return Unit{};
}

void LabFolder::setAside(const QString &name) const
{
    const QString aside = file(QStringLiteral(".old"));
    QDir().mkpath(aside);
    for (int i = 0; QFileInfo::exists(file(name)); ++i) {
        const QString place = aside + QStringLiteral("/%1.%2").arg(name).arg(i);
        if (!QFileInfo::exists(place) && !QFile::rename(file(name), place))
            return;
    }
}

void LabFolder::discardOld() const
{
    std::error_code ignored;
    std::filesystem::remove_all(QFile::encodeName(file(QStringLiteral(".old"))).toStdString(), ignored);
}

void LabFolder::discardBranches() const
{
    std::error_code ignored;
    std::filesystem::remove_all(QFile::encodeName(file(QStringLiteral("branches"))).toStdString(), ignored);
}

Result<Unit> LabFolder::prepare(const LabUser &user) const
{
    for (const QString &name : serverFolders()) {
        setAside(name);
        if (!makeFolder(file(name), &user, 0700))
            return cannotMake(file(name));
    }
    setAside(QStringLiteral("secrets"));
    if (!makeFolder(file(QStringLiteral("secrets")), nullptr, 0700))
        return cannotMake(file(QStringLiteral("secrets")));
    if (!makeFolder(file(QStringLiteral("nginx/sites")), &user, 0755))
        return cannotMake(file(QStringLiteral("nginx/sites")));
    return Unit{};
}

Result<Unit> LabFolder::write(const QString &path, const QByteArray &text, const LabUser *user) const
{
    QSaveFile out(path);
    const bool written = out.open(QIODevice::WriteOnly) && out.write(text) == text.size()
                         && out.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
                         && (!user || !user->isOther || ::fchown(out.handle(), user->uid, user->gid) == 0) && out.commit();
    if (!written)
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot write %1").arg(path), {}, out.errorString());
    return Unit{};
}

Result<Secret> LabFolder::makeSecret(const QString &name, qsizetype length) const
{
    quint32 words[6];
    QRandomGenerator::system()->fillRange(words);
    const QByteArray value = QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex().left(length);
    const Result<Unit> kept = write(file(QStringLiteral("secrets/") + name), value + '\n');
    if (!kept)
        return fail(kept.error());
    return Secret(value);
}

Result<Secret> LabFolder::secret(const QString &name) const
{
    QFile in(file(QStringLiteral("secrets/") + name));
    if (!in.open(QIODevice::ReadOnly))
        return fail(ErrorCode::SecretMissing, QStringLiteral("cannot read the lab's secret %1").arg(in.fileName()),
                    QStringLiteral("Run the command as the user who started the lab."), in.errorString());
    return Secret(in.readAll().trimmed());
}

} // namespace understudy::lab
