// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpget.h"
#include "tests/integration/programs.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QUrl>

using namespace understudy;

/// Scenario C by the real command line on a real lab with a real nginx.
class DeploymentTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    QString m_run;

    QString buildAt(const QString &port) const
    {
        const Result<HttpReply> reply = httpGetBlocking(QUrl(QStringLiteral("http://127.0.0.1:%1/version").arg(m_lab.ports[port].toInt())), {}, std::chrono::seconds(3));
        return reply ? QJsonDocument::fromJson(reply->body).object()[QLatin1String("commit")].toString() : reply.error().text();
    }
    bool isWarm(const QString &port) const
    {
        const Result<HttpReply> reply = httpGetBlocking(QUrl(QStringLiteral("http://127.0.0.1:%1/health/startup").arg(m_lab.ports[port].toInt())), {}, std::chrono::seconds(3));
        return reply && reply->status == 200;
    }
    test::Ended recover(const QStringList &more = {}) const
    {
        return m_lab.ctl(QStringList{QStringLiteral("recover"), QStringLiteral("deployment"), QStringLiteral("--json")} + more, 90);
    }

    void callAsUsersDo() const
    {
        for (int i = 0; i < 10; ++i)
            (void)httpGetBlocking(QUrl(QStringLiteral("http://127.0.0.1:%1/api/projects").arg(m_lab.ports[QStringLiteral("entry")].toInt())), {}, std::chrono::seconds(3));
    }
    QString runState() const
    {
        return m_lab.ctl({QStringLiteral("run"), QStringLiteral("show"), m_run, QStringLiteral("--json")}).json().value(QLatin1String("state")).toString();
    }
    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    /// The lab's own, with a database on migration m-2.
    QString planWithSchema() const
    {
        QFile plan(m_lab.plan);
        if (!plan.open(QIODevice::ReadOnly))
            return {};
        QByteArray text = plan.readAll();
        text.replace("\napplication:\n", QByteArray("\napplication:\n  schema: {expected: {file: '" + m_lab.file(QStringLiteral("{colour}-migration")).toUtf8() + "'}, applied: \"select 'm-2'\"}\n"));
        const QString path = QFileInfo(m_lab.plan).absolutePath() + QStringLiteral("/plan-schema.yaml");
        write(path, text);
        return path;
    }
    static QString verdictOf(const QJsonObject &dry, const QString &gate)
    {
        for (const QJsonValue &step : dry.value(QLatin1String("steps")).toArray()) {
            for (const QJsonValue &check : step.toObject().value(QLatin1String("preflight")).toArray()) {
                if (check.toObject().value(QLatin1String("check")).toString() == gate)
                    return check.toObject().value(QLatin1String("verdict")).toString();
            }
        }
        return {};
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("bad-deployment"), QStringLiteral("--rate"), QStringLiteral("30%")}).code, 0);
    }

    void withoutThePhraseNothingIsSwitched()
    {
        const test::Ended ended = recover();
        QVERIFY2(ended.code == 77, ended.said().right(1500).constData());
        QCOMPARE(ended.lastLine().value(QLatin1String("confirm")).toString(), QStringLiteral("lab: switch to green"));
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
    }
    void dryRunSwitchesNothing()
    {
        const test::Ended ended = recover({QStringLiteral("--dry-run")});
        QVERIFY2(ended.code == 0, ended.said().right(1500).constData());
        QVERIFY(ended.json().value(QLatin1String("steps")).toArray().size() >= 5);
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
    }
    void colourThatIsNotThereIsRefused()
    {
        const test::Ended ended = recover({QStringLiteral("--to"), QStringLiteral("mauve"), QStringLiteral("--confirm"), QStringLiteral("lab: switch to mauve")});
        QVERIFY(ended.code != 0);
        QVERIFY2(ended.said().contains("green"), ended.said().constData());
    }
    void colourWithoutInstancesIsRefusedByItsGate()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("process"), QStringLiteral("stop"), QStringLiteral("green-1")}).code, 0);
        QCOMPARE(m_lab.lab({QStringLiteral("process"), QStringLiteral("stop"), QStringLiteral("green-2")}).code, 0);
        const test::Ended ended = recover({QStringLiteral("--to"), QStringLiteral("green"), QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code != 0, ended.said().right(1500).constData());
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
        for (const QString &name : {QStringLiteral("green-1"), QStringLiteral("green-2")})
            QCOMPARE(m_lab.lab({QStringLiteral("process"), QStringLiteral("restart"), name}).code, 0);
    }
    void schemaGate_data()
    {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("the one applied") << QStringLiteral("m-2\n") << QStringList() << QStringLiteral("pass");
        QTest::newRow("another one") << QStringLiteral("m-1\n") << QStringList() << QStringLiteral("fail");
        QTest::newRow("another one, and known to work") << QStringLiteral("m-1\n") << QStringList{QStringLiteral("--despite-schema")} << QStringLiteral("warn");
    }
    void schemaGate()
    {
        QFETCH(QString, expected);
        QFETCH(QStringList, more);
        write(m_lab.file(QStringLiteral("green-migration")), expected.toUtf8());
        const test::Ended ended = recover(more + QStringList{QStringLiteral("--dry-run"), QStringLiteral("--to"), QStringLiteral("green"), QStringLiteral("--plan"), planWithSchema()});
        QVERIFY2(ended.code == 0, ended.said().right(1500).constData());
        QTEST(verdictOf(ended.json(), QStringLiteral("fits the database's schema")), "verdict");
    }
    void schemaThatDoesNotFitIsNotSwitchedTo()
    {
        QTRY_VERIFY_WITH_TIMEOUT(isWarm(QStringLiteral("green-1")) && isWarm(QStringLiteral("green-2")), 20'000);
        write(m_lab.file(QStringLiteral("green-migration")), "m-1\n");
        const test::Ended ended = recover({QStringLiteral("--to"), QStringLiteral("green"), QStringLiteral("--plan"), planWithSchema(), QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code != 0 && ended.said().contains("green expects migration m-1, the database has m-2"), ended.said().right(1500).constData());
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
    }
    void commandThatOnlySaysSoIsNotBelieved()
    {
        QFile plan(m_lab.plan);
        QVERIFY(plan.open(QIODevice::ReadOnly));
        QByteArray text = plan.readAll();
        const qsizetype begin = text.indexOf("\n  traffic:"), end = text.indexOf("\n  health:");
        QVERIFY(begin > 0 && end > begin);
        text.replace(begin, end - begin, "\n  traffic: {command: {switch: [sh, -c, 'echo Action Complete', switch, '{colour}']}}");
        const QString path = QFileInfo(m_lab.plan).absolutePath() + QStringLiteral("/plan-command.yaml");
        write(path, text);
        const test::Ended ended = recover({QStringLiteral("--to"), QStringLiteral("green"), QStringLiteral("--plan"), path, QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code == 2 || ended.code == 3, ended.said().right(1500).constData());
        QVERIFY2(ended.said().contains("green does not answer everything"), ended.said().right(1500).constData());
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
        const QString run = ended.lastLine().value(QLatin1String("run")).toString();
        const test::Ended closed = m_lab.ctl({QStringLiteral("run"), QStringLiteral("keep"), run, QStringLiteral("--plan"), path});
        QVERIFY2(closed.said().contains("left in the middle"), closed.said().right(1500).constData());
    }
    void otherColourServesAndThatIsProved()
    {
        // Green has only just been started: its gate opens when it has warmed up.
        QTRY_VERIFY_WITH_TIMEOUT(isWarm(QStringLiteral("green-1")) && isWarm(QStringLiteral("green-2")), 20'000);
        const test::Ended ended = recover({QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        QCOMPARE(ended.lastLine().value(QLatin1String("outcome")).toString(), QStringLiteral("recovered"));
        m_run = ended.lastLine().value(QLatin1String("run")).toString();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("green-1")));
    }
    void decisionCanBePutOff()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("extend"), m_run, QStringLiteral("--json")});
        QVERIFY2(ended.code == 0, ended.said().right(1500).constData());
        QCOMPARE(runState(), QStringLiteral("waiting_commit"));
    }
    void serviceThatGetsWorseWhileItWaitsIsSaid()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("bad-deployment")}).code, 0);
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("bad-deployment"), QStringLiteral("--at"), QStringLiteral("green"), QStringLiteral("--rate"), QStringLiteral("90%")}).code, 0);
        QProcess holder;
        holder.setProcessEnvironment(m_lab.environment);
        holder.start(test::program(QStringLiteral("understudyctl")), {QStringLiteral("--plan"), m_lab.plan, QStringLiteral("run"), QStringLiteral("resume"), m_run, QStringLiteral("--hold"), QStringLiteral("--json")});
        QByteArray said;
        QElapsedTimer elapsed;
        elapsed.start();
        while (elapsed.elapsed() < 60'000 && !said.contains("Worse than before the switch") && holder.state() != QProcess::NotRunning) {
            callAsUsersDo();
            holder.waitForReadyRead(50);
            said += holder.readAllStandardOutput();
        }
        holder.terminate(); // interrupted: the run stays open
        QVERIFY(holder.waitForFinished(20'000));
        QVERIFY2(said.contains("Worse than before the switch"), said.right(2000).constData());
        QCOMPARE(runState(), QStringLiteral("waiting_commit"));
    }
    void goingBackIsProvedTheSameWay()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), m_run, QStringLiteral("--json")}, 60);
        QVERIFY2(ended.code == 1, ended.said().right(1500).constData());
        for (int i = 0; i < 10; ++i)
            QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("blue-1")));
    }
    void colourThatHasDiedIsLeftAndThatIsProved()
    {
        for (const char *name : {"blue-1", "blue-2"})
            QCOMPARE(m_lab.lab({QStringLiteral("process"), QStringLiteral("stop"), QLatin1String(name)}).code, 0);
        const QJsonArray told = m_lab.ctl({QStringLiteral("status"), QStringLiteral("--json")}, 30).json().value(QLatin1String("recommendations")).toArray();
        QVERIFY2(!told.isEmpty(), "nothing is recommended");
        QVERIFY2(told.first().toObject().value(QLatin1String("command")).toString() == QLatin1String("understudyctl recover deployment --to green"),
                 QJsonDocument(told).toJson().constData());
        const test::Ended ended = recover({QStringLiteral("--to"), QStringLiteral("green"), QStringLiteral("--confirm"), QStringLiteral("lab: switch to green")});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        QVERIFY2(ended.said().contains("nobody listens on the ports of blue"), ended.said().right(2000).constData());
        QCOMPARE(buildAt(QStringLiteral("entry")), buildAt(QStringLiteral("green-1")));
    }
};

QTEST_GUILESS_MAIN(DeploymentTest)
#include "tst_deployment.moc"
