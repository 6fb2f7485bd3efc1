// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/servers/postgresserver.h"

#include "core/base/program.h"

#include <QDir>
#include <QFile>
#include <QProcess>

#include <unistd.h>

namespace understudy::lab {
namespace {

/// Like runProgram, but as the lab user, whom runProgram does not know.
Result<Unit> runAsLabUser(const LabSetup &setup, const QString &program, const QStringList &arguments,
                          const QMap<QString, QString> &environment = {})
{
    QProcess process;
    QProcessEnvironment surroundings;
    surroundings.insert(QStringLiteral("PATH"), QStringLiteral("/usr/bin:/bin"));
    surroundings.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    for (auto entry = environment.begin(); entry != environment.end(); ++entry)
        surroundings.insert(entry.key(), entry.value());
    process.setProcessEnvironment(surroundings);
    process.setWorkingDirectory(setup.folder.path());
    process.setProcessChannelMode(QProcess::MergedChannels);
    const LabUser user = setup.user;
    process.setChildProcessModifier([user] {
        ::setsid();
        if (!becomeLabUser(user, SIGKILL))
            ::_exit(126);
    });
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const QByteArray said = process.readAll();
        process.kill();
        process.waitForFinished(1000);
        return fail(ErrorCode::ProgramFailed, QStringLiteral("%1 failed").arg(program), {}, QString::fromUtf8(said.right(500)));
    }
    return Unit{};
}

} // namespace

QByteArray postgresConfiguration(quint16 port, const QString &archive)
{
    // Small segments, so that an archived one every five seconds stays cheap. The copy is made under
    // another name first: the archive never holds half a segment under a whole one's name.
    const QString text = QStringLiteral("listen_addresses = '127.0.0.1'\n"
                                        "port = %1\n"
                                        "unix_socket_directories = ''\n"
                                        "max_connections = 60\n"
                                        "shared_buffers = 32MB\n"
                                        "wal_level = replica\n"
                                        "archive_mode = on\n"
                                        "archive_timeout = 5\n"
                                        "archive_command = 'test ! -f %2/%f && cp --sparse=always %p %2/.%f.part && mv %2/.%f.part %2/%f'\n"
                                        "max_wal_size = 128MB\n"
                                        "min_wal_size = 32MB\n"
                                        "wal_recycle = off\n"
                                        "track_commit_timestamp = on\n"
                                        "checkpoint_timeout = 60\n"
                                        "log_timezone = 'UTC'\n"
                                        "timezone = 'UTC'\n"
                                        "log_line_prefix = '%m [%p] %u '\n"
                                        "log_min_duration_statement = 1000\n");
    return QString(text).replace(QStringLiteral("%1"), QString::number(port))
        .replace(QStringLiteral("%2"), archive)
        .toUtf8();
}

Result<ProcessSpec> makePostgres(const LabSetup &setup)
{
    const Result<QString> initdb = findServerProgram(QStringLiteral("initdb"));
    const Result<QString> server = findServerProgram(QStringLiteral("postgres"));
    if (!initdb || !server)
        return fail(initdb ? server.error() : initdb.error());
    const QString passwordFile = setup.folder.file(QStringLiteral("keep/initdb-password"));
    const Result<Unit> written = setup.folder.write(passwordFile, setup.databaseAdmin.reveal() + '\n', &setup.user);
    if (!written)
        return fail(written.error());
    const Result<Unit> made = runAsLabUser(
        setup, *initdb,
        {QStringLiteral("--pgdata=%1").arg(setup.folder.postgres()), QStringLiteral("--username=lab_admin"),
         QStringLiteral("--pwfile=%1").arg(passwordFile), QStringLiteral("--auth=scram-sha-256"),
         QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C"), QStringLiteral("--wal-segsize=1"),
         QStringLiteral("--no-sync"), QStringLiteral("--no-instructions"), QStringLiteral("--data-checksums")});
    QFile::remove(passwordFile);
    if (!made)
        return fail(made.error());
    const Result<Unit> configured = setup.folder.write(setup.folder.postgres() + QStringLiteral("/postgresql.conf"),
                                                       postgresConfiguration(setup.port(QStringLiteral("postgres")), setup.folder.archive()), &setup.user);
    if (!configured)
        return fail(configured.error());
    return ProcessSpec{.name = QStringLiteral("postgres"),
                       .program = *server,
                       .arguments = {QStringLiteral("-D"), setup.folder.postgres()},
                       .folder = setup.folder.postgres(),
                       .stopSignal = SIGINT,
                       .deathSignal = SIGQUIT};
}

