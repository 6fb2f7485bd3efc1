// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// A restore to a moment by our provider against `pgbackrest restore` with its defaults and a plain start, in turns, of
// the same backup and WAL: until the copy answers as a writable primary. Ours is on the disk by then; the other has
// fsync on all the time. The data are pgbench's: short transactions over the whole of it, as a platform's users
// write, with PostgreSQL's own settings. Arguments: megabytes of the base, megabytes of WAL, rounds.
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

/// What the last transaction before the drop has left, by whoever answers as a primary.
QString newestRow()
{
    return QStringLiteral("select count(*) || ' ' || sum(delta) from pgbench_history where not pg_is_in_recovery()");
}

bool isVerified(const Secret &url, const QString &expected)
{
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, 2s);
    if (!session)
        return false;
    const Result<PgTable> seen = (*session)->query(newestRow(), 10s, {}, PgTransaction::Bare);
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
    const QStringList where{QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-U"), QStringLiteral("postgres")};
    QString problem = fixture.start({QStringLiteral("fsync = on")});
    const QStringList server = where + QStringList{QStringLiteral("-p"), QString::number(fixture.server().port())};
    if (problem.isEmpty()) // 15 MB for each of its scale
        problem = BackrestFixture::run(toolPath(QStringLiteral("pgbench")), server + QStringList{QStringLiteral("-i"), QStringLiteral("-q"), QStringLiteral("-s"), QString::number(std::max(1, base / 15)), QStringLiteral("postgres")}, 500);
    if (problem.isEmpty())
        problem = fixture.backup(QStringLiteral("full"));
    const QString began = fixture.server().value(QStringLiteral("select pg_current_wal_lsn()"));
    const QString written = QStringLiteral("select (pg_current_wal_lsn() - '%1'::pg_lsn)::bigint / 1000000").arg(began);
    for (int i = 0; problem.isEmpty() && i < 200 && fixture.server().value(written).toInt() < wal; ++i)
        problem = BackrestFixture::run(toolPath(QStringLiteral("pgbench")), server + QStringList{QStringLiteral("-n"), QStringLiteral("-c"), QStringLiteral("8"), QStringLiteral("-j"), QStringLiteral("2"), QStringLiteral("-T"), QStringLiteral("3"), QStringLiteral("postgres")});
    const QString expected = fixture.server().value(newestRow());
    const QDateTime moment = fixture.now().addMSecs(1);
    QThread::msleep(5); // the drop comes after the moment
    if (problem.isEmpty())
        problem = fixture.server().execute(QStringLiteral("drop table pgbench_history; create table later (n int)"));
    if (problem.isEmpty())
        problem = fixture.archive();
    if (!problem.isEmpty()) {
        std::printf("%s\n", qPrintable(problem));
        return 1;
    }
    std::printf("Restore of about %d MB and %s MB of WAL (%d rounds, in turns)\n", base, qPrintable(fixture.server().value(written)), rounds);
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
