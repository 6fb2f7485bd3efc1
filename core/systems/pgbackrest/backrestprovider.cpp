// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestprovider.h"

#include "core/base/quantity.h"
#include "core/systems/envfile/databaseaddress.h"
#include "core/systems/pgbackrest/backrestscripts.h"
#include "core/systems/shell/hostprogram.h"

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QThread>
#include <QUrl>

namespace understudy {
namespace {

using namespace std::chrono_literals;

constexpr qint64 mostInfoBytes = 8'000'000;

QString targetOf(const QDateTime &moment)
{
    return moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")) + QStringLiteral("+00");
}

Error refusedName(const QString &name)
{
    return {ErrorCode::InvalidInput, QStringLiteral("'%1' is no name for a copy").arg(name.left(80)),
            QStringLiteral("Letters, digits, dots and dashes only.")};
}

bool isPlainName(const QString &name)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"));
    return plain.match(name).hasMatch();
}

/// The segment before this one, in the same timeline; empty at a timeline's beginning. 16 MB segments: 256 a log file.
QString segmentBefore(const QString &segment)
{
    bool fine = false;
    const quint64 log = segment.mid(8, 8).toULongLong(&fine, 16);
    const quint64 part = fine ? segment.mid(16, 8).toULongLong(&fine, 16) : 0;
    const quint64 position = log * 256 + part;
    if (!fine || segment.size() != 24 || position == 0)
        return {};
    return segment.left(8) + QStringLiteral("%1%2").arg((position - 1) / 256, 8, 16, QLatin1Char('0')).arg((position - 1) % 256, 8, 16, QLatin1Char('0')).toUpper();
}

Milliseconds backrestTime(const QDeadlineTimer &timer)
{
    return Milliseconds(std::max<qint64>(0, timer.remainingTime()));
}

} // namespace

BackrestProvider::BackrestProvider(const PgBackRestPlan &plan, const Host &host, const Secret &url)
    : m_plan(plan), m_host(host), m_url(directAddress(url))
{
}

QString BackrestProvider::name() const
{
    return QStringLiteral("pgBackRest stanza %1 on %2").arg(m_plan.stanza, hostLabel(m_host));
}

QString BackrestProvider::folderOf(const QString &copyName) const
{
    return m_plan.folder + QLatin1Char('/') + copyName;
}

