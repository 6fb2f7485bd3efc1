// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsentry.h"
#include "core/health/poolsjudge.h"
#include "tests/pools/fakeinstance.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// A real nginx before fake instances: counting through it must be right before, during and after a
/// switch.
class PoolsEntryTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_nginx;
    FakeInstance m_blue1{"b1"}, m_blue2{"b2"}, m_green{"g"};
    quint16 m_port = 0;

    QString nginx() const
    {
        return QStandardPaths::findExecutable(
            QStringLiteral("nginx"), {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
    }
    void writeConfig(const QList<quint16> &upstream)
    {
        QByteArray servers;
        for (const quint16 port : upstream)
            servers += "server 127.0.0.1:" + QByteArray::number(port) + ";";
        QFile file(m_folder.filePath(QStringLiteral("nginx.conf")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray folder = QFile::encodeName(m_folder.path());
        QByteArray temporary;
        for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            temporary += QByteArray(kind) + "_temp_path " + folder + "/" + kind + ";";
        file.write("daemon off; pid " + folder + "/nginx.pid; error_log " + folder +
                   "/error.log; events {} http { access_log off; " + temporary + "upstream app {" +
                   servers + "} server { listen 127.0.0.1:" + QByteArray::number(m_port) +
                   "; location / { proxy_pass http://app; } } }");
    }
    QStringList arguments() const
    {
        return {QStringLiteral("-p"), m_folder.path(),
                QStringLiteral("-c"), m_folder.filePath(QStringLiteral("nginx.conf")),
                QStringLiteral("-e"), m_folder.filePath(QStringLiteral("error.log"))};
    }
    void reload()
    {
        QCOMPARE(QProcess::execute(nginx(), arguments() + QStringList{QStringLiteral("-s"),
                                                                      QStringLiteral("reload")}),
                 0);
    }
    PoolsView view() const
    {
        const auto instance = [](const char *startTime) {
            return InstanceView{.startTime = QLatin1String(startTime)};
        };
        PoolsView out;
        out.pools = {
            {.colour = QStringLiteral("blue"), .instances = {instance("b1"), instance("b2")}},
            {.colour = QStringLiteral("green"), .instances = {instance("g")}}};
        return out;
    }
    ApplicationPlan plan() const
    {
        ApplicationPlan out;
        out.entry = QStringLiteral("http://127.0.0.1:%1").arg(m_port);
        return out;
    }

private slots:
    void initTestCase()
    {
        QVERIFY2(!nginx().isEmpty(), "nginx is not installed");
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        m_port = free.serverPort();
        free.close();
        writeConfig({m_blue1.server().port(), m_blue2.server().port()});
        m_nginx.start(nginx(), arguments());
        QVERIFY(m_nginx.waitForStarted());
        QTRY_VERIFY([this] {
            QTcpSocket probe;
            probe.connectToHost(QHostAddress::LocalHost, m_port);
            return probe.waitForConnected(100);
        }());
    }
    void cleanupTestCase()
    {
        m_nginx.terminate();
        m_nginx.waitForFinished();
    }

    void bothInstancesOfAColourAreCounted()
    {
        SystemClock clock;
        PoolsEntry entry(plan(), clock, nullptr);
        entry.start();
        QTRY_VERIFY(entry.isLookedAt());
        PoolsView counted = view();
        countAnswers(counted, entry.answers());
        QCOMPARE(counted.serving, QStringLiteral("blue"));
        QCOMPARE(counted.answersCounted, PoolsEntry::round);
        QStringList met;
        for (const EntryAnswer &one : entry.answers())
            met += one.startTime;
        met.removeDuplicates();
        QCOMPARE(met.size(), 2);
    }

    void switchIsCounted()
    {
        SystemClock clock;
        PoolsEntry entry(plan(), clock, nullptr);
        entry.start();
        QTRY_VERIFY(entry.isLookedAt());
        writeConfig({m_green.server().port()});
        reload();
        QTRY_VERIFY([&] {
            if (entry.answers().size() == PoolsEntry::round)
                entry.lookNow();
            PoolsView counted = view();
            countAnswers(counted, entry.answers());
            return counted.serving == QLatin1String("green");
        }());
    }

    void gatewayWithoutAnInstanceIsAFailure()
    {
        writeConfig({1}); // nothing listens there
        reload();
        SystemClock clock;
        PoolsEntry entry(plan(), clock, nullptr);
        entry.start();
        QTRY_VERIFY([&] {
            if (entry.isLookedAt())
                entry.lookNow();
            PoolsView counted = view();
            countAnswers(counted, entry.answers());
            return counted.answersFailed == PoolsEntry::round &&
                   counted.entryWhy.contains(QLatin1String("502"));
        }());
    }
};

QTEST_GUILESS_MAIN(PoolsEntryTest)
#include "tst_poolsentry.moc"
