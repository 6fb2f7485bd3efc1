// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/hostsight.h"

#include "tests/shell/sshfixture.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <unistd.h>

using namespace understudy;

class HostSightTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<SshFixture> m_server;

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<SshFixture>();
        QCOMPARE(m_server->start(), QString());
    }

    void findsOwnersOfSocketsAndTheirAncestors_data()
    {
        QTest::addColumn<bool>("there");
        QTest::newRow("here") << false;
        QTest::newRow("there") << true;
    }
    void findsOwnersOfSocketsAndTheirAncestors()
    {
        QFETCH(bool, there);
        QTcpServer listener;
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        QTcpSocket client;
        client.connectToHost(QHostAddress(QHostAddress::LocalHost), listener.serverPort());
        QVERIFY(client.waitForConnected());
        const Result<HostSight> sight = lookAtProcesses(
            there ? m_server->host() : Host{},
            {.listening = {listener.serverPort()}, .peers = {listener.serverPort()}}, {});
        QVERIFY2(sight.has_value(), sight ? "" : qPrintable(sight.error().text()));
        QCOMPARE(sight->sockets.size(), 2);
        for (const HostSight::Socket &one : sight->sockets) {
            QCOMPARE(one.process, qint64(::getpid()));
            if (!one.listens)
                QCOMPARE(one.local, (Endpoint{QStringLiteral("127.0.0.1"), client.localPort()}));
        }
        const HostSight::Process self = sight->processes.value(::getpid());
        QCOMPARE(self.parent, qint64(::getppid()));
        QVERIFY(!self.started.isEmpty());
        QVERIFY(self.environmentSeen);
        QVERIFY(::getppid() <= 1 || sight->isAncestor(::getppid(), ::getpid()));
    }

    void readsOnlyTheKeysAskedFor()
    {
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DATABASE_URL"), QStringLiteral("a=b\nc 'd'"));
        environment.insert(QStringLiteral("MY_DATABASE_URL"), QStringLiteral("other"));
        environment.insert(QStringLiteral("TOKEN"), QStringLiteral("hunter2"));
        child.setProcessEnvironment(environment);
        child.start(QStringLiteral("sleep"), {QStringLiteral("60")});
        QVERIFY(child.waitForStarted());
        // Its environment is its own only once the new program has replaced ours.
        QTRY_VERIFY(lookAtProcesses({}, {.processes = {child.processId()}}, {})
                        ->processes.value(child.processId())
                        .name == QLatin1String("sleep"));
        const Result<HostSight> sight = lookAtProcesses(
            {}, {.processes = {child.processId()}, .keys = {QStringLiteral("DATABASE_URL")}}, {});
        const HostSight::Process seen = sight->processes.value(child.processId());
        QCOMPARE(seen.values.keys(), QStringList{QStringLiteral("DATABASE_URL")});
        QCOMPARE(seen.values[QStringLiteral("DATABASE_URL")].reveal(), QByteArray("a=b\nc 'd'"));
        child.kill();
        child.waitForFinished();
    }

    void aWorkerOfPm2sClusterIsReadByWhatItWasGiven()
    {
        const QByteArray answer =
            "greeting\n\nunderstudy-processes\nP 12 1 99 node\nE 12 DATABASE_URL=of-the-daemon\n"
            "E 12 pm2_env={\"env\":{\"DATABASE_URL\":\"of-the-worker\",\"TOKEN\":\"x\"}}\n";
        const Result<HostSight> sight = parseHostSight(answer, {QStringLiteral("DATABASE_URL")});
        QCOMPARE(sight->processes[12].values.size(), 1);
        QCOMPARE(sight->processes[12].values[QStringLiteral("DATABASE_URL")].reveal(),
                 QByteArray("of-the-worker"));
    }

    void whatIsNotToBeSeenIsUnknownAndNotAbsent()
    {
        const Result<HostSight> sight =
            parseHostSight("\nunderstudy-processes\nL 0100007F:0BB9 00000000:0000 0\n"
                           "C 0000000000000000FFFF00000100007F:1538 "
                           "0000000000000000FFFF00000200000A:0BB9 12\nP 12 1 99 a b\nX 12\n",
                           {});
        QCOMPARE(sight->sockets.size(), 2);
        QCOMPARE(sight->sockets[0].process, qint64(0));
        QCOMPARE(sight->sockets[0].local, (Endpoint{QStringLiteral("127.0.0.1"), 3001}));
        QCOMPARE(sight->sockets[1].peer, (Endpoint{QStringLiteral("10.0.0.2"), 3001}));
        QVERIFY(!sight->processes[12].environmentSeen);
        QCOMPARE(sight->processes[12].name, QStringLiteral("a b"));
        QVERIFY(!parseHostSight("nothing", {}).has_value());
    }
};

QTEST_GUILESS_MAIN(HostSightTest)
#include "tst_hostsight.moc"
