// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/socksdial.h"

#include "tests/shell/sshfixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <atomic>
#include <csignal>
#include <thread>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// Says "hello" to whoever connects, on a thread of its own.
class Greeter
{
public:
    Greeter()
    {
        m_server.listen(QHostAddress::LocalHost);
        m_server.moveToThread(&m_thread);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *const socket = m_server.nextPendingConnection();
            socket->write("hello");
        });
        m_port = m_server.serverPort();
        m_thread.start();
    }
    ~Greeter()
    {
        QMetaObject::invokeMethod(
            &m_server,
            [this] {
                m_server.close();
                m_server.moveToThread(nullptr);
            },
            Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
    Endpoint at(const QString &host) const { return {host, m_port}; }

private:
    QTcpServer m_server;
    QThread m_thread;
    quint16 m_port = 0;
};

quint16 closedPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

QByteArray heard(int descriptor)
{
    pollfd wait{descriptor, POLLIN, 0};
    char bytes[16];
    const ssize_t count = ::poll(&wait, 1, 5000) > 0 ? ::read(descriptor, bytes, sizeof bytes) : -1;
    return QByteArray(bytes, qMax<ssize_t>(0, count));
}

QStringList sockets(const QString &below)
{
    return QDir(below).entryList({QStringLiteral("understudy-ssh-*")}, QDir::Dirs);
}

} // namespace

class SshTunnelTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_runtime;