PgTarget adminTarget(quint16 port, const Secret &password)
{
    return {port, QStringLiteral("thecopy"), QStringLiteral("lab_admin"), password};
}

QString applicationUrl(const LabSetup &setup)
{
    return QStringLiteral("postgresql://thecopy:%1@127.0.0.1:%2/thecopy")
        .arg(QString::fromLatin1(setup.databaseApplication.reveal()))
        .arg(setup.port(QStringLiteral("postgres")));
}

QString scenesTableSql()
{
    return QStringLiteral("create table scenes (id bigserial primary key,"
                          " project_id bigint not null references projects on delete cascade,"
                          " position integer not null check (position > 0), heading text not null, body text not null default '',"
                          " unique (project_id, position));"
                          "alter table scenes owner to thecopy;");
}

Result<Unit> seedDatabase(const LabSetup &setup)
{
    PgTarget target = adminTarget(setup.port(QStringLiteral("postgres")), setup.databaseAdmin);
    target.database = QStringLiteral("postgres");
    const QString password = QString::fromLatin1(setup.databaseApplication.reveal());
    const QStringList server{QStringLiteral("create role thecopy login password '%1'").arg(password),
                             QStringLiteral("grant pg_monitor to thecopy"),
                             QStringLiteral("create database thecopy owner thecopy")};
    for (const QString &statement : server) {
        const Result<PgRows> done = callPostgres(target, statement, std::chrono::seconds(10));
        if (!done)
            return fail(done.error());
    }
    target.database = QStringLiteral("thecopy");
    const QString tables = QStringLiteral(
        "create table users (id bigserial primary key, email text not null unique, name text not null,"
        " created_at timestamptz not null default now());"
        "create table projects (id bigserial primary key, user_id bigint not null references users,"
        " title text not null check (title <> ''), status text not null default 'draft'"
        " check (status in ('draft', 'active', 'archived')), updated_at timestamptz not null default now());"
        "create index projects_user_id on projects (user_id);"
        "create table migrations (id integer primary key, name text not null, applied_at timestamptz not null default now());");
    const QString rows = QStringLiteral(
        "insert into users (email, name) select 'user' || i || '@the-copy.example', 'User ' || i from generate_series(1, 500) i;"
        "insert into projects (user_id, title, status) select 1 + i % 500, 'Project ' || i,"
        " (array['draft', 'active', 'archived'])[1 + i % 3] from generate_series(1, 2000) i;"
        "insert into scenes (project_id, position, heading, body) select 1 + i % 2000, 1 + i / 2000, 'INT. ROOM ' || i,"
        " repeat('She waits. ', 8) from generate_series(0, 5999) i;"
        "insert into migrations (id, name) values (1, 'users'), (2, 'projects'), (3, 'scenes');");
    const QString owners = QStringLiteral("alter table users owner to thecopy; alter table projects owner to thecopy;"
                                          "alter table migrations owner to thecopy; analyze;");
    const Result<PgRows> done = callPostgres(target, tables + scenesTableSql() + rows + owners, std::chrono::seconds(20));
    if (!done)
        return fail(done.error());
    return Unit{};
}

Result<Unit> makeBaseBackup(const LabSetup &setup)
{
    const Result<QString> program = findServerProgram(QStringLiteral("pg_basebackup"));
    if (!program)
        return fail(program.error());
    return runAsLabUser(setup, *program,
                        {QStringLiteral("--pgdata=%1").arg(setup.folder.baseBackup()), QStringLiteral("--host=127.0.0.1"),
                         QStringLiteral("--port=%1").arg(setup.port(QStringLiteral("postgres"))),
                         QStringLiteral("--username=lab_admin"), QStringLiteral("--checkpoint=fast"),
                         QStringLiteral("--wal-method=none"), QStringLiteral("--no-sync"), QStringLiteral("--no-password")},
                        {{QStringLiteral("PGPASSWORD"), QString::fromLatin1(setup.databaseAdmin.reveal())}});
}

} // namespace understudy::lab
