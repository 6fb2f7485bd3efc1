// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"
#include "core/recovery/scenarios/databaseswitch.h"
#include "core/recovery/scenarios/switchfiles.h"
#include "core/systems/secrets/livesecretresolver.h"
#include "tests/postgres/pgfixture.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

/// Has one copy, on a real server; says what it is told to.
class OneCopy : public RestoreProvider
{
public:
    RestoredCopy copy;
    std::optional<Error> down;
    mutable bool isThere = true;
    QString name() const override { return QStringLiteral("a provider"); }
    Result<RestoredCopy> source(Milliseconds, const CancelToken &) const override { return fail(ErrorCode::CannotTell, QStringLiteral("no source")); }
    Result<RestoreWindow> window(Milliseconds, const CancelToken &) const override { return RestoreWindow{}; }
    Result<std::optional<RestoredCopy>> find(const QString &, Milliseconds, const CancelToken &) const override
    {
        if (down)
            return fail(*down);
        return isThere ? std::optional<RestoredCopy>(copy) : std::nullopt;
    }
    Result<RestoredCopy> restore(const RestoreRequest &, const RestoreProgress &) const override { return copy; }
    Result<Unit> remove(const QString &, Milliseconds, const CancelToken &) const override
    {
        isThere = false;
        return Unit{};
    }
    Result<Kept> keepSource(Milliseconds, const CancelToken &) const override { return Kept{}; }
    Result<Unit> releaseSource(const QString &, Milliseconds, const CancelToken &) const override { return Unit{}; }
    QString restoreText(const RestoreRequest &) const override { return {}; }
    QString restoreOn() const override { return {}; }
    QStringList byHand(const RestoreRequest &) const override { return {}; }
};

} // namespace

/// The way back of a restore: a copy that somebody uses outlives it, whoever moved them there.
class DatabaseBackTest : public QObject
{
    Q_OBJECT

    PgFixture m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<OneCopy> m_provider;
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
        m_provider = std::make_shared<OneCopy>();
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
