// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/environmentfile.h"
#include "app/lab/labfolder.h"
#include "app/lab/labports.h"
#include "app/lab/processtable.h"
#include "app/lab/respwire.h"
#include "app/lab/standin/exposedmetrics.h"
#include "app/lab/standin/metricfamilies.h"
#include "app/lab/standin/misbehaviour.h"
#include "core/base/manualclock.h"

#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace understudy;
using namespace understudy::lab;

class LabPartsTest : public QObject
{
    Q_OBJECT
private slots:
    void environmentFileIsReadAsThePlatformDoes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("value");
        QTest::newRow("plain") << QByteArray("A=b c") << QStringLiteral("b c");
        QTest::newRow("quoted") << QByteArray("A=\"b # c\"") << QStringLiteral("b # c");
        QTest::newRow("comment behind") << QByteArray("A=b # c") << QStringLiteral("b");
        QTest::newRow("url keeps its equals signs") << QByteArray("A=x://u:p@h/d?s=1") << QStringLiteral("x://u:p@h/d?s=1");
        QTest::newRow("the last wins") << QByteArray("A=1\nA=2\n") << QStringLiteral("2");
        QTest::newRow("comment line") << QByteArray("#A=1\nA=2") << QStringLiteral("2");
    }
    void environmentFileIsReadAsThePlatformDoes()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, value);
        QCOMPARE(readEnvironment(text).value(QStringLiteral("A")), value);
    }

    void replyIsTakenOnlyWhenWhole()
    {
        const QByteArray wire = "*2\r\n$6\r\nmaster\r\n*1\r\n:42\r\n";
        for (qsizetype cut = 0; cut < wire.size(); ++cut) {
            QByteArray part = wire.left(cut);
            QVERIFY(!takeReply(part));
            QCOMPARE(part, wire.left(cut));
        }
        QByteArray whole = wire + "+OK\r\n";
        const std::optional<RespValue> reply = takeReply(whole);
        QVERIFY(reply);
        QCOMPARE(reply->items.value(1).items.value(0).integer, 42);
        QCOMPARE(whole, QByteArray("+OK\r\n"));
    }

    void oneErrorUsesUpTheBudget()
    {
        ManualClock clock;
        RequestBook book(clock);
        QVERIFY(book.budgetRemaining().isEmpty());
        for (int i = 0; i < 30; ++i)
            book.book("GET", "/a", 200, 5, 2);
        QVERIFY(book.budgetRemaining().endsWith(" 1\n"));
        book.book("GET", "/a", 500, 5, 2);
        QVERIFY(book.budgetRemaining().endsWith(" 0\n"));
        QVERIFY(book.violations().contains("severity=\"warning\""));
    }
    void sloWindowFallsOverWithTheNextRequest()
    {
        ManualClock clock;
        RequestBook book(clock);
        book.book("GET", "/a", 500, 5, 2);
        clock.advance(std::chrono::minutes(6));
        QVERIFY2(book.complianceRatios().contains("availability\"} 0\n"), "without a request the old figure stays");
        book.book("GET", "/a", 200, 5, 2);
        QVERIFY(book.complianceRatios().contains("availability\"} 1\n"));
    }

    void metricsPageDeclaresAllFamiliesAndSetsOnlySome()
    {
        ManualClock clock;
        const RequestBook book(clock);
        const QByteArray page = metricsPage(book, {}, {clock.now(), 0, -1});
        QCOMPARE(page.count("\n# TYPE "), 74);
        QVERIFY2(page.contains("\nthe_copy_redis_connection_status 0\n"), "never set, and shown as 0");
        QVERIFY2(!page.contains("\nthe_copy_queue_size{") && page.contains("# TYPE the_copy_queue_size gauge\n"), "labelled, so without a sample");
        QVERIFY2(!page.contains("\nthe_copy_nodejs_eventloop_lag_seconds{"), "not before the first look");
        QVERIFY(page.endsWith('\n'));
    }

    void misbehaviourOutlivesItsFile()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("x.faults")));
        const Misbehaviour written{2000, 0.3, true, 60, QDateTime::fromMSecsSinceEpoch(1'790'000'000'123, Qt::UTC)};
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(written.toJson());
        file.close();
        QVERIFY(Misbehaviour::read(file.fileName()) == written);
        QVERIFY(Misbehaviour::read(QStringLiteral("/nonexistent")) == Misbehaviour{});
    }

    void takenPortIsNamed()
    {
        QTcpServer taken, before;
        // The port before it must be free, or it is that one which is named.
        do {
            taken.close();
            QVERIFY(taken.listen(QHostAddress::LocalHost, 0));
        } while (!before.listen(QHostAddress::LocalHost, quint16(taken.serverPort() - 1)));
        before.close();
        const Result<QMap<QString, quint16>> ports = choosePorts(quint16(taken.serverPort() - 1));
        QVERIFY(!ports);
        QVERIFY2(ports.error().message.contains(QString::number(taken.serverPort())), qPrintable(ports.error().message));
    }
    void freePortsLieBelowThoseLentToClients()
    {
        const Result<QMap<QString, quint16>> ports = choosePorts(0);
        QVERIFY(ports);
        QCOMPARE(ports->size(), portNames().size());
        for (const quint16 port : *ports)
            QVERIFY(port >= 15'000 && port < 32'768);
    }

    void aReusedPidIsAnotherProcess()
    {
        const std::optional<ProcessIdentity> self = identify(::getpid());
        QVERIFY(self && isAlive(*self));
        const ProcessIdentity earlier{self->pid, self->started - 1};
        QVERIFY(!isAlive(earlier));
        QVERIFY2(!sendSignal(earlier, SIGKILL), "or this test would have ended");
    }

    void folderThatIsNoLabIsRefused()
    {
        QTemporaryDir folder(QStringLiteral("/tmp/understudy-lab-XXXXXX"));
        QFile::setPermissions(folder.path(), QFile::Permissions(0x7755));
        QFile file(folder.filePath(QStringLiteral("thesis.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const Result<LabUser> user = findLabUser();
        QVERIFY(user);
        const Result<Unit> checked = LabFolder(folder.path()).check(*user);
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::PermissionDenied);
    }
    void folderWithABlankInItsNameIsRefused()
    {
        const Result<LabUser> user = findLabUser();
        QVERIFY(user);
        QVERIFY(!LabFolder(QStringLiteral("/tmp/my lab")).check(*user));
    }
};

QTEST_GUILESS_MAIN(LabPartsTest)
#include "tst_labparts.moc"
