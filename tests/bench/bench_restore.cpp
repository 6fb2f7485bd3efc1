// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// A restore to a moment by our provider against `pgbackrest restore` with its defaults and a plain start, in turns, of
// the same backup and WAL: until the copy answers as a writable primary. Ours is on the disk by then; the other has
// fsync on all the time. Arguments: megabytes of the base, megabytes of WAL, rounds.
#include "core/systems/pgbackrest/backrestprovider.h"
#include "core/systems/postgres/pgconnection.h"
#include "tests/pgbackrest/backrestfixture.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <algorithm>
#include <cstdio>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? -1 : values.at(values.size() / 2);
}

QString slowly(const PgFixture &server, const QString &sql)
{
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(server.url(), 5s);
    if (!session)
        return session.error().text();
    const Result<PgTable> done = (*session)->query(sql, std::chrono::minutes(9), {}, PgTransaction::Bare);
    return done ? QString() : done.error().text();
}

bool isVerified(const Secret &url, const QString &expected)
{
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, 2s);
    if (!session)
        return false;
    const Result<PgTable> seen = (*session)->query(QStringLiteral("select max(id) from scenes where not pg_is_in_recovery()"), 10s, {}, PgTransaction::Bare);
    return seen && seen->rows.value(0).value(0).value_or(QString()) == expected
        && (*session)->query(QStringLiteral("create table written (n int)"), 5s, {}, PgTransaction::Bare);
}

QString toolPath(const QString &tool)
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    return versions.filePath(versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed).value(0) + QStringLiteral("/bin/") + tool);
}

/// Seconds, or -1.
double byDefault(BackrestFixture &fixture, const QDateTime &moment, const QString &expected)
{
    const QString data = fixture.copies() + QStringLiteral("/plain");
    const quint16 port = PgFixture::freePort();
    QElapsedTimer elapsed;
    elapsed.start();
    QString problem = BackrestFixture::run(QStringLiteral("mkdir"), {QStringLiteral("-m"), QStringLiteral("700"), data});
    if (problem.isEmpty())
        problem = fixture.call({QStringLiteral("--pg1-path=") + data, QStringLiteral("--process-max=2"), QStringLiteral("--type=time"), QStringLiteral("--archive-mode=off"),
                                QStringLiteral("--target=%1+00").arg(moment.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"))), QStringLiteral("--target-action=promote"), QStringLiteral("restore")});
    if (problem.isEmpty())
        problem = BackrestFixture::run(toolPath(QStringLiteral("pg_ctl")), {QStringLiteral("-D"), data, QStringLiteral("-l"), data + QStringLiteral("/log"), QStringLiteral("-o"), QStringLiteral("-p %1").arg(port), QStringLiteral("-W"), QStringLiteral("start")});
    const Secret url("postgresql://postgres:" + PgFixture::password() + "@127.0.0.1:" + QByteArray::number(port) + "/postgres");
    bool there = false;
    while (problem.isEmpty() && !there && elapsed.elapsed() < 300'000) {
        there = isVerified(url, expected);
        QThread::msleep(50);
    }
    const double took = double(elapsed.elapsed()) / 1000;
    (void)BackrestFixture::run(toolPath(QStringLiteral("pg_ctl")), {QStringLiteral("-D"), data, QStringLiteral("-m"), QStringLiteral("immediate"), QStringLiteral("stop")});
    (void)BackrestFixture::run(QStringLiteral("rm"), {QStringLiteral("-rf"), data});
    if (!problem.isEmpty())
        std::printf("%s\n", qPrintable(problem));
    return there ? took : -1;
}

double byUs(BackrestFixture &fixture, const QDateTime &moment, const QString &expected)
{
    const BackrestProvider provider(fixture.plan(), Host{}, fixture.server().url());
    QElapsedTimer elapsed;
    elapsed.start();
    const Result<RestoredCopy> copy = provider.restore({.name = QStringLiteral("ours"), .moment = moment, .expiresAt = {}},
                                                       {.cancel = {}, .deadline = 300s, .say = [&elapsed](const QString &line) {
                                                            if (!line.startsWith(QLatin1String("replaying WAL:")) && !line.startsWith(QLatin1String("restoring the base backup:")))
                                                                std::printf("    %6.2f s  %s\n", double(elapsed.elapsed()) / 1000, qPrintable(line));
                                                        }});
    const bool there = copy && isVerified(copy->url, expected);
    const double took = double(elapsed.elapsed()) / 1000;
    if (!copy)
        std::printf("%s\n", qPrintable(copy.error().text()));
    (void)provider.remove(fixture.copies() + QStringLiteral("/ours"), 60s, {});
    return there ? took : -1;
}

QByteArray load()
{
    QFile file(QStringLiteral("/proc/loadavg"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().left(4) : QByteArray();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int base = argc > 1 ? std::clamp(atoi(argv[1]), 10, 20'000) : 1100;
    const int wal = argc > 2 ? std::clamp(atoi(argv[2]), 10, 20'000) : 1200;
    const int rounds = argc > 3 ? std::clamp(atoi(argv[3]), 1, 20) : 3;
    BackrestFixture fixture;
    // A row of 500 bytes that hardly compresses, as in limits measured by hand.
    const QString fill = QStringLiteral("insert into scenes (body) select md5(i::text) || md5((i * 7)::text) || repeat(md5((i * 13)::text), 12) from generate_series(1, %1) i");
    QString problem = fixture.start({QStringLiteral("fsync = on"), QStringLiteral("max_wal_size = 4GB"), QStringLiteral("shared_buffers = 128MB"), QStringLiteral("autovacuum = off")});
    if (problem.isEmpty())
        problem = slowly(fixture.server(), QStringLiteral("create table scenes (id bigserial primary key, body text); ") + fill.arg(qint64(base) * 1'000'000 / 520));
    if (problem.isEmpty())
        problem = fixture.backup(QStringLiteral("full"));
    if (problem.isEmpty())
        problem = slowly(fixture.server(), fill.arg(qint64(wal) * 1'000'000 / 640));
    const QString expected = fixture.server().value(QStringLiteral("select max(id) from scenes"));
    const QDateTime moment = fixture.now().addMSecs(1);
    QThread::msleep(5); // the drop comes after the moment
    if (problem.isEmpty())
        problem = fixture.server().execute(QStringLiteral("drop table scenes; create table later (n int)"));
    if (problem.isEmpty())
        problem = fixture.archive();
    if (!problem.isEmpty()) {
        std::printf("%s\n", qPrintable(problem));
        return 1;
    }
    std::printf("Restore of %d MB and about %d MB of WAL (%d rounds, in turns)\n", base, wal, rounds);
    QList<double> plain, ours;
    for (int round = 0; round < rounds; ++round) {
        plain += byDefault(fixture, moment, expected);
        ours += byUs(fixture, moment, expected);
        std::printf("    round %d: defaults %.1f s, ours %.1f s, load %s\n", round + 1, plain.last(), ours.last(), load().constData());
    }
    std::printf("| %-52s | %6.1f s | 1.00 |\n| %-52s | %6.1f s | %4.2f | mark 0.55\n", "pgbackrest restore, defaults, and a plain start", median(plain),
                "the provider: verified, writable, on the disk", median(ours), median(ours) / median(plain));
    return 0;
}
