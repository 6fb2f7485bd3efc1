// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/branchmaker.h"

#include "app/lab/controlclient.h"
#include "app/lab/pgcall.h"
#include "app/lab/servers/postgresserver.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QThread>

#include <filesystem>
#include <functional>

namespace understudy::lab {
namespace {

/// As the user who is asking; it dies with the control plane.
Result<Unit> copyFolder(const QString &from, const QString &to)
{
    QProcess copy;
    copy.setProcessChannelMode(QProcess::MergedChannels);
    copy.setChildProcessModifier([] { becomeLabUser(LabUser{}, SIGKILL); });
    copy.start(QStringLiteral("cp"), {QStringLiteral("--archive"), QStringLiteral("--reflink=auto"), from, to});
    if (copy.waitForFinished(60'000) && copy.exitStatus() == QProcess::NormalExit && copy.exitCode() == 0)
        return Unit{};
    const QString said = QString::fromUtf8(copy.readAll().right(500));
    copy.kill();
    copy.waitForFinished(1000);
    return fail(ErrorCode::ProgramFailed, QStringLiteral("cannot copy the base backup"), {}, said);
}

Result<Unit> writeServerFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size() && file.flush())
        return Unit{};
    return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot write %1").arg(path), {}, file.errorString());
}

bool waitUntilSo(Milliseconds deadline, const std::function<bool()> &isSo)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + deadline;
    while (!isSo()) {
        if (clock.monotonic() > until)
            return false;
        QThread::msleep(20);
    }
    return true;
}

} // namespace

Result<Unit> BranchMaker::perform(const BranchTask &task) const
{
    if (task.action == QLatin1String("create_branch"))
        return create(task);
    if (task.action == QLatin1String("start_compute"))
        return startCompute(task);
    if (task.action == QLatin1String("suspend_compute"))
        return removeServer(task.slot);
    const Result<Unit> ended = removeServer(task.slot);
    return ended ? removeFolder(task.slot) : ended;
}

Result<Unit> BranchMaker::create(const BranchTask &task) const
{
    const Result<bool> flushed = flushParent(task);
    if (!flushed)
        return fail(flushed.error());
    // A target behind the archive's last commit ends a recovery with an error. A parent that answers has
    // just committed behind it; of one that does not, everything that was archived is all there is.
    for (const bool toTheEnd : {task.restoreTo == 0, true}) {
        if (const Result<Unit> laid = layOut(task, toTheEnd); !laid)
            return laid;
        const Result<Unit> recovered = recover(task);
        if (recovered)
            return task.keepsServer ? recovered : removeServer(task.slot);
        const bool isBehindTheEnd = recovered.error().cause.contains(QLatin1String("recovery ended before configured recovery target was reached"));
        if (toTheEnd || *flushed || !isBehindTheEnd)
            return recovered;
    }
    return Unit{};
}

Result<bool> BranchMaker::flushParent(const BranchTask &task) const
{
    PgTarget parent = adminTarget(task.parentPort, m_settings.databaseAdmin);
    parent.database = QStringLiteral("postgres");
    // A commit of its own, so that there is one at or behind every moment that can be asked for.
    const Result<PgRows> committed = callPostgres(parent, QStringLiteral("select pg_logical_emit_message(true, 'lab', 'branch')"), std::chrono::seconds(2));
    if (!committed)
        return false;
    const Result<PgRows> switched = callPostgres(parent, QStringLiteral("select pg_walfile_name(pg_switch_wal())"), std::chrono::seconds(5));
    if (!switched)
        return false;
    const QString segment = archiveOf(task.lineage.value(0)) + QLatin1Char('/') + switched->value(0).value(0);
    if (!waitUntilSo(std::chrono::seconds(5), [&segment] { return QFile::exists(segment); }))
        return fail(ErrorCode::NotProved, QStringLiteral("the parent's newest WAL did not reach its archive"));
    return true;
}

Result<Unit> BranchMaker::layOut(const BranchTask &task, bool toTheEnd) const
{
    if (const Result<Unit> ended = removeServer(task.slot); !ended)
        return ended;
    if (const Result<Unit> removed = removeFolder(task.slot); !removed)
        return removed;
    const QString data = m_settings.folder.branchData(task.slot);
    if (!QDir().mkpath(archiveOf(task.slot)))
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot make %1").arg(archiveOf(task.slot)));
    if (const Result<Unit> copied = copyFolder(m_settings.folder.baseBackup(), data); !copied)
        return copied;
    // The parent's own archive first: it has the newest, and the ways back to where it branched off.
    QStringList fetch;
    for (const int slot : task.lineage)
        fetch.append(QStringLiteral("cp %1/%f %p 2>/dev/null").arg(archiveOf(slot)));
    QString text = QString::fromUtf8(postgresConfiguration(task.port, archiveOf(task.slot)));
    // Not synced: a lab that loses power is thrown away, and only then would it be missed.
    text += QStringLiteral("fsync = off\n");
    text += QStringLiteral("restore_command = '%1'\n").arg(fetch.join(QStringLiteral(" || ")));
    if (!toTheEnd)
        text += QStringLiteral("recovery_target_time = '%1'\nrecovery_target_action = promote\n").arg(recoveryTargetText(task.restoreTo));
    if (const Result<Unit> written = writeServerFile(data + QStringLiteral("/postgresql.conf"), text.toUtf8()); !written)
        return written;
    return writeServerFile(data + QStringLiteral("/recovery.signal"), {});
}