private slots:
    void initTestCase() { qputenv("XDG_RUNTIME_DIR", m_runtime.path().toUtf8()); }

    void cleanup()
    {
        QCOMPARE(SshFixture::clients(), QList<qint64>());
        QCOMPARE(sockets(m_runtime.path()), QStringList());
    }

    void carriesConnectionsOverOneSsh()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        Greeter greeter;
        SshTunnel tunnel(server.host());
        for (int i = 0; i < 20; ++i) {
            // The name goes to the far side as it is.
            const Result<int> descriptor =
                dialThrough(tunnel, greeter.at(QStringLiteral("localhost")), 5s, {});
            QVERIFY2(descriptor, descriptor ? "" : qPrintable(descriptor.error().text()));
            QCOMPARE(heard(*descriptor), QByteArray("hello"));
            ::close(*descriptor);
        }
        QVERIFY(server.wasAskedFor(greeter.at(QStringLiteral("localhost"))));
        QCOMPARE(server.logins(), 1);
        QCOMPARE(SshFixture::clients().size(), 1);
    }

    void isOpenToThisUserOnly()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        SshTunnel tunnel(server.host());
        QVERIFY(tunnel.waitOpen({}));
        QCOMPARE(sockets(m_runtime.path()).size(), 1);
        const QByteArray folder =
            (m_runtime.path() + QLatin1Char('/') + sockets(m_runtime.path()).first()).toUtf8();
        struct stat seen;
        QCOMPARE(::stat(folder.constData(), &seen), 0);
        QCOMPARE(seen.st_mode & 0777, mode_t(0700));
        QCOMPARE(::stat(QByteArray(folder + "/socket").constData(), &seen), 0);
        QVERIFY(S_ISSOCK(seen.st_mode));
        QCOMPARE(seen.st_mode & 0777, mode_t(0600));
    }

    void saysWhyATargetIsNotReached_data()
    {
        QTest::addColumn<QByteArray>("serverLines");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("code");
        QTest::newRow("nobody listens")
            << QByteArray() << QStringLiteral("127.0.0.1") << int(ErrorCode::ConnectionRefused);
        QTest::newRow("no such name") << QByteArray() << QStringLiteral("no-such-host.invalid")
                                      << int(ErrorCode::NameNotFound);
        QTest::newRow("forwarding forbidden")
            << QByteArray("AllowTcpForwarding no") << QStringLiteral("127.0.0.1")
            << int(ErrorCode::PermissionDenied);
    }
    void saysWhyATargetIsNotReached()
    {
        QFETCH(QByteArray, serverLines);
        QFETCH(QString, host);
        QFETCH(int, code);
        SshFixture server(serverLines);
        QCOMPARE(server.start(), QString());
        SshTunnel tunnel(server.host());
        const Result<int> descriptor = dialThrough(tunnel, {host, closedPort()}, 20s, {});
        QVERIFY(!descriptor);
        QVERIFY2(int(descriptor.error().code) == code, qPrintable(descriptor.error().text()));
        QVERIFY2(descriptor.error().message.contains(QLatin1String("far")),
                 qPrintable(descriptor.error().message));
        QVERIFY(tunnel.state() == SshTunnel::State::Open);
    }

    void saysWhyItDoesNotOpen_data()
    {
        QTest::addColumn<QByteArray>("configuration");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QByteArray>("key");
        const auto row = [](const char *name, const char *configuration, const char *message,
                            const char *key = "user_key") {
            QTest::newRow(name) << QByteArray(configuration) << QString::fromLatin1(message)
                                << QByteArray(key);
        };
        row("host key changed", "UserKnownHostsFile FOLDER/other_known_hosts",
            "the host key of far is not the one that your ssh knows");
        row("host key unknown", "UserKnownHostsFile /dev/null",
            "the host key of far is not known to your ssh");
        row("wrong key", "", "far does not let your ssh in", "other_user_key");
        row("no such host", "HostName no-such-host.invalid", "the host name of far is not known");
        row("nobody listens", "Port 1", "far refuses ssh");
        row("bad configuration", "Frobnicate yes", "the configuration of ssh has a mistake");
    }
    void saysWhyItDoesNotOpen()
    {
        QFETCH(QByteArray, configuration);
        QFETCH(QString, message);
        QFETCH(QByteArray, key);
        SshFixture server;
        QCOMPARE(server.start(), QString());
        server.configure(configuration, key);
        SshTunnel tunnel(server.host());
        const Result<int> descriptor =
            dialThrough(tunnel, {QStringLiteral("127.0.0.1"), 1}, 5s, {});
        QVERIFY(!descriptor);
        QCOMPARE(int(descriptor.error().code), int(ErrorCode::TunnelDown));
        QVERIFY2(descriptor.error().message == message, qPrintable(descriptor.error().text()));
        QVERIFY(!descriptor.error().hint.isEmpty());
        QCOMPARE(server.logins(), 0);
    }

    void saysThatSshIsMissing()
    {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", m_runtime.path().toUtf8());
        SshTunnel tunnel({.name = QStringLiteral("far"), .ssh = QStringLiteral("far.example")});
        const Result<Unit> open = tunnel.waitOpen({});
        qputenv("PATH", path);
        QVERIFY(!open);
        QCOMPARE(open.error().message,
                 QStringLiteral("ssh, through which far is reached, cannot be started"));
        QVERIFY(open.error().hint.contains(QLatin1String("openssh-client")));
    }

    void givesUpOnAServerThatSaysNothing()
    {
        QTcpServer silent;
        silent.listen(QHostAddress::LocalHost);
        SshFixture server;
        QCOMPARE(server.start(), QString());
        server.configure("Port " + QByteArray::number(silent.serverPort()));
        SshTunnel tunnel(server.host(), {.open = 500ms});
        QElapsedTimer watch;
        watch.start();
        const Result<Unit> open = tunnel.waitOpen({});
        QVERIFY2(watch.elapsed() < 1500, qPrintable(QString::number(watch.elapsed())));
        QVERIFY(!open);
        QCOMPARE(open.error().message, QStringLiteral("ssh to far is not through after 0.5 s"));
    }

    void endsSoonAfterACancel()
    {
        QTcpServer silent;
        silent.listen(QHostAddress::LocalHost);
        SshFixture server;
        QCOMPARE(server.start(), QString());
        server.configure("Port " + QByteArray::number(silent.serverPort()));
        SshTunnel tunnel(server.host());
        const CancelToken cancel;
        std::thread canceller([cancel] {
            std::this_thread::sleep_for(100ms);
            cancel.cancel();
        });
        QElapsedTimer watch;
        watch.start();
        const Result<Unit> open = tunnel.waitOpen(cancel);
        canceller.join();
        QVERIFY2(watch.elapsed() < 400, qPrintable(QString::number(watch.elapsed())));
        QCOMPARE(int(open.error().code), int(ErrorCode::Cancelled));
    }

    void comesBackAfterItsSshDied()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        Greeter greeter;
        SshTunnel tunnel(server.host());
        std::atomic_int changes = 0;
        tunnel.open([&changes] { ++changes; });
        QVERIFY(tunnel.waitOpen({}));
        const Result<int> before =
            dialThrough(tunnel, greeter.at(QStringLiteral("127.0.0.1")), 5s, {});
        QVERIFY(before);
        QCOMPARE(heard(*before), QByteArray("hello"));
        const QList<qint64> first = SshFixture::clients();
        QCOMPARE(first.size(), 1);
        ::kill(pid_t(first.first()), SIGKILL);
        QCOMPARE(heard(*before), QByteArray()); // its end is noticed
        ::close(*before);
        QTRY_VERIFY(changes >= 3 && tunnel.state() == SshTunnel::State::Open);
        const Result<int> after =
            dialThrough(tunnel, greeter.at(QStringLiteral("127.0.0.1")), 5s, {});
        QVERIFY2(after, after ? "" : qPrintable(after.error().text()));
        QCOMPARE(heard(*after), QByteArray("hello"));
        ::close(*after);
        QCOMPARE(server.logins(), 2);
        QCOMPARE(SshFixture::clients().size(), 1);
    }

    void triesLessAndLessOftenWhileTheServerIsGone()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        server.stop();
        SshTunnel tunnel(server.host(), {.firstRetry = 50ms, .lastRetry = 200ms});
        std::atomic_int changes = 0;
        tunnel.open([&changes] { ++changes; });
        QTRY_VERIFY(changes >= 6); // Opening and Down, thrice
        QCOMPARE(tunnel.fault().message, QStringLiteral("far refuses ssh"));
        QCOMPARE(server.restart(), QString());
        QTRY_VERIFY(tunnel.state() == SshTunnel::State::Open);
        tunnel.close();
        const int ended = changes;
        QVERIFY(tunnel.state() == SshTunnel::State::Closed);
        QVERIFY(tunnel.waitOpen({})); // and may be opened again
        QCOMPARE(changes.load(), ended);
    }
};

QTEST_GUILESS_MAIN(SshTunnelTest)
#include "tst_sshtunnel.moc"
