// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/programs.h"

#include <QElapsedTimer>
#include <QTcpServer>

using namespace understudy::test;

/// The command line's contract where no lab is needed: names, exit codes, what goes to which stream.
class CtlTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();

    Ended ctl(const QStringList &arguments, int seconds = 30) const
    {
        return run(QStringLiteral("understudyctl"), arguments, m_environment, seconds);
    }
    QString write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_environment.insert(QStringLiteral("XDG_STATE_HOME"), m_folder.filePath(QStringLiteral("state")));
        m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder.filePath(QStringLiteral("config")));
        m_environment.remove(QStringLiteral("UNDERSTUDY_PLAN"));
    }

    void helpIsAnAnswer_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("program") << QStringList{QStringLiteral("--help")};
        for (const char *command : {"status", "plan", "recover", "run", "journal", "metrics", "serve-metrics"})
            QTest::newRow(command) << QStringList{QString::fromLatin1(command), QStringLiteral("--help")};
    }
    void helpIsAnAnswer()
    {
        QFETCH(QStringList, arguments);
        const Ended ended = ctl(arguments);
        QCOMPARE(ended.code, 0);
        QVERIFY2(ended.out.startsWith("usage: understudyctl"), ended.out);
        QVERIFY2(ended.err.isEmpty(), ended.err);
    }

    void exitCodes_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        const auto words = [](const char *text) { return QString::fromLatin1(text).split(QLatin1Char(' '), Qt::SkipEmptyParts); };
        QTest::newRow("no command") << words("") << 64;
        QTest::newRow("no such command") << words("frobnicate") << 64;
        QTest::newRow("no such option") << words("status --frobnicate") << 64;
        QTest::newRow("too many words") << words("status now") << 64;
        QTest::newRow("no scenario") << words("recover") << 64;
        QTest::newRow("no such scenario") << words("recover everything") << 64;
        QTest::newRow("no plan") << words("--plan /nowhere/plan.yaml status") << 65;
        QTest::newRow("no metrics page") << words("metrics /nowhere/page") << 65;
        QTest::newRow("no journal") << words("journal verify /nowhere/x.jsonl") << 65;
        QTest::newRow("nobody answers") << words("metrics http://127.0.0.1:1/metrics") << 69;
        QTest::newRow("no such run") << words("run show R-nothing") << 65;
    }
    void exitCodes()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        const Ended ended = ctl(arguments);
        QVERIFY2(ended.code == code, ended.said());
        QVERIFY2(ended.out.isEmpty(), ended.out);
        QVERIFY(!ended.err.isEmpty());
    }

    void everyMistakeOfAPlanHasItsPlace()
    {
        const QString plan = write(QStringLiteral("bad.yaml"), "understudy: 1\nplan: {name: X}\nmode: prodction\nredis:\n  mastr: m\n");
        const Ended ended = ctl({QStringLiteral("plan"), QStringLiteral("check"), plan});
        QVERIFY2(ended.code == 65, ended.said());
        QVERIFY2(ended.out.contains(QByteArray(plan.toUtf8() + ":3:7:")), ended.out);
        QVERIFY2(ended.out.contains(QByteArray(plan.toUtf8() + ":5:3:")), ended.out);
        QVERIFY2(ended.out.contains("master"), ended.out);
    }

    void shippedPlanIsGood()
    {
        const Ended ended = ctl({QStringLiteral("plan"), QStringLiteral("check"),
                                 qEnvironmentVariable("UNDERSTUDY_SOURCE") + QStringLiteral("/resources/plans/the-copy.yaml")});
        QVERIFY2(ended.code == 0, ended.said());
    }

    void badMetricsLineIsNamed()
    {
        const QString page = write(QStringLiteral("page"), "a 1\nb{c=\"d\" 2\n");
        const Ended ended = ctl({QStringLiteral("metrics"), page});
        QCOMPARE(ended.code, 65);
        QVERIFY2(ended.err.contains(QByteArray(page.toUtf8() + ":2")), ended.err);
    }

    void planInitWritesWhatItsOwnReaderTakes()
    {
        const QString output = m_folder.filePath(QStringLiteral("made.yaml"));
        const QStringList arguments{QStringLiteral("plan"), QStringLiteral("init"), QStringLiteral("--output"), output,
                                    QStringLiteral("--name"), QStringLiteral("Made: \"here\" #1"), QStringLiteral("--mode"), QStringLiteral("staging"),
                                    QStringLiteral("--sentinels"), QStringLiteral("127.0.0.1:1,127.0.0.1:2"),
                                    QStringLiteral("--blue"), QStringLiteral("http://127.0.0.1:1"), QStringLiteral("--no-test")};
        const Ended made = ctl(arguments);
        QVERIFY2(made.code == 0, made.said());
        const Ended checked = ctl({QStringLiteral("plan"), QStringLiteral("check"), output});
        QVERIFY2(checked.code == 0, checked.said());
        QVERIFY2(checked.err.contains("Made: \"here\" #1"), checked.err);
        QCOMPARE(ctl(arguments).code, 77); // never over an existing file
    }

    void planInitNeverAsksWithoutATerminal()
    {
        QCOMPARE(ctl({QStringLiteral("plan"), QStringLiteral("init"), QStringLiteral("--output"), m_folder.filePath(QStringLiteral("none.yaml"))}).code, 64);
    }

    /// Two servers that accept and never answer: one look takes one deadline, not two.
    void hangingSystemsCostOneDeadline()
    {
        QTcpServer hanging;
        QVERIFY(hanging.listen(QHostAddress::LocalHost));
        const QByteArray port = QByteArray::number(hanging.serverPort());
        const QString plan = write(QStringLiteral("hanging.yaml"),
                                   "understudy: 1\nplan: {name: Hanging}\nmode: staging\n"
                                   "database: {url: {env: HANGING_URL}}\n"
                                   "redis: {master: mymaster, sentinels: [\"127.0.0.1:" + port + "\"]}\n"
                                   "application:\n  entry: \"http://127.0.0.1:" + port + "\"\n"
                                   "  pools: {blue: {instances: [{url: \"http://127.0.0.1:" + port + "\"}]}}\n");
        m_environment.insert(QStringLiteral("HANGING_URL"), QStringLiteral("postgresql://u:s3cretpw@127.0.0.1:%1/x").arg(hanging.serverPort()));
        QElapsedTimer timer;
        timer.start();
        const Ended ended = ctl({QStringLiteral("--plan"), plan, QStringLiteral("status"), QStringLiteral("--json")});
        const qint64 took = timer.elapsed();
        QVERIFY2(ended.code == 2 || ended.code == 3, ended.said());
        QVERIFY2(took < 13000, qPrintable(QString::number(took)));
        const QJsonObject status = ended.json();
        QVERIFY2(status.value(QLatin1String("systems")).toArray().size() >= 3, ended.said());
        QVERIFY2(!ended.said().contains("s3cretpw"), ended.said());
        for (const QJsonValue &one : status.value(QLatin1String("systems")).toArray())
            QVERIFY2(one.toObject().value(QLatin1String("health")).toString() != QLatin1String("healthy"), ended.out);
    }
};

QTEST_GUILESS_MAIN(CtlTest)
#include "tst_ctl.moc"
