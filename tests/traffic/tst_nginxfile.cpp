// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/program.h"
#include "core/systems/traffic/nginxfile.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;

/// The site file of a real nginx, whose main file includes a whole folder.
class NginxFileTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    Plan m_plan;
    bool m_running = false;

    QString at(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(at(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QByteArray read(const QString &name) const
    {
        QFile file(at(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static QString program()
    {
        return QStandardPaths::findExecutable(QStringLiteral("nginx"), {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
    }
    ProgramOutput nginx(const QStringList &more) const
    {
        return runProgram({.program = program(),
                           .arguments = QStringList{QStringLiteral("-p"), m_folder->path(), QStringLiteral("-c"), at(QStringLiteral("nginx.conf"))} + more})
            .value_or(ProgramOutput{});
    }
    static QByteArray site() { return "upstream a {\n    server localhost:3001;\n}\n"; }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("sites")));
        write(QStringLiteral("nginx.conf"),
              "pid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n    access_log off;\n    include sites/*;\n}\n");
        write(QStringLiteral("sites/shop"), site());
        m_plan = {};
        m_plan.application.emplace();
        m_plan.application->pools = {{.colour = QStringLiteral("blue"), .instances = {{.url = QStringLiteral("http://127.0.0.1:3001")}}},
                                     {.colour = QStringLiteral("green"), .instances = {{.url = QStringLiteral("http://127.0.0.1:3002")}}}};
        m_plan.application->traffic = {.kind = QStringLiteral("nginx_file"),
                                       .values = {{QStringLiteral("path"), at(QStringLiteral("sites/shop"))},
                                                  {QStringLiteral("config"), at(QStringLiteral("nginx.conf"))},
                                                  {QStringLiteral("prefix"), m_folder->path()},
                                                  {QStringLiteral("program"), program()}}};
    }
    void cleanup()
    {
        if (m_running)
            QCOMPARE(nginx({QStringLiteral("-s"), QStringLiteral("stop")}).exitCode, 0);
        m_running = false;
    }

    void switchesAndPutsBackByteForByte()
    {
        QCOMPARE(nginx({}).exitCode, 0);
        m_running = true;
        const NginxFile provider(m_plan);
        const Result<TrafficLook> seen = provider.look({});
        QVERIFY(seen);
        QCOMPARE(seen->colours, QStringList{QStringLiteral("blue")});
        const Result<QString> done = provider.switchTo(QStringLiteral("green"), *seen, QStringLiteral("one"), {});
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QCOMPARE(provider.look({})->colours, QStringList{QStringLiteral("green")});
        QCOMPARE(read(QStringLiteral("sites/.shop.understudy-one")), site());
        QVERIFY(provider.putBack(QStringLiteral("blue"), QStringLiteral("one"), {}));
        QCOMPARE(read(QStringLiteral("sites/shop")), site());
    }

    void workersThatAreOlderThanTheFileAreTold()
    {
        const NginxFile provider(m_plan);
        const auto told = [&provider] { return provider.runsWith({}, {}); };
        QVERIFY2(told().contains(QLatin1String("0 such nginx run there")), qPrintable(told()));
        QCOMPARE(nginx({}).exitCode, 0);
        m_running = true;
        // All times are whole seconds: it is touched until it is surely younger, and reloaded until they are.
        QTRY_VERIFY_WITH_TIMEOUT((write(QStringLiteral("sites/shop"), site()), told().contains(QLatin1String("not been reloaded since"))), 10'000);
        QTRY_VERIFY_WITH_TIMEOUT((nginx({QStringLiteral("-s"), QStringLiteral("reload")}), told().contains(QLatin1String("reloaded after that"))), 10'000);
    }

    void refusedConfigurationLeavesTheFileAlone()
    {
        const QByteArray bad = site() + "no_such_directive on;\n";
        write(QStringLiteral("sites/shop"), bad);
        const NginxFile provider(m_plan);
        const Result<QString> checked = provider.check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::ProgramFailed);
        QVERIFY(!provider.switchTo(QStringLiteral("green"), *provider.look({}), QStringLiteral("one"), {}));
        QCOMPARE(read(QStringLiteral("sites/shop")), bad);
    }

    void failedReloadPutsTheOldFileBack()
    {
        // Nothing runs that could reload.
        const NginxFile provider(m_plan);
        QVERIFY(!provider.switchTo(QStringLiteral("green"), *provider.look({}), QStringLiteral("one"), {}));
        QCOMPARE(read(QStringLiteral("sites/shop")), site());
    }

    void checkLeavesNothingBehind()
    {
        const Result<QString> checked = NginxFile(m_plan).check(QStringLiteral("green"), {});
        QVERIFY2(checked, checked ? "" : qPrintable(checked.error().text()));
        QCOMPARE(QDir(at(QStringLiteral("sites"))).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("shop")});
        QCOMPARE(read(QStringLiteral("sites/shop")), site());
    }

    void refusesFileThatNginxDoesNotRead()
    {
        write(QStringLiteral("elsewhere"), site());
        m_plan.application->traffic.values.insert(QStringLiteral("path"), at(QStringLiteral("elsewhere")));
        const Result<QString> checked = NginxFile(m_plan).check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(NginxFileTest)
#include "tst_nginxfile.moc"