Result<QByteArray> BackrestProvider::run(const QString &what, const QString &script, const QStringList &arguments, Milliseconds deadline,
                                         const CancelToken &cancel) const
{
    const QStringList words = QStringList{QStringLiteral("sh"), QStringLiteral("-c"), backrestscripts::asUser(), QStringLiteral("understudy"),
                                          m_plan.user, script, QStringLiteral("understudy")} + arguments;
    const Result<ProgramOutput> output = runOnHost(m_host, {.words = words, .deadline = deadline, .outputLimit = mostInfoBytes,
                                                            .about = QStringLiteral("pgbackrest")}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(backrestTrouble(what, output->exitCode, output->standardError));
    return output->standardOutput;
}

Result<BackrestInfo> BackrestProvider::info(Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QByteArray> json = run(QStringLiteral("pgbackrest info"),
                                        QStringLiteral("exec pgbackrest ${2:+--config=\"$2\"} --stanza=\"$1\" --log-level-file=off --output=json info"),
                                        {m_plan.stanza, m_plan.config}, deadline, cancel);
    return json ? parseBackrestInfo(*json, m_plan.stanza) : fail(json.error());
}

Result<RestoredCopy> BackrestProvider::source(Milliseconds, const CancelToken &) const
{
    const QString server = databaseServer(m_url);
    if (server.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the database's address in the plan is no URL with a host"),
                    QStringLiteral("Write it as postgresql://user:password@host:port/name."));
    return RestoredCopy{.id = server, .name = m_plan.stanza, .server = server, .ready = true, .url = m_url};
}

/// Idle servers close segments without a commit, so a few are looked into.
Result<QDateTime> BackrestProvider::newestCommitIn(const BackrestInfo &info, Milliseconds deadline, const CancelToken &cancel) const
{
    const QDeadlineTimer timer(deadline);
    QString segment = info.newestSegment;
    for (int i = 0; i < 5 && !segment.isEmpty(); ++i) {
        const Result<QByteArray> dump = run(QStringLiteral("pgbackrest archive-get %1").arg(segment), backrestscripts::commits(),
                                            {m_plan.stanza, m_plan.config, segment, m_plan.bin}, backrestTime(timer), cancel);
        if (!dump)
            return fail(dump.error());
        if (const QDateTime commit = newestCommit(*dump); commit.isValid())
            return commit;
        segment = segmentBefore(segment);
    }
    return QDateTime();
}

Result<RestoreWindow> BackrestProvider::window(Milliseconds deadline, const CancelToken &cancel) const
{
    const QDeadlineTimer timer(deadline);
    const Result<BackrestInfo> seen = info(deadline, cancel);
    if (!seen)
        return fail(seen.error());
    const auto first = std::find_if(seen->backups.begin(), seen->backups.end(), [](const BackrestInfo::Backup &one) { return !one.damaged; });
    if (first == seen->backups.end())
        return fail(ErrorCode::NotFound, QStringLiteral("every backup of stanza %1 has damaged pages").arg(m_plan.stanza),
                    QStringLiteral("Plan B restores the newest logical backup."));
    RestoreWindow window{.earliest = first->stopped.addSecs(1), .latest = seen->backups.last().stopped,
                         .earliestBy = QStringLiteral("backup %1 was whole then").arg(first->label),
                         .latestBy = QStringLiteral("end of the newest backup; no commit was found in the archive after it")};
    const Result<QDateTime> commit = newestCommitIn(*seen, backrestTime(timer), cancel);
    if (!commit)
        return fail(commit.error());
    // A target is reached only by a commit after it: that of the last one itself cannot be.
    if (commit->isValid() && commit->addMSecs(-1) > window.latest) {
        window.latest = commit->addMSecs(-1);
        window.latestBy = QStringLiteral("just before the last commit in the archived WAL, %1").arg(seen->newestSegment);
    }
    return window;
}

Result<BackrestCopy> BackrestProvider::look(const QString &folder, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QByteArray> seen = run(QStringLiteral("looking at %1").arg(folder), backrestscripts::look(), {folder}, deadline, cancel);
    if (!seen)
        return fail(seen.error());
    QList<BackrestCopy> copies = parseBackrestCopies(*seen);
    if (copies.isEmpty())
        return BackrestCopy{};
    copies.first().folder = folder;
    return copies.first();
}

RestoredCopy BackrestProvider::copyOf(const BackrestCopy &seen) const
{
    QUrl url = QUrl::fromEncoded(m_url.reveal(), QUrl::StrictMode);
    if (!m_plan.address.isEmpty())
        url.setHost(m_plan.address);
    url.setPort(seen.port);
    RestoredCopy copy{.id = seen.folder, .name = seen.name, .server = QStringLiteral("%1:%2").arg(url.host()).arg(seen.port),
                      .moment = seen.moment, .createdAt = seen.createdAt, .ready = seen.isReady()};
    if (copy.ready)
        copy.url = Secret(url.toEncoded());
    return copy;
}

Result<QList<RestoredCopy>> BackrestProvider::copies(Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QByteArray> listed = run(QStringLiteral("looking into %1").arg(m_plan.folder), backrestscripts::list(), {m_plan.folder}, deadline, cancel);
    if (!listed)
        return fail(listed.error());
    QList<RestoredCopy> all;
    for (const BackrestCopy &one : parseBackrestCopies(*listed)) {
        all.append(copyOf(one));
        all.last().url = {};
    }
    std::sort(all.begin(), all.end(), [](const RestoredCopy &a, const RestoredCopy &b) { return a.createdAt > b.createdAt; });
    return all;
}

Result<std::optional<RestoredCopy>> BackrestProvider::find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const
{
    if (!isPlainName(copyName))
        return fail(refusedName(copyName));
    const Result<BackrestCopy> seen = look(folderOf(copyName), deadline, cancel);
    if (!seen)
        return fail(seen.error());
    return seen->name.isEmpty() ? std::optional<RestoredCopy>() : std::optional<RestoredCopy>(copyOf(*seen));
}

Result<RestoredCopy> BackrestProvider::restore(const RestoreRequest &request, const RestoreProgress &progress) const
{
    if (!isPlainName(request.name))
        return fail(refusedName(request.name));
    const QDeadlineTimer timer(progress.deadline);
    const QString folder = folderOf(request.name);
    const Result<BackrestInfo> backups = info(qMin(backrestTime(timer), Milliseconds(30s)), progress.cancel);
    if (!backups)
        return fail(backups.error());
    const Result<QByteArray> begun = run(QStringLiteral("beginning the restore"), backrestscripts::begin(),
                                         {folder, request.name, toRfc3339(request.moment), m_plan.stanza, m_plan.config, targetOf(request.moment),
                                          m_plan.listen, m_plan.bin, QString::number(m_plan.port), backrestscripts::worker()},
                                         qMin(backrestTime(timer), Milliseconds(30s)), progress.cancel);
    if (!begun)
        return fail(begun.error());
    QString said;
    int silent = 0;
    for (;;) {
        const Result<BackrestCopy> seen = look(folder, qMin(backrestTime(timer), Milliseconds(30s)), progress.cancel);
        if (!seen)
            return fail(seen.error());
        if (seen->isReady())
            return copyOf(*seen);
        if (seen->state.startsWith(QLatin1String("failed")))
            return fail(backrestFailure(*seen));
        // Between two looks it may only just be starting; a worker that was killed says nothing any more.
        silent = seen->works ? 0 : silent + 1;
        if (silent > 20)
            return fail(ErrorCode::ProgramFailed, QStringLiteral("the restore on %1 has ended without a word").arg(hostLabel(m_host)),
                        QStringLiteral("Go on with the run: it is taken up where it stood."));
        const QString now = backrestProgress(*seen, backups->backups.isEmpty() ? 0 : backups->backups.last().bytes);
        if (now != said && progress.say)
            progress.say(now);
        said = now;
        if (progress.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled; the restore itself goes on there and can be gone on with"));
        if (timer.hasExpired())
            return fail(ErrorCode::TimedOut, QStringLiteral("the restore is not ready within %1").arg(durationText(progress.deadline)),
                        QStringLiteral("It goes on there; go on with the run to wait longer."));
        // Looking costs the replay a core for some milliseconds; its end is to be seen at once.
        const bool ending = seen->state == QLatin1String("syncing") || seen->state == QLatin1String("starting");
        for (int i = 0; i < (ending && m_host.isLocal() ? 2 : m_host.isLocal() ? 15 : 25) && !progress.cancel.isCancelled(); ++i)
            QThread::msleep(20);
    }
}

Result<Unit> BackrestProvider::remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    if (!id.startsWith(m_plan.folder + QLatin1Char('/')) || !isPlainName(id.mid(m_plan.folder.size() + 1)))
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 is no copy of ours").arg(id.left(200)),
                    QStringLiteral("Only what stands in %1 is deleted.").arg(m_plan.folder));
    const Result<QByteArray> done = run(QStringLiteral("deleting %1").arg(id), backrestscripts::remove(), {id, m_plan.bin}, deadline, cancel);
    return done ? Result<Unit>(Unit{}) : fail(done.error());
}