Result<Unit> BranchMaker::recover(const BranchTask &task) const
{
    const qint64 said = QFileInfo(m_settings.folder.logFile(LabFolder::branchName(task.slot))).size();
    if (const Result<Unit> started = ask(QStringLiteral("add"), task.slot); !started)
        return started;
    PgTarget server = adminTarget(task.port, m_settings.databaseAdmin);
    server.database = QStringLiteral("postgres");
    bool isWritable = false, isGone = false;
    waitUntilSo(std::chrono::seconds(90), [&] {
        const Result<PgRows> rows = callPostgres(server, QStringLiteral("select not pg_is_in_recovery()"), std::chrono::seconds(2));
        isWritable = rows && rows->value(0).value(0) == QLatin1String("t");
        isGone = !rows && !isRunning(task.slot);
        return isWritable || isGone;
    });
    if (isWritable)
        return Unit{};
    return fail(ErrorCode::ProgramFailed, isGone ? QStringLiteral("the recovery ended with an error") : QStringLiteral("the recovery did not end in time"),
                {}, lastWords(task.slot, said));
}

Result<Unit> BranchMaker::startCompute(const BranchTask &task) const
{
    if (!isRunning(task.slot)) {
        if (const Result<Unit> started = ask(QStringLiteral("add"), task.slot); !started)
            return started;
    }
    const PgTarget server{task.port, QStringLiteral("thecopy"), QStringLiteral("thecopy"), m_settings.databaseApplication};
    const bool serves = waitUntilSo(std::chrono::seconds(30), [&server] {
        return callPostgres(server, QStringLiteral("select 1"), std::chrono::seconds(2)).has_value();
    });
    return serves ? Result<Unit>(Unit{}) : fail(ErrorCode::NotProved, QStringLiteral("the branch's server does not let the application in"));
}

Result<Unit> BranchMaker::removeServer(int slot) const
{
    if (const Result<Unit> asked = ask(QStringLiteral("end"), slot); !asked)
        return asked;
    // The supervisor forgets a server once it has ended.
    const bool isGone = waitUntilSo(std::chrono::seconds(10), [this, slot] { return ask(QStringLiteral("absent"), slot).has_value(); });
    return isGone ? Result<Unit>(Unit{}) : fail(ErrorCode::NotProved, QStringLiteral("the server of the branch does not end"));
}

Result<Unit> BranchMaker::removeFolder(int slot) const
{
    std::error_code error;
    std::filesystem::remove_all(QFile::encodeName(m_settings.folder.branch(slot)).toStdString(), error);
    return error ? fail(ErrorCode::FileUnwritable, QStringLiteral("cannot remove the branch's folder"), {}, QString::fromStdString(error.message()))
                 : Result<Unit>(Unit{});
}

Result<Unit> BranchMaker::ask(const QString &what, int slot) const
{
    LabState supervisor;
    supervisor.ports.insert(QStringLiteral("control"), m_settings.controlPort);
    supervisor.controlToken = m_settings.supervisorToken;
    return askSupervisor(supervisor, {{QStringLiteral("do"), what}, {QStringLiteral("name"), LabFolder::branchName(slot)}});
}

QString BranchMaker::lastWords(int slot, qint64 from) const
{
    QFile log(m_settings.folder.logFile(LabFolder::branchName(slot)));
    if (!log.open(QIODevice::ReadOnly) || !log.seek(from))
        return {};
    QStringList words;
    while (!log.atEnd() && words.size() < 5) {
        const QString line = QString::fromUtf8(log.readLine(10'000)).trimmed();
        const qsizetype at = line.indexOf(QLatin1String("FATAL:"));
        const QString said = at < 0 ? QString() : line.mid(at + 6).trimmed();
        // A client that came too early is turned away with a FATAL of its own.
        if (!said.isEmpty() && !said.startsWith(QLatin1String("the database system is")))
            words.append(said);
    }
    return words.join(QStringLiteral("; "));
}

QString BranchMaker::archiveOf(int slot) const
{
    return slot == 0 ? m_settings.folder.archive() : m_settings.folder.branchArchive(slot);
}

} // namespace understudy::lab
