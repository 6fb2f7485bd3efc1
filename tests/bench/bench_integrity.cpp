// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The checks of a restored copy against the usual tools that do the same reading, in turns on one
// server: `pg_amcheck -j 2`, and `pg_dump -Fd -j 2 -Z 0` into memory. The first argument is the
// size in MB.
#include "core/recovery/integrity/integrity.h"
#include "core/systems/postgres/pgconnection.h"
#include "tests/postgres/pgfixture.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

constexpr int rounds = 5;
constexpr int tables = 4;

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? -1 : values.at(values.size() / 2);
}

/// Rows as the platform has them: short ones, long ones that stay in the page, and some stored
/// apart.
QString fill(const PgFixture &server, int megabytes)
{
    const Result<std::unique_ptr<PgConnection>> connection =
        PgConnection::connect(server.url(), 5s);
    if (!connection)
        return connection.error().text();
    const auto run = [&connection](const QString &sql) {
        const Result<PgTable> done =
            (*connection)->query(sql, std::chrono::minutes(9), {}, PgTransaction::Bare);
        return done ? QString() : done.error().text();
    };
    QString problem = run(QStringLiteral("create extension amcheck; create role reader login "
                                         "password '%1' in role pg_read_all_data")
                              .arg(QLatin1String(PgFixture::password())));
    // One row in 20 is a document of 5 KB that does not compress: 1,000 rows make about 0.92 MB.
    const int rows = int(megabytes * 1'000'000.0 / 920 / tables);
    for (int table = 0; table < tables && problem.isEmpty(); ++table)
        problem = run(
            QStringLiteral(
                "create table scenes%1 (id bigserial primary key, project_id bigint not null, "
                "heading text not null, body text, document jsonb, created_at timestamptz not null "
                "default now());"
                "insert into scenes%1 (project_id, heading, body, document) select i % 1000, "
                "'INT. ROOM ' || i, repeat(md5(i::text), 3 + i % 30),"
                " case when i % 20 = 0 then (select jsonb_build_object('notes', "
                "jsonb_agg(md5(i::text || j))) from generate_series(1, 150) j) end"
                " from generate_series(1, %2) i;"
                "create index on scenes%1 (project_id)")
                .arg(table)
                .arg(rows));
    return problem.isEmpty() ? run(QStringLiteral("vacuum analyze")) : problem;
}

/// Seconds, or -1 when the tool failed.
double tool(const PgFixture &server, const QString &name, const QStringList &arguments)
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QString version = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot).value(0);
    QProcess process;
    PgFixture::makeUnprivileged(process);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(PgFixture::password()));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    QElapsedTimer elapsed;
    elapsed.start();
    process.start(versions.filePath(version + QStringLiteral("/bin/") + name),
                  QStringList{QStringLiteral("-h"), QStringLiteral("127.0.0.1"),
                              QStringLiteral("-p"), QString::number(server.port()),
                              QStringLiteral("-U"), QStringLiteral("postgres")} +
                      arguments + QStringList{QStringLiteral("postgres")});
    if (process.waitForFinished(300'000) && process.exitCode() == 0)
        return double(elapsed.elapsed()) / 1000;
    std::printf("%s: %s\n", qPrintable(name), process.readAll().constData());
    return -1;
}

double dump(const PgFixture &server)
{
    QTemporaryDir folder(QStringLiteral("/dev/shm/understudy-bench-XXXXXX"));
    PgFixture::giveAway(folder.path());
    return tool(server, QStringLiteral("pg_dump"),
                {QStringLiteral("-Fd"), QStringLiteral("-j"), QStringLiteral("2"),
                 QStringLiteral("-Z"), QStringLiteral("0"), QStringLiteral("-f"),
                 folder.filePath(QStringLiteral("dump"))});
}

double check(const Secret &url)
{
    const IntegrityReport report = checkIntegrity({.newUrl = url, .connections = 2});
    if (report.count(FindingSeverity::Fail) > 0 || report.done != report.total)
        std::printf("unexpected: %s\n", qPrintable(report.summary()));
    return double(report.took.count()) / 1000;
}

void line(const char *what, double seconds, double against)
{
    std::printf("| %-52s | %7.2f s | %5.2f |\n", what, seconds, seconds / against);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int megabytes = argc > 1 ? std::clamp(atoi(argv[1]), 10, 20'000) : 1000;
    PgFixture server;
    QString problem =
        server.start({QStringLiteral("shared_buffers = 128MB"),
                      QStringLiteral("max_wal_size = 4GB"), QStringLiteral("autovacuum = off")});
    if (problem.isEmpty())
        problem = fill(server, megabytes);
    if (!problem.isEmpty()) {
        std::printf("%s\n", qPrintable(problem));
        return 1;
    }
    QList<double> whole, reading, amcheck, dumped;
    for (int round = 0; round < rounds; ++round) {
        whole += check(server.url());
        amcheck += tool(server, QStringLiteral("pg_amcheck"),
                        {QStringLiteral("-j"), QStringLiteral("2"), QStringLiteral("-d")});
        dumped += dump(server);
        reading += check(server.url(QStringLiteral("reader")));
    }
    const double both = median(amcheck) + median(dumped);
    std::printf("Checks of a copy of %s (medians of %d, in turns; two connections each)\n| %-52s | "
                "seconds   | ratio |\n",
                qPrintable(server.value(
                    QStringLiteral("select pg_size_pretty(pg_database_size('postgres'))"))),
                rounds, "what");
    line("pg_amcheck -j 2, then pg_dump -Fd -j 2 -Z 0 to memory", both, both);
    line("all checks of a copy (mark: at most 1)", median(whole), both);
    line("pg_dump alone", median(dumped), median(dumped));
    line("all checks without amcheck's right", median(reading), median(dumped));
    line("pg_amcheck alone", median(amcheck), median(amcheck));
    line("what amcheck adds to the checks", median(whole) - median(reading), median(amcheck));
    return median(whole) <= both ? 0 : 1;
}
