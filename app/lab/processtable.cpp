// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/processtable.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QThread>

#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace understudy::lab {
namespace {

struct Stat
{
    char state = 'X';
    qint64 parent = 0;
    quint64 started = 0;
};

std::optional<Stat> readStat(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray line = file.readAll();
    // The name stands in parentheses and may itself hold blanks and parentheses.
    const qsizetype end = line.lastIndexOf(')');
    const QList<QByteArray> fields = line.mid(end + 2).split(' ');
    if (end < 0 || fields.size() < 20)
        return std::nullopt;
    return Stat{fields[0].isEmpty() ? 'X' : fields[0][0], fields[1].toLongLong(), fields[19].toULongLong()};
}

QList<qint64> allPids()
{
    QList<qint64> pids;
    const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &entry : entries) {
        bool isNumber = false;
        const qint64 pid = entry.toLongLong(&isNumber);
        if (isNumber)
            pids.append(pid);
    }
    return pids;
}

bool isLabProgram(qint64 pid)
{
    QString program = QFileInfo(QFile::symLinkTarget(QStringLiteral("/proc/%1/exe").arg(pid))).fileName();
    program.remove(QStringLiteral(" (deleted)"));
    static const QStringList known{QStringLiteral("postgres"),       QStringLiteral("initdb"),
                                   QStringLiteral("pg_basebackup"),  QStringLiteral("nginx"),
                                   QStringLiteral("understudy-lab")};
    return known.contains(program) || program.startsWith(QLatin1String("redis-"));
}

} // namespace

std::optional<ProcessIdentity> identify(qint64 pid)
{
    const std::optional<Stat> stat = readStat(pid);
    if (pid <= 0 || !stat || stat->state == 'Z' || stat->state == 'X')
        return std::nullopt;
    return ProcessIdentity{pid, stat->started};
}

bool isAlive(const ProcessIdentity &process)
{
    return identify(process.pid) == process;
}

bool isStopped(const ProcessIdentity &process)
{
    const std::optional<Stat> stat = readStat(process.pid);
    return stat && stat->started == process.started && stat->state == 'T';
}

bool sendSignal(const ProcessIdentity &process, int signal)
{
    // The descriptor pins the process: between the look at its start time and the signal the pid
    // cannot pass to another one.
    const int descriptor = int(::syscall(SYS_pidfd_open, pid_t(process.pid), 0));
    if (descriptor < 0)
        return false;
    const bool sent = isAlive(process) && ::syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0) == 0;
    ::close(descriptor);
    return sent;
}

QList<ProcessIdentity> familyOf(qint64 pid)
{
    QHash<qint64, QList<qint64>> children;
    for (const qint64 candidate : allPids()) {
        if (const std::optional<Stat> stat = readStat(candidate))
            children[stat->parent].append(candidate);
    }
    QList<qint64> pids{pid};
    for (qsizetype i = 0; i < pids.size(); ++i)
        pids += children.value(pids[i]);
    QList<ProcessIdentity> family;
    for (const qint64 member : std::as_const(pids)) {
        if (const std::optional<ProcessIdentity> identity = identify(member))
            family.append(*identity);
    }
    return family;
}

QList<ProcessIdentity> leftovers(const QString &folder)
{
    QList<ProcessIdentity> found;
    const QString inside = folder + QLatin1Char('/');
    for (const qint64 pid : allPids()) {
        if (pid == ::getpid())
            continue;
        const QString cwd = QFile::symLinkTarget(QStringLiteral("/proc/%1/cwd").arg(pid)) + QLatin1Char('/');
        if (!cwd.startsWith(inside) || !isLabProgram(pid))
            continue;
        if (const std::optional<ProcessIdentity> identity = identify(pid))
            found.append(*identity);
    }
    return found;
}

bool waitForEnd(const QList<ProcessIdentity> &processes, Milliseconds deadline)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + deadline;
    for (;;) {
        bool any = false;
        for (const ProcessIdentity &process : processes)
            any = any || isAlive(process);
        if (!any)
            return true;
        if (clock.monotonic() >= until)
            return false;
        QThread::msleep(10);
    }
}

} // namespace understudy::lab
