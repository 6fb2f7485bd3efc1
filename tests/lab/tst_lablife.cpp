// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/rehearsallab.h"

#include "app/lab/httpcall.h"
#include "core/plan/planreader.h"

#include <QElapsedTimer>
#include <QTcpServer>

#include <csignal>
#include <unistd.h>

using namespace understudy;
using namespace understudy::lab;

class LabLifeTest : public QObject
{
    Q_OBJECT
private slots:
    void startsInTimeWithAPlanThatIsRead()
    {
        const RehearsalLab lab;
        QElapsedTimer elapsed;
        elapsed.start();
        const LabAnswer up = lab.up();
        QVERIFY2(up.code == 0, up.err);
        QVERIFY2(elapsed.elapsed() <= 15'000, qPrintable(QStringLiteral("%1 ms").arg(elapsed.elapsed())));
        QVERIFY(up.json()[QStringLiteral("pid")].toInteger() > 0);
        const PlanReading reading = readPlanFile(up.json()[QStringLiteral("plan")].toString(), QDate::currentDate());
        QStringList problems;
        for (const PlanProblem &problem : reading.problems)
            problems.append(problem.text(QStringLiteral("plan.yaml")));
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QLatin1Char('\n'))));
        QVERIFY(reading.plan->isLab());
        QCOMPARE(lab.call({QStringLiteral("status"), QStringLiteral("--json")}).code, 0);

        // A second start in the same folder is refused and harms nothing.
        const LabAnswer again = lab.up();
        QCOMPARE(again.code, 75);
        QCOMPARE(lab.call({QStringLiteral("status")}).code, 0);

        // Another lab lives beside it.
        const RehearsalLab other;
        QVERIFY2(other.up().code == 0, "two labs at once");
        QCOMPARE(lab.call({QStringLiteral("status")}).code, 0);

        QCOMPARE(lab.call({QStringLiteral("down")}).code, 0);
        QVERIFY(leftovers(lab.dir()).isEmpty());
        QCOMPARE(lab.call({QStringLiteral("status")}).code, 2);
        QCOMPARE(other.call({QStringLiteral("status")}).code, 0);
        QCOMPARE(QDir(lab.base()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList{QStringLiteral("lab")});
    }

    void downEndsWhatAKilledSupervisorLeaves()
    {
        const RehearsalLab lab;
        QVERIFY(lab.up().code == 0);
        // A stopped process does not even notice that its parent has died.
        QVERIFY(lab.call({QStringLiteral("break"), QStringLiteral("database-hung")}).code == 0);
        const LabState state = lab.state();
        QVERIFY(sendSignal(state.supervisor, SIGKILL));
        QVERIFY(waitForEnd({state.supervisor}, std::chrono::seconds(5)));
        QVERIFY2(!leftovers(lab.dir()).isEmpty(), "or there is nothing to test");
        QCOMPARE(lab.call({QStringLiteral("down")}).code, 0);
        QVERIFY(leftovers(lab.dir()).isEmpty());
        for (const ProcessState &process : state.processes)
            QVERIFY2(!isAlive(process.identity), qPrintable(process.name));
    }

    void closedFolderIsRefusedWithTheCommandThatMendsIt()
    {
        if (::geteuid() != 0)
            return; // an ordinary user's lab runs as that user, to whom the folder is open
        QTemporaryDir closed(QStringLiteral("/tmp/understudy-lab-XXXXXX"));
        const QString dir = closed.filePath(QStringLiteral("lab"));
        const LabAnswer up = RehearsalLab::callWith({QStringLiteral("up"), QStringLiteral("--detach")}, dir);
        QCOMPARE(up.code, 77);
        QVERIFY2(up.err.contains(QByteArray("chmod o+x " + closed.path().toUtf8())), up.err);
        QVERIFY(!QFile::exists(dir));
    }

    void anInstanceReadsItsEnvFileAtItsStartOnly()
    {
        const RehearsalLab lab;
        QVERIFY(lab.up().code == 0);
        const auto build = [&lab] {
            const Result<HttpAnswer> answer = callHttp(lab.state().port(QStringLiteral("blue-1")), QStringLiteral("/version"), std::chrono::seconds(2));
            return answer ? answer->body : QByteArray();
        };
        QFile file(lab.folder().environmentFile(QStringLiteral("blue")));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray text = file.readAll();
        file.write("BUILD_COMMIT=another\n");
        file.close();
        QVERIFY(!build().isEmpty() && !build().contains("another"));
        const LabAnswer restarted = lab.call({QStringLiteral("process"), QStringLiteral("restart"), QStringLiteral("blue-1")});
        QVERIFY2(restarted.code == 0, restarted.err);
        QVERIFY(build().contains("another"));
        QCOMPARE(lab.call({QStringLiteral("process"), QStringLiteral("restart"), QStringLiteral("nobody")}).code, 64);
    }

    void detachedLabKeepsNoDescriptorOfItsCaller()
    {
        const RehearsalLab lab;
        int ends[2];
        QCOMPARE(::pipe(ends), 0); // inherited by every child
        QVERIFY(lab.up().code == 0);
        ::close(ends[1]);
        char byte = 0;
        // The end of the pipe comes only when nobody holds its other end any more.
        QCOMPARE(::read(ends[0], &byte, 1), 0);
        ::close(ends[0]);
    }

    void wrongUsageIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown verb") << QStringList{QStringLiteral("explode")};
        QTest::newRow("unknown option") << QStringList{QStringLiteral("up"), QStringLiteral("--quickly")};
        QTest::newRow("unknown fault") << QStringList{QStringLiteral("break"), QStringLiteral("everything")};
        QTest::newRow("time without a zone") << QStringList{QStringLiteral("break"), QStringLiteral("queues-dead"), QStringLiteral("--at"), QStringLiteral("2026-11-23T14:00:00")};
        QTest::newRow("option that does not fit") << QStringList{QStringLiteral("break"), QStringLiteral("database-killed"), QStringLiteral("--rate"), QStringLiteral("5%")};
    }
    void wrongUsageIsRefused()
    {
        QFETCH(QStringList, arguments);
        QCOMPARE(RehearsalLab::callWith(arguments, QStringLiteral("/tmp/understudy-no-lab")).code, 64);
    }
};

QTEST_GUILESS_MAIN(LabLifeTest)
#include "tst_lablife.moc"
