// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/trafficcommand.h"
#include "tests/shell/sshfixture.h"
#include "tests/traffic/trafficstand.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QThread>
#include <QUrl>

#include <thread>

using namespace understudy;

/// The plan's own command, which has every flaw that is known of the platform's, before a real nginx.
class TrafficCommandTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::TrafficStand> m_stand;
    std::unique_ptr<SshFixture> m_ssh; ///< null: everything is on this machine
    Plan m_plan;

    static QByteArray site() { return "upstream app { server 127.0.0.1:BLUE; }\nserver {\n    listen 127.0.0.1:FRONT;\n    location / { proxy_pass http://app; }\n}\n"; }
    QString siteFile() const { return m_stand->at(QStringLiteral("sites/shop")); }
    static QStringList words(const QString &argument = QStringLiteral("{colour}")) { return {QStringLiteral("node"), QStringLiteral("switchtraffic.js"), argument}; }
    void behave(const QString &how) const
    {
        const QList<Pool> &pools = m_plan.application->pools;
        const QMap<QString, QString> nginx = m_stand->nginxValues();
        const QJsonObject told{{QStringLiteral("SITE"), siteFile()}, {QStringLiteral("NGINX"), nginx[QStringLiteral("program")]},
                               {QStringLiteral("NGINX_PREFIX"), nginx[QStringLiteral("prefix")]}, {QStringLiteral("NGINX_CONFIG"), nginx[QStringLiteral("config")]},
                               {QStringLiteral("bluePort"), QUrl(pools.at(0).instances.at(0).url).port()}, {QStringLiteral("greenPort"), QUrl(pools.at(1).instances.at(0).url).port()},
                               {QStringLiteral("BEHAVIOUR"), how}};
        m_stand->write(QStringLiteral("switch.json"), QJsonDocument(told).toJson());
    }
    void plan(const QStringList &command, bool guarded)
    {
        QMap<QString, QString> values = m_stand->nginxValues();
        if (guarded)
            values.insert(QStringLiteral("path"), siteFile());
        values.insert(QStringLiteral("folder"), m_stand->at({}));
        if (m_ssh)
            values.insert(QStringLiteral("host"), m_ssh->host().name);
        m_plan = m_stand->plan(QStringLiteral("command"), values, command);
        if (m_ssh)
            m_plan.hosts = {m_ssh->host()};
    }
    Result<QString> switchToGreen() const
    {
        const TrafficCommand command(m_plan);
        const Result<TrafficLook> seen = command.look({});
        return seen ? command.switchTo(QStringLiteral("green"), *seen, QStringLiteral("one"), {}) : fail(seen.error());
    }
    bool nginxAcceptsIt() const
    {
        const QMap<QString, QString> nginx = m_stand->nginxValues();
        return runProgram({.program = nginx[QStringLiteral("program")], .arguments = {QStringLiteral("-t"), QStringLiteral("-p"), nginx[QStringLiteral("prefix")], QStringLiteral("-c"), nginx[QStringLiteral("config")]}})->exitCode == 0;
    }