Result<RestoreProvider::Kept> BackrestProvider::keepSource(Milliseconds, const CancelToken &) const
{
    return Kept{.words = QStringLiteral("no expiry is set: the old server stays as it is, and its backups until pgBackRest's next backup expires the oldest"), .before = {}};
}

Result<Unit> BackrestProvider::releaseSource(const QString &, Milliseconds, const CancelToken &) const
{
    return Unit{};
}

QStringList BackrestProvider::pgBackRestWords() const
{
    QStringList words{QStringLiteral("pgbackrest"), QStringLiteral("--stanza=%1").arg(m_plan.stanza)};
    if (!m_plan.config.isEmpty())
        words.append(QStringLiteral("--config=%1").arg(m_plan.config));
    return words;
}

QString BackrestProvider::restoreText(const RestoreRequest &request) const
{
    return QStringLiteral("%1 --pg1-path=%2/data --type=time --target=\"%3\" --target-action=promote --archive-mode=off restore; then PostgreSQL on a free port from %4 on")
        .arg(pgBackRestWords().join(QLatin1Char(' ')), folderOf(request.name), targetOf(request.moment)).arg(m_plan.port);
}

QStringList BackrestProvider::willNot() const
{
    // It must not write into the archive of the one that it was made from, and nobody knows yet whether it is kept.
    return {QStringLiteral("archive the copy's WAL: what is written to it has no backup until archiving is set up for it"),
            QStringLiteral("start the copy again after a reboot: no service knows it yet")};
}

QString BackrestProvider::restoreOn() const
{
    return QStringLiteral("%1, as %2").arg(hostLabel(m_host), m_plan.user.isEmpty() ? QStringLiteral("the login user") : m_plan.user);
}

QStringList BackrestProvider::byHand(const RestoreRequest &request) const
{
    const QString data = folderOf(request.name) + QStringLiteral("/data");
    return {QStringLiteral("%1 --pg1-path=%2 --type=time --target=\"%3\" --target-action=promote --archive-mode=off restore")
                .arg(pgBackRestWords().join(QLatin1Char(' ')), data, targetOf(request.moment)),
            QStringLiteral("pg_ctl -D %1 -o '-p %2' -w start").arg(data).arg(m_plan.port)};
}

} // namespace understudy
