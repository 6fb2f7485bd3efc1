// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labuser.h"

#include <QDir>
#include <QFile>
#include <QStringList>

#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace understudy::lab {

Result<LabUser> findLabUser()
{
    if (::geteuid() != 0) {
        const passwd *self = ::getpwuid(::geteuid());
        return LabUser{self ? QString::fromLocal8Bit(self->pw_name) : QString::number(::geteuid()),
                       ::geteuid(), ::getegid(), false};
    }
    for (const char *name : {"postgres", "nobody"}) {
        if (const passwd *entry = ::getpwnam(name))
            return LabUser{QString::fromLatin1(name), entry->pw_uid, entry->pw_gid, true};
    }
    return fail(ErrorCode::NotFound, QStringLiteral("no unprivileged user for the lab's servers"),
                QStringLiteral("Create the user \"postgres\" or \"nobody\", or start the lab as an ordinary user."));
}

bool becomeLabUser(const LabUser &user, int deathSignal)
{
    if (user.isOther) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0)
            return false;
    }
    return ::prctl(PR_SET_PDEATHSIG, deathSignal) == 0;
}

Result<Unit> dropRights(const QString &userName)
{
    LabUser user;
    if (!userName.isEmpty()) {
        const passwd *entry = ::getpwnam(userName.toLocal8Bit().constData());
        if (!entry)
            return fail(ErrorCode::NotFound, QStringLiteral("no user %1").arg(userName));
        user = {userName, entry->pw_uid, entry->pw_gid, true};
    }
    if (!becomeLabUser(user, SIGKILL))
        return fail(ErrorCode::PermissionDenied, QStringLiteral("cannot become user %1").arg(userName));
    return Unit{};
}

QString firstClosedFolder(const LabUser &user, const QString &path)
{
    QList<QByteArray> folders{QByteArrayLiteral("/")};
    QString sofar;
    for (const QString &part : QDir::cleanPath(path).split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        sofar += QLatin1Char('/') + part;
        folders.append(QFile::encodeName(sofar));
    }
    const pid_t child = ::fork();
    if (child == 0) {
        if (!becomeLabUser(user, SIGKILL))
            ::_exit(255);
        for (int i = 0; i < int(folders.size()) && i < 250; ++i) {
            if (::access(folders[i].constData(), F_OK | X_OK) != 0 && errno == EACCES)
                ::_exit(i + 1);
        }
        ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return path;
    const int code = WEXITSTATUS(status);
    if (code == 0)
        return {};
    return code > folders.size() ? path : QFile::decodeName(folders[code - 1]);
}

} // namespace understudy::lab
