// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/faults/appdatabase.h"
#include "app/lab/faults/fault.h"
#include "app/lab/labports.h"
#include "app/lab/servers/postgresserver.h"

#include <QFile>

namespace understudy::lab {
namespace {

bool answers(const LabDesk &desk, const QString &server)
{
    return desk.sql(QStringLiteral("select 1"), std::chrono::seconds(1), server).has_value();
}

using Hit = Result<Unit> (LabDesk::*)(const QString &) const;

Result<QString> hitServer(const LabDesk &desk, Hit hit)
{
    const QString server = applicationDatabase(desk);
    const Result<Unit> done = (desk.*hit)(server);
    return done ? Result<QString>(server) : fail(done.error());
}

/// "scenes dropped on branch-2": what was hit is named where it is not the lab's first database.
QString placeIn(const QString &server)
{
    return server == QLatin1String("postgres") ? QString() : QStringLiteral(" on ") + server;
}

QString serverIn(const QString &detail)
{
    const qsizetype at = detail.indexOf(QLatin1String(" on "));
    return at < 0 ? QStringLiteral("postgres") : detail.mid(at + 4).section(QLatin1Char(' '), 0, 0);
}

/// A branch may have been deleted since it was hit, and its trouble with it.
bool isGone(LabDesk &desk, const QString &server)
{
    desk.refresh();
    return !desk.state().process(server);
}

QString archiveOf(const LabDesk &desk, const QString &server)
{
    return server == QLatin1String("postgres") ? desk.folder().archive()
                                               : desk.folder().branchArchive(server.section(QLatin1Char('-'), 1).toInt());
}

Result<QString> corrupt(LabDesk &desk, const FaultRequest &)
{
    const QString server = applicationDatabase(desk);
    const QString keep = desk.folder().file(QStringLiteral("keep"));
    // One transaction: what is kept is exactly what is lost.
    const Result<PgRows> done = desk.sql(QStringLiteral("lock table projects, scenes in access exclusive mode;"
                                                        "copy scenes to '%1/scenes.copy';"
                                                        "copy (select id, title, status from projects) to '%1/projects.copy';"
                                                        "drop table scenes;"
                                                        "update projects set title = 'Untitled', status = 'archived' where id % 3 = 0;"
                                                        "select pg_current_xact_id()")
                                             .arg(keep),
                                         std::chrono::seconds(30), server);
    if (!done)
        return fail(done.error());
    // To the microsecond, as the commit stands in the WAL: a recovery to just before it loses nothing.
    const Result<PgRows> when = desk.sql(QStringLiteral("select to_char(pg_xact_commit_timestamp('%1'::xid) at time zone 'UTC',"
                                                        " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").arg(done->value(0).value(0)), std::chrono::seconds(10), server);
    const QString at = when ? when->value(0).value(0) : QString();
    if (const Result<Unit> kept = desk.folder().write(keep + QStringLiteral("/corrupted-at"), at.toUtf8() + '\n'); at.isEmpty() || !kept)
        return fail(kept ? Error{ErrorCode::NotProved, QStringLiteral("the moment of the corruption is not known")} : kept.error());
    return QStringLiteral("scenes dropped, projects changed%1 at %2").arg(placeIn(server), at);
}

Result<Unit> repair(LabDesk &desk, const QString &detail)
{
    const QString server = serverIn(detail);
    if (isGone(desk, server))
        return Unit{};
    const QString keep = desk.folder().file(QStringLiteral("keep"));
    const QString scenes = QStringLiteral("drop table if exists scenes;") + scenesTableSql()
                           + QStringLiteral("copy scenes from '%1/scenes.copy';"
                                            "select setval('scenes_id_seq', coalesce(max(id), 1)) from scenes;").arg(keep);
    const QString projects = QStringLiteral("create temporary table kept (id bigint, title text, status text) on commit drop;"
                                            "copy kept from '%1/projects.copy';"
                                            "update projects p set title = k.title, status = k.status from kept k"
                                            " where p.id = k.id and (p.title, p.status) is distinct from (k.title, k.status);"
                                            "analyze projects; analyze scenes;").arg(keep);
    const Result<PgRows> done = desk.sql(scenes + projects, std::chrono::seconds(30), server);
    if (!done)
        return fail(done.error());
    const Result<PgRows> left = desk.sql(QStringLiteral("select (select count(*) from scenes) > 0"
                                                        " and (select count(*) from projects where title = 'Untitled') = 0"),
                                         std::chrono::seconds(10), server);
    if (!left || left->value(0).value(0) != QLatin1String("t"))
        return fail(ErrorCode::NotProved, QStringLiteral("the tables are not as they were"));
    return Unit{};
}

Result<qint64> archiverFigure(const LabDesk &desk, const QString &server, const QString &column)
{
    const Result<PgRows> rows = desk.sql(QStringLiteral("select %1 from pg_stat_archiver").arg(column), std::chrono::seconds(10), server);
    if (!rows)
        return fail(rows.error());
    return rows->value(0).value(0).toLongLong();
}

/// Until `column` of pg_stat_archiver has grown, with a segment finished meanwhile so that there is work.
Result<Unit> waitForArchiver(LabDesk &desk, const QString &server, const QString &column, const QString &otherwise)
{
    const Result<qint64> before = archiverFigure(desk, server, column);
    if (!before)
        return fail(before.error());
    return LabDesk::waitUntil(otherwise, std::chrono::seconds(30), [&desk, server, column, before] {
        static_cast<void>(desk.sql(QStringLiteral("select pg_logical_emit_message(false, 'lab', 'x'); select pg_switch_wal()"),
                                       std::chrono::seconds(10), server));
        const Result<qint64> now = archiverFigure(desk, server, column);
        return now && *now > *before;
    });
}

Result<QString> closeArchive(LabDesk &desk, const FaultRequest &)
{
    const QString server = applicationDatabase(desk), archive = archiveOf(desk, server);
    if (!QFile::setPermissions(archive, QFile::ReadOwner | QFile::ExeOwner))
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot close %1").arg(archive));
    const Result<Unit> failing = waitForArchiver(desk, server, QStringLiteral("failed_count"), QStringLiteral("the archiver does not fail"));
    return failing ? Result<QString>(QStringLiteral("wal-archive read-only") + placeIn(server)) : fail(failing.error());
}

Result<Unit> openArchive(LabDesk &desk, const QString &detail)
{
    const QString server = serverIn(detail), archive = archiveOf(desk, server);
    if (isGone(desk, server))
        return Unit{};
    if (!QFile::setPermissions(archive, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
        return fail(ErrorCode::FileUnwritable, QStringLiteral("cannot open %1").arg(archive));
    return waitForArchiver(desk, server, QStringLiteral("archived_count"), QStringLiteral("the archiver does not archive"));
}

} // namespace

Result<Unit> mendDatabase(LabDesk &desk, const QString &server)
{
    if (isGone(desk, server))
        return Unit{};
    const bool alive = isAlive(desk.state().process(server)->identity);
    const Result<Unit> acted = alive ? desk.resume(server) : desk.start(server);
    if (!acted)
        return acted;
    const Result<Unit> up = LabDesk::waitUntil(QStringLiteral("%1 does not answer").arg(server), std::chrono::seconds(30),
                                               [&desk, server] { return answers(desk, server); });
    if (!up)
        return up;
    return LabDesk::waitUntil(QStringLiteral("an instance has not found the database again"), std::chrono::seconds(40), [&desk] {
        for (const QString &name : instanceNames()) {
            if (desk.isHeld(name))
                continue;
            const Result<HttpAnswer> ready = desk.http(name, QStringLiteral("/health/ready"));
            // Redis may be broken by a fault of its own.
            if (!ready || !ready->body.contains("\"database\":{\"status\":\"healthy\""))
                return false;
        }
        return true;
    });
}

QList<Fault> databaseFaults()
{
    const auto mend = [](LabDesk &desk, const QString &server) { return mendDatabase(desk, server); };
    return {
        {.name = QStringLiteral("database-killed"),
         .what = QStringLiteral("Kills PostgreSQL with all its processes. Instances with an idle connection die too, as the platform's do."),
         .mended = QStringLiteral("It is started again and recovers; mended when every instance has found it."),
         .breakIt = [](LabDesk &desk, const FaultRequest &) { return hitServer(desk, &LabDesk::kill); },
         .mend = mend},
        {.name = QStringLiteral("database-hung"),
         .what = QStringLiteral("Stops (SIGSTOP) PostgreSQL with all its processes: it accepts and never answers."),
         .mended = QStringLiteral("It is resumed; mended when every instance has found it."),
         .breakIt = [](LabDesk &desk, const FaultRequest &) { return hitServer(desk, &LabDesk::stop); },
         .mend = mend},
        {.name = QStringLiteral("database-corrupted"),
         .what = QStringLiteral("Drops the table scenes and changes a third of the projects by a wrong UPDATE; the detail and keep/corrupted-at hold the commit's moment to the microsecond."),
         .mended = QStringLiteral("Both tables get back what they held; mended when the wrong values are gone."),
         .breakIt = &corrupt,
         .mend = &repair},
        {.name = QStringLiteral("archiver-failing"),
         .what = QStringLiteral("Makes the WAL archive read-only: archiving fails and the newest restorable point grows old."),
         .mended = QStringLiteral("The archive is writable again; mended when a new segment has been archived."),
         .breakIt = &closeArchive,
         .mend = &openArchive},
    };
}

} // namespace understudy::lab
