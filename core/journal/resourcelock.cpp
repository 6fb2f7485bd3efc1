// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/resourcelock.h"

#include <QDir>
#include <QFile>
#include <QUrl>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace understudy {
namespace {

class LockedFile : public ResourceLock
{
public:
    explicit LockedFile(int file) : m_file(file) {}
    ~LockedFile() override { ::close(m_file); }
    LockedFile(const LockedFile &) = delete;
    LockedFile &operator=(const LockedFile &) = delete;

private:
    int m_file;
};

QString holder(int file)
{
    QByteArray text(512, '\0');
    const ssize_t got = ::pread(file, text.data(), size_t(text.size()), 0);
    return QString::fromUtf8(text.left(qMax<ssize_t>(got, 0))).trimmed();
}

} // namespace

Result<std::unique_ptr<ResourceLock>> ResourceLock::take(const QString &folder, const QString &resource,
                                                         const QString &run)
{
    QDir().mkpath(folder);
    // The file is never removed: a lock on a name that somebody has unlinked guards nothing.
    const QString path = folder + QLatin1Char('/')
        + QString::fromLatin1(QUrl::toPercentEncoding(resource)) + QStringLiteral(".lock");
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot open lock %1").arg(path),
                    QStringLiteral("Check the rights of the folder."), QString::fromLocal8Bit(std::strerror(errno)));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const QString who = holder(file);
        ::close(file);
        return fail(ErrorCode::ResourceLocked, QStringLiteral("%1 is held by another run").arg(resource),
                    QStringLiteral("Wait for that run, or open it and end it there."), who);
    }
    std::unique_ptr<ResourceLock> lock = std::make_unique<LockedFile>(file);
    const QByteArray text = QStringLiteral("run %1 process %2\n").arg(run).arg(::getpid()).toUtf8();
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.constData(), size_t(text.size()), 0) != text.size())
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot write lock %1").arg(path));
    return lock;
}

} // namespace understudy
