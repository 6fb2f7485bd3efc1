// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/pm2restart.h"
#include "core/systems/processes/processmanager.h"
#include "core/systems/processes/processsight.h"

#include "tests/postgres/pgfixture.h"
#include "tests/processes/pm2fixture.h"
#include "tests/shell/sshfixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace understudy;

namespace {

const QString key = QStringLiteral("DATABASE_URL");
const QByteArray oldUrl = "postgres://app:s3cret@127.0.0.1:1/old",
                 newUrl = "postgres://app:fr3sh@127.0.0.1:1/new";

ChangedEnvironment toNew()
{
    return {{key}, [](const QString &, const Secret &) { return Result<Secret>(Secret(newUrl)); }};
}

Plan planOf(ProcessesPlan::Kind kind, const QString &folder = {}, const QStringList &restart = {})
{
    Plan plan;
    plan.application = ApplicationPlan{};
    plan.application->processes = {.kind = kind, .folder = folder, .restart = restart};
    return plan;
}

/// A program on the PATH that writes down what it is called with, and answers as recorded.
class RecordedProgram
{
public:
    RecordedProgram(const QString &name, const QByteArray &answers)
        : m_name(name)
        , m_path(qgetenv("PATH"))
    {
        QFile file(m_folder.filePath(name));
        const bool made =
            file.open(QIODevice::WriteOnly) &&
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const QByteArray log = m_folder.filePath(QStringLiteral("log")).toUtf8();
        if (made)
            file.write("#!/bin/sh\nprintf '%s\\n' \"$*\" >> " + log +
                       "\nprintf '%s\\n' \"${DATABASE_URL-unset} $(pwd)\" >> " + log +
                       ".around\ncase \"$*\" in\n" + answers + "esac\n");
        qputenv("PATH", m_folder.path().toUtf8() + ':' + m_path);
    }
    ~RecordedProgram() { qputenv("PATH", m_path); }
    QStringList calls() const { return lines(QStringLiteral("log")); }
    QStringList around() const { return lines(QStringLiteral("log.around")); }

private:
    QStringList lines(const QString &name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly)
                   ? QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts)
                   : QStringList();
    }
    QTemporaryDir m_folder;
    QString m_name;
    QByteArray m_path;
};

} // namespace

class ProcessManagerTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<Pm2Fixture> m_pm2;
    quint16 m_port = 0;

    PoolInstance instance(const QString &name) const
    {
        return {.url = Pm2Fixture::urlOf(m_port), .process = name};
    }
    static QByteArray valueOf(const Result<QList<ProcessSight>> &sights)
    {
        return sights && !sights->isEmpty() ? sights->first().values.value(key).reveal()
                                            : QByteArray("(none)");
    }
    static Result<QList<ProcessSight>> look(const Plan &plan, const PoolInstance &instance)
    {
        return lookAtInstance(ProcessManager(plan), instance, {key}, {});
    }

