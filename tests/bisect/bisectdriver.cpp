// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bisect/bisectstand.h"
#include "tests/postgres/pgfixture.h"

#include <QCoreApplication>
#include <QTextStream>
#include <QThread>

#include <csignal>

#include <unistd.h>

// One bisection in a process of its own, which kills itself where it is told to.
// bisectdriver FOLDER PORT WHERE
//   WHERE  "-", "entry N" (after the N-th entry of its journal), "making N" (the copy's name is on disk and
//          nothing was asked for), "made N" (before the answer), "removed N" (before it is recorded), or
//          "stays" (with its first copy, until it is killed)
using namespace understudy;

namespace {

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    ::_exit(1);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString where = arguments.value(3);
    const Secret server("postgresql://postgres:" + PgFixture::password() + "@127.0.0.1:" + arguments.value(2).toLatin1() + "/postgres");
    BisectStand stand(arguments.value(1), server);
    const auto dieAt = [&where](const QString &what, qint64 number) {
        if (where == QStringLiteral("%1 %2").arg(what).arg(number))
            die();
    };
    stand.onEntry = [&](const JournalEntry &entry) { dieAt(QStringLiteral("entry"), entry.number); };
    stand.provider.beforeMaking = [&](int number, const RestoreRequest &) { dieAt(QStringLiteral("making"), number); };
    stand.provider.afterMaking = [&](int number) {
        dieAt(QStringLiteral("made"), number);
        if (where == QLatin1String("stays")) {
            QTextStream(stdout) << "stays\n" << Qt::flush;
            for (;;)
                QThread::sleep(60); // it is killed
        }
    };
    stand.provider.afterRemoving = [&](int number) { dieAt(QStringLiteral("removed"), number); };
    const BisectionReport report = stand.search();
    QTextStream(stdout) << outcomeWord(report.search.outcome) << '\n';
    return 0;
}