private slots:
    void init()
    {
        m_stand = std::make_unique<test::TrafficStand>();
        QCOMPARE(m_stand->startNginx(site()), QString());
        QVERIFY(QFile::copy(QStringLiteral(SWITCH_SCRIPT), m_stand->at(QStringLiteral("switchtraffic.js"))));
        plan(words(), true);
        behave(QStringLiteral("works"));
    }
    void cleanup()
    {
        m_stand.reset();
        m_ssh.reset();
    }

    void switchesAndPutsBackByteForByte()
    {
        const QByteArray before = m_stand->read(QStringLiteral("sites/shop"));
        const Result<QString> done = switchToGreen();
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QTRY_VERIFY(m_stand->servesOnly("green"));
        QVERIFY(TrafficCommand(m_plan).putBack(QStringLiteral("blue"), QStringLiteral("one"), {}));
        QTRY_VERIFY(m_stand->servesOnly("blue"));
        QCOMPARE(m_stand->read(QStringLiteral("sites/shop")), before);
    }
    /// A script of ours in the place of the platform's: "$1" is the colour.
    void script(const QByteArray &text)
    {
        m_stand->write(QStringLiteral("switch.sh"), text);
        plan({QStringLiteral("sh"), QStringLiteral("switch.sh"), QStringLiteral("{colour}")}, true);
    }
    QByteArray toGreen() const { return "sed -i 's/" + port(0) + "/" + port(1) + "/' " + siteFile().toUtf8(); }
    QByteArray port(int pool) const { return QByteArray::number(QUrl(m_plan.application->pools.at(pool).instances.at(0).url).port()); }

    void commandWhoseCallIsCancelledIsEndedBeforeItsFileIsPutBack_data()
    {
        QTest::addColumn<bool>("overSsh");
        QTest::addColumn<QByteArray>("first");
        QTest::newRow("here") << false << QByteArray();
        QTest::newRow("here, deaf to SIGTERM") << false << QByteArray("trap \"\" TERM; ");
        QTest::newRow("by ssh, where its end reaches nobody") << true << QByteArray();
        QTest::newRow("by ssh, deaf to SIGTERM") << true << QByteArray("trap \"\" TERM; ");
    }
    void commandWhoseCallIsCancelledIsEndedBeforeItsFileIsPutBack()
    {
        QFETCH(bool, overSsh);
        QFETCH(QByteArray, first);
        if (overSsh) {
            m_ssh = std::make_unique<SshFixture>();
            QCOMPARE(m_ssh->start(), QString());
        }
        const QByteArray before = m_stand->read(QStringLiteral("sites/shop"));
        // It has written once, and its child would write again.
        script(toGreen() + "\nsh -c '" + first + "echo begun > begun; while :; do sleep 0.2; " + toGreen().replace("'", "'\\''") + "; done'\n");
        const TrafficCommand command(m_plan);
        const Result<TrafficLook> seen = command.look({});
        QVERIFY(seen);
        CancelToken cancel;
        std::thread canceller([&] {
            while (!QFileInfo::exists(m_stand->at(QStringLiteral("begun"))))
                QThread::msleep(20);
            cancel.cancel();
        });
        const Result<QString> done = command.switchTo(QStringLiteral("green"), *seen, QStringLiteral("cut"), cancel);
        canceller.join();
        QVERIFY(!done);
        const Result<bool> runs = command.stillRunning(QStringLiteral("cut"), {});
        QVERIFY2(runs, runs ? "" : qPrintable(runs.error().text()));
        QVERIFY2(!*runs, qPrintable(done.error().text()));
        QCOMPARE(m_stand->read(QStringLiteral("sites/shop")), before);
        QVERIFY(!QTest::qWaitFor([&] { return m_stand->read(QStringLiteral("sites/shop")) != before; }, 600));
        QVERIFY(nginxAcceptsIt());
    }
    void commandThatRunsIsSeenToRun()
    {
        script("echo begun > begun; sleep 30\n");
        CancelToken cancel;
        const TrafficCommand command(m_plan);
        const Result<TrafficLook> seen = command.look({});
        std::thread running([&] { (void)command.switchTo(QStringLiteral("green"), *seen, QStringLiteral("long"), cancel); });
        QTRY_VERIFY(QFileInfo::exists(m_stand->at(QStringLiteral("begun"))));
        const bool runs = command.stillRunning(QStringLiteral("long"), {}).value_or(false);
        const bool another = command.stillRunning(QStringLiteral("other"), {}).value_or(true);
        cancel.cancel();
        running.join();
        QVERIFY(runs);
        QVERIFY(!another);
    }
    void fileThatWasMendedBeforeASecondAttemptIsNotPutBackToBeforeTheFirst()
    {
        script("exit 1\n");
        QVERIFY(!switchToGreen());
        const QByteArray mended = m_stand->read(QStringLiteral("sites/shop")) + "# mended\n";
        m_stand->write(QStringLiteral("sites/shop"), mended);
        script(toGreen() + "; exit 1\n");
        QVERIFY(!switchToGreen());
        QCOMPARE(m_stand->read(QStringLiteral("sites/shop")), mended);
    }
    void halfOfAnEarlierAttemptNeverReplacesTheCopyOfBefore()
    {
        const QByteArray before = m_stand->read(QStringLiteral("sites/shop"));
        const TrafficCommand command(m_plan);
        script("exit 1\n");
        QVERIFY(!switchToGreen()); // keeps the file as it was
        QByteArray half = before;
        m_stand->write(QStringLiteral("sites/shop"), half.replace(QByteArray("127.0.0.1:" + port(0) + ";"), QByteArray("127.0.0.1:" + port(0) + "; server 127.0.0.1:" + port(1) + ";")));
        QCOMPARE(TrafficCommand(m_plan).look({})->colours.size(), 2);
        QVERIFY(!switchToGreen());
        QCOMPARE(m_stand->read(QStringLiteral("sites/.shop.understudy-one")), before);
    }
    void linkStaysALink()
    {
        const QByteArray before = m_stand->read(QStringLiteral("sites/shop"));
        m_stand->write(QStringLiteral("available"), before);
        QVERIFY(QFile::remove(siteFile()) && QFile::link(m_stand->at(QStringLiteral("available")), siteFile()));
        script(toGreen().replace(siteFile().toUtf8(), m_stand->at(QStringLiteral("available")).toUtf8()) + "; exit 1\n");
        const Result<QString> done = switchToGreen();
        QVERIFY(!done && done.error().text().contains(QLatin1String("is as it was")));
        QVERIFY(QFileInfo(siteFile()).isSymLink());
        QCOMPARE(m_stand->read(QStringLiteral("available")), before);
    }
    void editAfterTheSwitchIsNotLostOnTheWayBack()
    {
        QVERIFY(switchToGreen());
        const QByteArray edited = m_stand->read(QStringLiteral("sites/shop")) + "# edited\n";
        m_stand->write(QStringLiteral("sites/shop"), edited);
        QVERIFY(TrafficCommand(m_plan).putBack(QStringLiteral("blue"), QStringLiteral("one"), {})); // by the command
        QCOMPARE(TrafficCommand(m_plan).look({})->colours, QStringList{QStringLiteral("blue")});
        // One that names no colour cannot go back by itself, and the old file would lose the edit.
        behave(QStringLiteral("works"));
        QVERIFY(TrafficCommand(m_plan).switchTo(QStringLiteral("green"), *TrafficCommand(m_plan).look({}), QStringLiteral("two"), {}));
        m_stand->write(QStringLiteral("sites/shop"), m_stand->read(QStringLiteral("sites/shop")) + "# edited again\n");
        plan({QStringLiteral("sh"), QStringLiteral("nothing.sh")}, true);
        const Result<QString> back = TrafficCommand(m_plan).putBack(QStringLiteral("blue"), QStringLiteral("two"), {});
        QVERIFY(!back);
        QCOMPARE(back.error().code, ErrorCode::NeedsOperator);
        QVERIFY(m_stand->read(QStringLiteral("sites/shop")).contains("# edited again"));
    }
    void wordsAreNoProof()
    {
        // It writes a note, says that it is complete and ends with 0: what it says is passed on as that.
        behave(QStringLiteral("only writes a note"));
        const Result<QString> done = switchToGreen();
        QVERIFY2(done && done->contains(QLatin1String("proves nothing")), done ? qPrintable(*done) : qPrintable(done.error().text()));
        QCOMPARE(TrafficCommand(m_plan).look({})->colours, QStringList{QStringLiteral("blue")});
    }
    void pretendingIsNoSuccess()
    {
        behave(QStringLiteral("pretends"));
        const Result<QString> done = switchToGreen();
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::NotProved);
    }
    void nginxAcceptsTheLiveFileWhateverItDid_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("breaks the file, and says so") << QStringLiteral("breaks the file");
        QTest::newRow("tests nothing") << QStringLiteral("tests nothing");
        QTest::newRow("pretends") << QStringLiteral("pretends");
    }
    void nginxAcceptsTheLiveFileWhateverItDid()
    {
        QFETCH(QString, how);
        behave(how);
        (void)switchToGreen();
        QVERIFY(nginxAcceptsIt());
    }
    void fileIsAsItWasAfterFailure()
    {
        const QByteArray before = m_stand->read(QStringLiteral("sites/shop"));
        behave(QStringLiteral("breaks the file"));
        const Result<QString> done = switchToGreen();
        QVERIFY2(!done && done.error().message.contains(QLatin1String("is as it was")), done ? qPrintable(*done) : qPrintable(done.error().text()));
        QCOMPARE(m_stand->read(QStringLiteral("sites/shop")), before);
    }
    void wordThatTheScriptDoesNotKnowIsRefused()
    {
        plan(words(QStringLiteral("rollback")), false);
        const Result<QString> checked = TrafficCommand(m_plan).check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.contains(QLatin1String("rollback")), qPrintable(checked.error().text()));
    }
    void commandThatIsNotThereIsRefused_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::newRow("npm's script") << QStringList{QStringLiteral("npm"), QStringLiteral("run"), QStringLiteral("deploy:rollback")};
        QTest::newRow("file") << QStringList{QStringLiteral("node"), QStringLiteral("scripts/nowhere.js"), QStringLiteral("{colour}")};
        QTest::newRow("program") << QStringList{QStringLiteral("no-such-program"), QStringLiteral("{colour}")};
    }
    void commandThatIsNotThereIsRefused()
    {
        QFETCH(QStringList, command);
        m_stand->write(QStringLiteral("package.json"), "{\"scripts\": {\"start\": \"node .\"}}");
        plan(command, false);
        const Result<QString> checked = TrafficCommand(m_plan).check(QStringLiteral("green"), {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::ProgramMissing);
    }
    void withoutItsFileNothingIsTold()
    {
        plan(words(), false);
        const Result<TrafficLook> seen = TrafficCommand(m_plan).look({});
        QVERIFY(seen && !seen->told);
    }
    void withoutColourAndFileThereIsNoWayBack()
    {
        plan({QStringLiteral("true")}, false);
        const Result<QString> back = TrafficCommand(m_plan).putBack(QStringLiteral("blue"), QStringLiteral("one"), {});
        QVERIFY(!back);
        QCOMPARE(back.error().code, ErrorCode::NoWayBack);
    }
    void objections_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("objects");
        QTest::newRow("knows it") << QByteArray("case blue|green) ;; rollback) ;; esac") << QStringLiteral("rollback") << false;
        QTest::newRow("knows two others") << QByteArray("if (c !== 'blue' && c !== 'green') fail()") << QStringLiteral("rollback") << true;
        QTest::newRow("part of another word") << QByteArray("blue green rollbackPlan") << QStringLiteral("rollback") << true;
        QTest::newRow("takes what comes") << QByteArray("ln -sfn $1 live") << QStringLiteral("rollback") << false;
    }
    void objections()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, word);
        QFETCH(bool, objects);
        QCOMPARE(!TrafficCommand::objection(script, word, {QStringLiteral("blue"), QStringLiteral("green")}).isEmpty(), objects);
    }
};

QTEST_GUILESS_MAIN(TrafficCommandTest)
#include "tst_trafficcommand.moc"
