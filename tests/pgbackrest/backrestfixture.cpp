// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/pgbackrest/backrestfixture.h"

#include "core/systems/pgbackrest/backrestprovider.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <sys/stat.h>
#include <unistd.h>

namespace understudy {

BackrestFixture::BackrestFixture()
{
    ::chmod(QFile::encodeName(m_folder.path()).constData(), 0755);
}

BackrestFixture::~BackrestFixture()
{
    const BackrestProvider provider(plan(), Host{}, m_server.url());
    for (const QString &name : QDir(copies()).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        (void)provider.remove(copies() + QLatin1Char('/') + name, std::chrono::seconds(20), {});
}

QString BackrestFixture::run(const QString &program, const QStringList &arguments, int seconds)
{
    QProcess process;
    PgFixture::makeUnprivileged(process);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(PgFixture::password()));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForFinished(seconds * 1000) || process.exitCode() != 0)
        return program + QLatin1Char(' ') + arguments.join(QLatin1Char(' ')) + QStringLiteral(": ") + QString::fromUtf8(process.readAll().right(600));
    return {};
}

QString BackrestFixture::call(const QStringList &arguments) const
{
    return run(QStringLiteral("pgbackrest"), QStringList{QStringLiteral("--config=") + m_folder.filePath(QStringLiteral("pgbackrest.conf")), QStringLiteral("--stanza=main")} + arguments);
}

QString BackrestFixture::start(const QStringList &settings, const QStringList &options)
{
    for (const QString &name : {QStringLiteral("repo"), QStringLiteral("lock"), QStringLiteral("socket"), QStringLiteral("copies"), QStringLiteral("spool")}) {
        QDir(m_folder.path()).mkdir(name);
        PgFixture::giveAway(m_folder.filePath(name));
    }
    const QString config = m_folder.filePath(QStringLiteral("pgbackrest.conf"));
    const QStringList archive{QStringLiteral("unix_socket_directories = '%1'").arg(m_folder.filePath(QStringLiteral("socket"))),
                              QStringLiteral("archive_mode = on"),
                              QStringLiteral("archive_command = 'pgbackrest --config=%1 --stanza=main archive-push %p'").arg(config)};
    if (const QString problem = m_server.start(archive + settings); !problem.isEmpty())
        return problem;
    const QStringList lines = QStringList{QStringLiteral("[global]"), QStringLiteral("repo1-path=") + repository(),
                                          QStringLiteral("lock-path=") + m_folder.filePath(QStringLiteral("lock")),
                                          QStringLiteral("log-level-file=off"), QStringLiteral("start-fast=y"), QStringLiteral("repo1-retention-full=9"),
                                          QStringLiteral("compress-type=lz4")}
        + options
        + QStringList{QStringLiteral("[main]"), QStringLiteral("pg1-path=%1/data").arg(m_server.folder()), QStringLiteral("pg1-port=%1").arg(m_server.port()),
                      QStringLiteral("pg1-socket-path=") + m_folder.filePath(QStringLiteral("socket")), QStringLiteral("pg1-user=postgres")};
    QFile file(config);
    if (!file.open(QIODevice::WriteOnly) || file.write(lines.join(QLatin1Char('\n')).toUtf8() + '\n') < 0)
        return file.errorString();
    file.setPermissions(file.permissions() | QFile::ReadGroup | QFile::ReadOther);
    file.close();
    if (const QString problem = call({QStringLiteral("stanza-create")}); !problem.isEmpty())
        return problem;
    return backup(QStringLiteral("full"));
}

QString BackrestFixture::backup(const QString &type)
{
    return call({QStringLiteral("--type=") + type, QStringLiteral("backup")});
}

QString BackrestFixture::archive()
{
    const QString segment = m_server.value(QStringLiteral("select pg_walfile_name(pg_switch_wal())"));
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < 20'000) {
        if (m_server.value(QStringLiteral("select coalesce(last_archived_wal, '') >= '%1' from pg_stat_archiver").arg(segment)) == QLatin1String("t"))
            return {};
        QThread::msleep(50);
    }
    return QStringLiteral("%1 was not archived").arg(segment);
}

PgBackRestPlan BackrestFixture::plan() const
{
    PgBackRestPlan plan;
    plan.stanza = QStringLiteral("main");
    plan.config = m_folder.filePath(QStringLiteral("pgbackrest.conf"));
    plan.folder = copies();
    plan.listen = QStringLiteral("127.0.0.1");
    // Below the ports that the kernel gives to clients, which could take one between the choice and the start.
    plan.port = 10'000 + (::getpid() % 90) * 100;
    if (::getuid() != 0)
        plan.user.clear();
    return plan;
}

QDateTime BackrestFixture::now() const
{
    return QDateTime::fromMSecsSinceEpoch(m_server.value(QStringLiteral("select (extract(epoch from clock_timestamp()) * 1000)::bigint")).toLongLong(), Qt::UTC);
}

} // namespace understudy