private slots:
    void initTestCase() { m_pm2 = std::make_unique<Pm2Fixture>(); }
    void cleanupTestCase() { m_pm2.reset(); }
    void init() { m_port = PgFixture::freePort(); }
    void cleanup() { m_pm2->deleteAll(); }

    void theCommandIsTheOneThatAppliesAChangedEnvironment_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("changed");
        QTest::addColumn<QStringList>("commands");
        const auto row = [](const char *name, ProcessesPlan::Kind kind, bool changed,
                            const QStringList &commands) {
            QTest::newRow(name) << int(kind) << changed << commands;
        };
        using Kind = ProcessesPlan::Kind;
        row("pm2", Kind::Pm2, false, {QStringLiteral("pm2 restart blue-1")});
        row("pm2, changed", Kind::Pm2, true,
            {QStringLiteral("pm2 delete blue-1"),
             QStringLiteral("pm2 start SETTINGS-OF-blue-1.json --update-env")});
        row("compose", Kind::DockerCompose, false,
            {QStringLiteral("docker compose restart blue-1")});
        row("compose, changed", Kind::DockerCompose, true,
            {QStringLiteral("docker compose up -d --force-recreate --no-deps blue-1")});
        row("systemd, changed", Kind::Systemd, true, {QStringLiteral("systemctl restart blue-1")});
        row("commands, changed", Kind::Commands, true,
            {QStringLiteral("again --app=blue-1 'a b'")});
    }
    void theCommandIsTheOneThatAppliesAChangedEnvironment()
    {
        QFETCH(int, kind);
        QFETCH(bool, changed);
        QFETCH(QStringList, commands);
        const Plan plan = planOf(
            ProcessesPlan::Kind(kind), {},
            {QStringLiteral("again"), QStringLiteral("--app={process}"), QStringLiteral("a b")});
        QCOMPARE(ProcessManager(plan).commands(instance(QStringLiteral("blue-1")), changed),
                 commands);
    }

    /// Trap: the environment of the first start is kept, whatever a restart is given.
    void aMereRestartUnderPm2KeepsTheOldAddress()
    {
        QCOMPARE(
            m_pm2->startApp(QStringLiteral("blue-1"), m_port, {{key, QString::fromLatin1(oldUrl)}}),
            QString());
        const Plan plan = planOf(ProcessesPlan::Kind::Pm2);
        QVERIFY(ProcessManager(plan)
                    .restart(instance(QStringLiteral("blue-1")), std::nullopt, {})
                    .has_value());
        QTRY_VERIFY(!Pm2Fixture::answerOf(m_port).isEmpty());
        QCOMPARE(valueOf(look(plan, instance(QStringLiteral("blue-1")))), oldUrl);
    }

    void whatPm2HasStoppedIsNotThereUntilItsRestart()
    {
        QCOMPARE(
            m_pm2->startApp(QStringLiteral("blue-1"), m_port, {{key, QString::fromLatin1(oldUrl)}}),
            QString());
        const Plan plan = planOf(ProcessesPlan::Kind::Pm2);
        const ProcessManager manager(plan);
        QVERIFY(look(plan, instance(QStringLiteral("blue-1"))).has_value());
        QVERIFY(manager.stop(instance(QStringLiteral("blue-1")), {}).has_value());
        const Result<QList<ProcessSight>> stopped = look(plan, instance(QStringLiteral("blue-1")));
        QVERIFY(!stopped.has_value());
        QCOMPARE(stopped.error().code, ErrorCode::NotFound);
        QVERIFY(manager.restart(instance(QStringLiteral("blue-1")), std::nullopt, {}).has_value());
        QTRY_VERIFY(!Pm2Fixture::answerOf(m_port).isEmpty());
    }

    void stoppingIsEachManagersOwnCommand_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QStringList>("commands");
        using Kind = ProcessesPlan::Kind;
        QTest::newRow("pm2") << int(Kind::Pm2) << QStringList{QStringLiteral("pm2 stop blue-1")};
        QTest::newRow("compose") << int(Kind::DockerCompose)
                                 << QStringList{QStringLiteral("docker compose stop blue-1")};
        QTest::newRow("systemd") << int(Kind::Systemd)
                                 << QStringList{QStringLiteral("systemctl stop blue-1")};
        QTest::newRow("commands without one") << int(Kind::Commands) << QStringList();
    }
    void stoppingIsEachManagersOwnCommand()
    {
        QFETCH(int, kind);
        QFETCH(QStringList, commands);
        const ProcessManager manager(
            planOf(ProcessesPlan::Kind(kind), {}, {QStringLiteral("again")}));
        QCOMPARE(manager.stopCommands(instance(QStringLiteral("blue-1"))), commands);
        QCOMPARE(manager.canStop(), !commands.isEmpty());
    }

    void pm2AppliesAChangedAddressAndKeepsTheRest_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("processes");
        QTest::newRow("fork") << QStringList() << 1;
        QTest::newRow("cluster") << QStringList{QStringLiteral("-i"), QStringLiteral("2")} << 2;
    }
    void pm2AppliesAChangedAddressAndKeepsTheRest()
    {
        QFETCH(QStringList, options);
        QFETCH(int, processes);
        const QString name = QStringLiteral("blue-1");
        QCOMPARE(
            m_pm2->startApp(name, m_port,
                            {{key, QString::fromLatin1(oldUrl)},
                             {QStringLiteral("GREETING"), QStringLiteral("it's \"me\"")}},
                            options + QStringList{QStringLiteral("--"), QStringLiteral("--flag"),
                                                  QStringLiteral("a b")}),
            QString());
        const Plan plan = planOf(ProcessesPlan::Kind::Pm2);
        const Result<QList<ProcessSight>> before = look(plan, instance(name));
        QVERIFY2(before.has_value(), before ? "" : qPrintable(before.error().text()));
        QCOMPARE(before->size(), processes);
        QCOMPARE(valueOf(before), oldUrl);
        const QJsonObject said = Pm2Fixture::answerOf(m_port);
        const Result<Unit> done = ProcessManager(plan).restart(instance(name), toNew(), {});
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QTRY_VERIFY(!Pm2Fixture::answerOf(m_port).isEmpty());
        const Result<QList<ProcessSight>> after = look(plan, instance(name));
        QCOMPARE(after->size(), processes);
        for (const ProcessSight &one : *after)
            QCOMPARE(one.values.value(key).reveal(), newUrl);
        QVERIFY(after->first().started != before->first().started);
        const QJsonObject now = Pm2Fixture::answerOf(m_port);
        for (const char *kept : {"greeting", "arguments", "folder"})
            QCOMPARE(now[QLatin1String(kept)], said[QLatin1String(kept)]);
        QCOMPARE(now[QStringLiteral("greeting")].toString(), QStringLiteral("it's \"me\""));
        // Its settings, with their secrets, do not stay behind.
        QCOMPARE(QDir(m_pm2->home()).entryList({QStringLiteral("understudy-*")}), QStringList());
    }

    void pm2OnAnotherHostIsReachedBySsh()
    {
        SshFixture server("SetEnv PM2_HOME=" + m_pm2->home().toUtf8() + " PATH=" + qgetenv("PATH"));
        QCOMPARE(server.start(), QString());
        QCOMPARE(
            m_pm2->startApp(QStringLiteral("blue-1"), m_port, {{key, QString::fromLatin1(oldUrl)}}),
            QString());
        Plan plan = planOf(ProcessesPlan::Kind::Pm2);
        plan.hosts = {server.host()};
        plan.application->processes.host = server.host().name;
        const Result<Unit> done =
            ProcessManager(plan).restart(instance(QStringLiteral("blue-1")), toNew(), {});
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QTRY_COMPARE(valueOf(look(plan, instance(QStringLiteral("blue-1")))), newUrl);
        QVERIFY(!server.log().contains("fr3sh"));
    }

    /// The console was killed between the two commands: the settings stand in a file of PM2's
    /// folder.
    void aRestartThatWasCutIsGoneOnWith()
    {
        const QString name = QStringLiteral("blue-1");
        QCOMPARE(m_pm2->startApp(name, m_port, {{key, QString::fromLatin1(oldUrl)}}), QString());
        const QByteArray settings =
            pm2::list({}, {})->definition(name, {key}, toNew().value)->reveal();
        QFile kept(
            m_pm2->home() + QStringLiteral("/understudy-") +
            QString::fromLatin1(QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256)
                                    .toHex()
                                    .left(16)) +
            QStringLiteral(".json"));
        QVERIFY(kept.open(QIODevice::WriteOnly) && kept.write(settings) == settings.size());
        kept.close();
        QCOMPARE(m_pm2->pm2({QStringLiteral("delete"), name}), QString());
        const Plan plan = planOf(ProcessesPlan::Kind::Pm2);
        const Result<Unit> done = ProcessManager(plan).restart(instance(name), toNew(), {});
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QTRY_COMPARE(valueOf(look(plan, instance(name))), newUrl);
        QVERIFY(!kept.exists());
    }

    void aNameThatPm2DoesNotKnowIsSaid()
    {
        QCOMPARE(m_pm2->pm2({QStringLiteral("ping")}), QString());
        const Result<Unit> done = ProcessManager(planOf(ProcessesPlan::Kind::Pm2))
                                      .restart(instance(QStringLiteral("nobody")), toNew(), {});
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::NotFound);
    }

    /// Trap: compose's restart keeps the old container. Docker's answers are recorded ones.
    void composeMakesTheContainerAnewAndTellsItsEnvironment()
    {
        const RecordedProgram docker(
            QStringLiteral("docker"),
            "'compose ps -q blue') echo 0123456789abcdef ;;\n"
            "'inspect '*) echo '4242 2026-11-26T08:00:00Z [\"PATH=/bin\",\"DATABASE_URL=" +
                newUrl + "\",\"TOKEN=x\"]' ;;\n");
        const QTemporaryDir project;
        const Plan plan = planOf(ProcessesPlan::Kind::DockerCompose, project.path());
        qputenv("DATABASE_URL", oldUrl); // ours must not win over the project's file
        QVERIFY(ProcessManager(plan)
                    .restart(instance(QStringLiteral("blue")), toNew(), {})
                    .has_value());
        qunsetenv("DATABASE_URL");
        QCOMPARE(docker.calls(),
                 QStringList{QStringLiteral("compose up -d --force-recreate --no-deps blue")});
        QCOMPARE(docker.around(),
                 QStringList{QStringLiteral("unset ") + QDir(project.path()).canonicalPath()});
        const Result<QList<ProcessSight>> sights = look(plan, instance(QStringLiteral("blue")));
        QVERIFY2(sights.has_value(), sights ? "" : qPrintable(sights.error().text()));
        QCOMPARE(valueOf(sights), newUrl);
        QCOMPARE(sights->first().id, 4242);
        QCOMPARE(sights->first().values.size(), 1);
        QVERIFY(sights->first().started.contains(QLatin1String("2026-11-26T08:00:00Z")));
    }

    void aComposeThatFailsSaysWhy()
    {
        const RecordedProgram docker(
            QStringLiteral("docker"),
            "*) echo 'no such service: blue, password=hunter2' >&2; exit 1 ;;\n");
        const Result<Unit> done =
            ProcessManager(planOf(ProcessesPlan::Kind::DockerCompose, QStringLiteral("/tmp")))
                .restart(instance(QStringLiteral("blue")), toNew(), {});
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::ProgramFailed);
        QVERIFY(done.error().cause.contains(QLatin1String("no such service")));
        QVERIFY(!done.error().text().contains(QLatin1String("hunter2")));
    }

    void systemdReadsAChangedUnitBeforeItsRestart_data()
    {
        QTest::addColumn<QByteArray>("stale");
        QTest::addColumn<bool>("reloads");
        QTest::newRow("changed") << QByteArray("yes") << true;
        QTest::newRow("unchanged") << QByteArray("no") << false;
    }
    void systemdReadsAChangedUnitBeforeItsRestart()
    {
        QFETCH(QByteArray, stale);
        QFETCH(bool, reloads);
        const RecordedProgram systemctl(QStringLiteral("systemctl"),
                                        "'show -p NeedDaemonReload'*) echo " + stale + " ;;\n");
        QVERIFY(ProcessManager(planOf(ProcessesPlan::Kind::Systemd))
                    .restart(instance(QStringLiteral("blue.service")), toNew(), {})
                    .has_value());
        QCOMPARE(systemctl.calls().contains(QStringLiteral("daemon-reload")), reloads);
        QCOMPARE(systemctl.calls().last(), QStringLiteral("restart blue.service"));
    }

    void aProgramThatIsMissingIsSaidAsSuch()
    {
        const Plan plan =
            planOf(ProcessesPlan::Kind::Commands, {}, {QStringLiteral("no-such-program-here")});
        const Result<Unit> done =
            ProcessManager(plan).restart(instance(QStringLiteral("blue")), toNew(), {});
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::ProgramMissing);
    }

    void nobodyThereIsNotFound()
    {
        const Result<QList<ProcessSight>> sights =
            look(planOf(ProcessesPlan::Kind::Pm2), instance(QStringLiteral("blue-1")));
        QVERIFY(!sights.has_value());
        QCOMPARE(sights.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(ProcessManagerTest)
#include "tst_processmanager.moc"
