// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/socksdial.h"
#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshfault.h"

#include <QTest>

using namespace understudy;

/// What OpenSSH says, word for word as it was seen, and what it is to mean.
class SshFaultTest : public QObject
{
    Q_OBJECT

    const Host m_host{.name = QStringLiteral("app-1"),
                      .ssh = QStringLiteral("deploy@app-1.example")};

private slots:
    void namesWhyItEnded_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("hint");
        QTest::addColumn<bool>("lasting");
        const auto row = [](const char *name, const char *words, const char *message,
                            const char *hint, bool lasting) {
            QTest::newRow(name) << QByteArray(words) << QString::fromLatin1(message)
                                << QString::fromLatin1(hint) << lasting;
        };
        row("host key changed",
            "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nAdd correct host key in "
            "kh2 to get rid of this message.\n"
            "Host key for [127.0.0.1]:22022 has changed and you have requested strict "
            "checking.\nHost key verification failed.\n",
            "the host key of app-1 is not the one that your ssh knows", "fingerprint", true);
        row("host key not known", "Host key verification failed.\n",
            "the host key of app-1 is not known to your ssh",
            "Run ssh deploy@app-1.example once in a terminal", true);
        row("permission denied", "deploy@app-1.example: Permission denied (publickey).\n",
            "app-1 does not let your ssh in", "ssh-add", true);
        row("no such host",
            "ssh: Could not resolve hostname nope.invalid: Name or service not known\n",
            "the host name of app-1 is not known", "destination in the plan", false);
        row("nobody listens", "ssh: connect to host 127.0.0.1 port 1: Connection refused\n",
            "app-1 refuses ssh", "sshd", false);
        row("no answer", "ssh: connect to host 203.0.113.9 port 22: Connection timed out\n",
            "app-1 does not answer to ssh", "firewall", false);
        row("silent server",
            "Connection timed out during banner exchange\nConnection to 203.0.113.9 port 22 timed "
            "out\n",
            "app-1 does not answer to ssh", "firewall", false);
        row("cut off", "Timeout, server app-1.example not responding.\n", "ssh to app-1 is cut off",
            "network", false);
        row("bad configuration", "/home/x/.ssh/config: line 3: Bad configuration option: foo\n",
            "the configuration of ssh has a mistake", "ssh deploy@app-1.example works", true);
        row("no configuration",
            "Can't open user config file /nonexistent: No such file or directory\n",
            "the configuration of ssh for app-1 cannot be read", "ssh_config", true);
        row("a target's refusal is not its own",
            "channel 2: open failed: connect failed: Connection refused\n",
            "ssh to app-1 has ended", "started again", false);
        row("no words", "", "ssh to app-1 has ended", "started again", false);
    }
    void namesWhyItEnded()
    {
        QFETCH(QByteArray, words);
        QFETCH(QString, message);
        QFETCH(QString, hint);
        QFETCH(bool, lasting);
        const sshfault::Ended ended = sshfault::ended(m_host, 255, words);
        QCOMPARE(ended.error.code, ErrorCode::TunnelDown);
        QCOMPARE(ended.error.message, message);
        QVERIFY2(ended.error.hint.contains(hint), qPrintable(ended.error.hint));
        QCOMPARE(ended.lasting, lasting);
    }

    void quotesAServerCleanedAndCut()
    {
        const QByteArray banner =
            "\033[2J password=hunter2 " + QByteArray(5000, 'x') + " Permission denied\n";
        const QString cause = sshfault::ended(m_host, 255, banner).error.cause;
        QVERIFY(!cause.isEmpty() && cause.size() <= 300);
        QVERIFY(!cause.contains(QChar(0x1b)) && !cause.contains(QLatin1String("hunter2")));
    }

    void namesWhyATargetIsNotReached_data()
    {
        QTest::addColumn<QList<QByteArray>>("lines");
        QTest::addColumn<int>("code");
        const auto lines = [](const char *first, const char *second = nullptr) {
            return second ? QList<QByteArray>{first, second} : QList<QByteArray>{first};
        };
        QTest::newRow("refused")
            << lines("channel 2: open failed: connect failed: Connection refused")
            << int(ErrorCode::ConnectionRefused);
        QTest::newRow("no such name")
            << lines("channel 4: open failed: connect failed: Name or service not known")
            << int(ErrorCode::NameNotFound);
        QTest::newRow("forbidden")
            << lines("channel 1: open failed: administratively prohibited: open failed")
            << int(ErrorCode::PermissionDenied);
        QTest::newRow("no answer")
            << lines("channel 1: open failed: connect failed: Connection timed out")
            << int(ErrorCode::TimedOut);
        QTest::newRow("no way") << lines("channel 1: open failed: connect failed: No route to host")
                                << int(ErrorCode::Unreachable);
        // Nothing says whose reason is whose.
        QTest::newRow("several reasons")
            << lines("channel 1: open failed: connect failed: No route to host",
                     "channel 2: open failed: connect failed: Connection refused")
            << int(ErrorCode::Unreachable);
        QTest::newRow("no reason") << QList<QByteArray>{} << int(ErrorCode::Unreachable);
    }
    void namesWhyATargetIsNotReached()
    {
        QFETCH(QList<QByteArray>, lines);
        QFETCH(int, code);
        QStringList reasons;
        for (const QByteArray &line : lines)
            reasons.append(sshfault::reasonNotReached(line));
        QVERIFY(!reasons.contains(QString()));
        const Error error =
            sshfault::notReached(m_host, {QStringLiteral("10.0.0.2"), 6379}, reasons);
        QCOMPARE(int(error.code), code);
        QVERIFY2(error.message.contains(QLatin1String("10.0.0.2")) &&
                     error.message.contains(QLatin1String("app-1")),
                 qPrintable(error.message));
    }

    void takesNoOtherLineForAReason()
    {
        QCOMPARE(sshfault::reasonNotReached(
                     "Welcome. channel 1: open failed: connect failed: Connection refused"),
                 QString());
        QCOMPARE(sshfault::reasonNotReached("ssh: connect to host a port 22: Connection refused"),
                 QString());
    }

    void destinationIsNeverAnOption()
    {
        const QStringList arguments = sshForwardArguments(
            {.name = QStringLiteral("x"), .ssh = QStringLiteral("-oProxyCommand=id")},
            QStringLiteral("/run/s"));
        QCOMPARE(arguments.last(), QStringLiteral("-oProxyCommand=id"));
        QCOMPARE(arguments.at(arguments.size() - 2), QStringLiteral("--"));
    }

    void asksForANameAsItIs_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("possible");
        QTest::newRow("address") << QStringLiteral("10.0.0.2") << true;
        QTest::newRow("IPv6") << QStringLiteral("fd00::1") << true;
        QTest::newRow("name") << QStringLiteral("redis-1.internal") << true;
        QTest::newRow("none") << QString() << false;
        QTest::newRow("zero inside")
            << QString(QLatin1String("a") + QChar(u'\0') + QLatin1String("b")) << false;
        QTest::newRow("too long") << QString(256, QLatin1Char('a')) << false;
    }
    void asksForANameAsItIs()
    {
        QFETCH(QString, host);
        QFETCH(bool, possible);
        const Result<QByteArray> question = socksQuestion({host, 0x1234});
        QCOMPARE(question.has_value(), possible);
        if (possible)
            QCOMPARE(*question,
                     QByteArray("\x04\x01\x12\x34\0\0\0\x01\0", 9) + host.toUtf8() + '\0');
    }
};

QTEST_GUILESS_MAIN(SshFaultTest)
#include "tst_sshfault.moc"
