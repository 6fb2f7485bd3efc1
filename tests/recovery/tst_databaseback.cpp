// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/scenarios/switchfiles.h"
#include "core/systems/secrets/livesecretresolver.h"
#include "tests/http/scriptedserver.h"
#include "tests/postgres/pgfixture.h"
#include "tests/recovery/onecopy.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// The way back of a restore: a copy that somebody uses outlives it, whoever moved them there.
class DatabaseBackTest : public QObject
{
    Q_OBJECT

    PgFixture m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<test::OneCopy> m_provider;
    Plan m_plan;
    QJsonObject m_facts;
    SystemClock m_clock;

    QByteArray oldUrl() const { return m_server.url(QStringLiteral("postgres"), QStringLiteral("shop")).reveal(); }
    QByteArray copyUrl() const { return m_server.url(QStringLiteral("postgres"), QStringLiteral("shop_copy")).reveal(); }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    StepContext context()
    {
        return {.facts = m_facts, .clock = m_clock, .cancel = {}, .say = [](const QString &) {},
                .note = [](const QJsonObject &) { return Result<Unit>(Unit{}); }};
    }
    std::shared_ptr<DatabaseRecovery> recovery(const SecretResolver &secrets) const
    {
        return std::make_shared<DatabaseRecovery>(m_plan, RunOptions{.scenario = QStringLiteral("database")}, secrets,
                                                  [this](const Plan &, const SecretResolver &) { return Result<std::shared_ptr<const RestoreProvider>>(m_provider); });
    }
    QString undone()
    {
        const LiveSecretResolver secrets(m_plan);
        const Step step = databasesteps::restore(recovery(secrets));
        StepContext now = context();
        const Result<QString> done = step.undo(now);
        return done ? *done : QStringLiteral("failed: ") + done.error().text();
    }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_server.start(), QString());
        for (const char *name : {"shop", "shop_copy"})
            QCOMPARE(m_server.execute(QStringLiteral("create database %1").arg(QLatin1String(name))), QString());
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_provider = std::make_shared<test::OneCopy>();
        m_provider->copy = {.id = QStringLiteral("c1"), .name = QStringLiteral("copy"), .ready = true, .url = Secret(copyUrl())};
        m_plan = {};
        m_plan.path = m_folder->filePath(QStringLiteral("plan.yaml"));
        m_plan.database.emplace();
        // As people write it: from the plan's own folder on.
        m_plan.database->url = {.kind = SecretReference::Kind::EnvironmentFile, .name = QStringLiteral(".env"), .key = QStringLiteral("DATABASE_URL")};
        m_plan.application.emplace();
        m_plan.application->envFiles = {{.host = {}, .path = QStringLiteral(".env"), .keys = {QStringLiteral("DATABASE_URL")}}};
        write(QStringLiteral(".env"), "DATABASE_URL=" + oldUrl() + "\n");
        m_facts = {{QStringLiteral("restore"), QJsonObject{{QStringLiteral("name"), QStringLiteral("copy")}}}};
    }

    void copyThatNobodyUsesIsDeleted()
    {
        QCOMPARE(undone(), QStringLiteral("copy is deleted"));
        QVERIFY(!m_provider->isThere);
    }
    void copyThatAFileLeadsToIsKeptThoughThisRunSwitchedNone()
    {
        write(QStringLiteral(".env"), "DATABASE_URL=" + copyUrl() + "\n"); // by hand
        const QString said = undone();
        QVERIFY2(said.contains(QLatin1String("is kept")) && said.contains(QLatin1String("leads to it")), qPrintable(said));
        QVERIFY(m_provider->isThere);
    }
    void copyWithSomebodyOnItIsKept()
    {
        {
            QProcess psql;
            psql.start(QStringLiteral("psql"), {QString::fromUtf8(copyUrl()), QStringLiteral("-c"), QStringLiteral("select pg_sleep(30)")});
            QTRY_COMPARE_WITH_TIMEOUT(m_server.value(QStringLiteral("select count(*) from pg_stat_activity where datname = 'shop_copy'")), QStringLiteral("1"), 10'000);
            const QString said = undone();
            psql.kill();
            QVERIFY(psql.waitForFinished());
            QVERIFY2(said.contains(QLatin1String("1 sessions are on it")), qPrintable(said));
        }
        QVERIFY(m_provider->isThere);
        QCOMPARE(m_server.execute(QStringLiteral("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'shop_copy'")), QString());
        QTRY_COMPARE(m_server.value(QStringLiteral("select count(*) from pg_stat_activity where datname = 'shop_copy'")), QStringLiteral("0"));
    }
    void copyThatProcessesWereRestartedOnIsKeptThoughTheProviderIsDown()
    {
        m_provider->down = Error{ErrorCode::ControlPlaneDown, QStringLiteral("nobody answers")};
        m_facts.insert(QStringLiteral("restart-processes"), QJsonObject{{QStringLiteral("before"), QJsonObject{{QStringLiteral("http://a"), QJsonArray{}}}}});
        const QString said = undone();
        QVERIFY2(said.contains(QLatin1String("is kept")) && said.contains(QLatin1String("whether somebody still is cannot be seen")), qPrintable(said));
    }
    void providerThatIsDownDoesNotHoldUpTheWayBack()
    {
        m_provider->down = Error{ErrorCode::ControlPlaneDown, QStringLiteral("nobody answers")};
        const QString said = undone();
        QVERIFY2(said.contains(QLatin1String("left over")) && said.contains(QLatin1String("nobody answers")), qPrintable(said));
    }

    void recoveryTimeBeginsWhereTheClockInFrontOfTheOperatorDoes()
    {
        const auto at = [](const char *time) { return QJsonValue(QStringLiteral("2026-11-27T00:%1.000Z").arg(QLatin1String(time))); };
        const QJsonObject facts{{QStringLiteral("run"), QJsonObject{{QStringLiteral("outage_began"), QString()}, {QStringLiteral("began"), at("47:20")}}},
                                {QStringLiteral("restore"), QJsonObject{{QStringLiteral("asked_at"), at("49:02")}}}, // confirmed anew
                                {QStringLiteral("prove-serving"), QJsonObject{{QStringLiteral("served_at"), at("53:07")}}}};
        QCOMPARE(databasesteps::summary(facts)[QStringLiteral("recovery_time_ms")].toInteger(), 347'000);
    }
    void databaseOutOfReachIsNotTakenForOneThatNobodyWritesTo_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<int>("sight");
        QTest::newRow("nobody listens") << QByteArray("postgresql://postgres:x@127.0.0.1:1/shop") << int(Observation::Sight::NotNeeded);
        QTest::newRow("we are not let in") << m_server.url(QStringLiteral("postgres"), QStringLiteral("shop"), "wrong").reveal() << int(Observation::Sight::Unknown);
    }
    void databaseOutOfReachIsNotTakenForOneThatNobodyWritesTo()
    {
        QFETCH(QByteArray, url);
        QFETCH(int, sight);
        write(QStringLiteral(".env"), "DATABASE_URL=" + url + "\n");
        const LiveSecretResolver secrets(m_plan);
        const auto frozen = std::make_shared<DatabaseRecovery>(m_plan, RunOptions{.scenario = QStringLiteral("database"), .freeze = QStringLiteral("read-only")}, secrets, makeRestoreProvider);
        StepContext now = context();
        const Result<Observation> seen = databasesteps::freeze(frozen).observe(now);
        QVERIFY2(seen, seen ? "" : qPrintable(seen.error().text()));
        QCOMPARE(int(seen->sight), sight);
    }
    void usersDecideWhetherTheyAreServed_data()
    {
        QTest::addColumn<int>("failing"); // of ten
        QTest::addColumn<bool>("served");
        QTest::newRow("nobody fails") << 0 << true;
        QTest::newRow("ready, and a table is missing") << 3 << false;
    }
    void usersDecideWhetherTheyAreServed()
    {
        QFETCH(int, failing);
        QFETCH(bool, served);
        ScriptedServer application([failing](const ScriptedServer::Request &request) {
            const QByteArray name = "http_requests_total{route=\"/api\",status_code=\"";
            const QByteArray body = !request.path.startsWith("/metrics") ? QByteArray("{}")
                : "# TYPE http_requests_total counter\n" + name + "200\"} " + QByteArray::number((10 - failing) * request.nth) + "\n" + name + "500\"} " + QByteArray::number(failing * request.nth) + "\n";
            request.socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
        m_plan.application->entry = application.url();
        m_plan.application->pools = {{.colour = QStringLiteral("blue"), .instances = {{.url = application.url()}}}};
        m_plan.monitoring.emplace();
        const LiveSecretResolver secrets(m_plan);
        StepContext now = context();
        const Result<QString> proved = databasesteps::proveServing(recovery(secrets)).verify(now);
        QVERIFY2(proved.has_value() == served, qPrintable(proved ? *proved : proved.error().text()));
        QVERIFY2(served || proved.error().message.contains(QLatin1String("fails its users")), qPrintable(proved ? *proved : proved.error().text()));
    }
    void branchThatTheApplicationHasLeftIsNotRestored_data()
    {
        QTest::addColumn<QString>("named"); // where the provider's source is
        QTest::addColumn<int>("verdict");
        QTest::newRow("it is on it") << QStringLiteral("127.0.0.1:%1").arg(m_server.port()) << int(PreflightCheck::Verdict::Pass);
        QTest::newRow("it was moved to a copy") << "127.0.0.1:9" << int(PreflightCheck::Verdict::Fail);
        QTest::newRow("another name of the same, perhaps") << "ep-1.db.example:5432" << int(PreflightCheck::Verdict::Warn);
        QTest::newRow("not told") << "" << int(PreflightCheck::Verdict::Unknown);
    }
    void branchThatTheApplicationHasLeftIsNotRestored()
    {
        QFETCH(QString, named);
        QFETCH(int, verdict);
        m_provider->from = RestoredCopy{.name = QStringLiteral("main"), .server = named};
        const LiveSecretResolver secrets(m_plan);
        StepContext now = context();
        const Result<QList<PreflightCheck>> checks = databasesteps::restorePoint(recovery(secrets)).preflight(now);
        QVERIFY(checks);
        const auto found = std::find_if(checks->begin(), checks->end(), [](const PreflightCheck &one) { return one.check.contains(QLatin1String("application is on")); });
        QVERIFY(found != checks->end());
        QVERIFY2(int(found->verdict) == verdict, qPrintable(found->why));
    }

    void oldAddressIsTheBackupsWhereverThePlanIsWritten()
    {
        const QByteArray before = "DATABASE_URL=" + oldUrl() + "\n";
        write(QStringLiteral(".env"), "DATABASE_URL=" + copyUrl() + "\n");
        write(QStringLiteral(".env.backup"), before);
        m_facts.insert(QStringLiteral("switch-environment"),
                       QJsonObject{{QStringLiteral("files"), QJsonObject{{QStringLiteral("x"), QJsonObject{{QStringLiteral("path"), m_folder->filePath(QStringLiteral(".env"))}, {QStringLiteral("host"), QString()},
                                                                                                        {QStringLiteral("backup"), m_folder->filePath(QStringLiteral(".env.backup"))},
                                                                                                        {QStringLiteral("before"), databasesteps::hashOfText(before)}}}}}});
        const LiveSecretResolver secrets(m_plan);
        const StepContext now = context();
        const Result<Secret> old = recovery(secrets)->oldUrl(now);
        QVERIFY2(old, old ? "" : qPrintable(old.error().text()));
        QCOMPARE(old->reveal(), oldUrl());
        // Without its backup the switched file is no witness; one that was never switched is.
        QVERIFY(QFile::remove(m_folder->filePath(QStringLiteral(".env.backup"))));
        QVERIFY(!recovery(secrets)->oldUrl(now));
        write(QStringLiteral(".env"), before);
        const LiveSecretResolver fresh(m_plan);
        QCOMPARE(recovery(fresh)->oldUrl(now)->reveal(), oldUrl());
    }
};

QTEST_GUILESS_MAIN(DatabaseBackTest)
#include "tst_databaseback.moc"
