// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redissteps.h"
#include "core/systems/secrets/secretresolver.h"

#include "tests/postgres/pgfixture.h"
#include "tests/processes/pm2fixture.h"
#include "tests/processes/switchrun.h"

#include <QJsonDocument>
#include <QTest>

using namespace understudy;
using namespace understudy::databasesteps;

namespace {

const QString key = QStringLiteral("DATABASE_URL");

/// A person's session, open until it goes out of scope.
class PersonsSession
{
public:
    explicit PersonsSession(const PgFixture &server)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PGPASSWORD"),
                           QString::fromLatin1(PgFixture::password()));
        m_psql.setProcessEnvironment(environment);
        m_psql.start(QStringLiteral("psql"),
                     {QStringLiteral("-qAtX"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"),
                      QStringLiteral("-p"), QString::number(server.port()), QStringLiteral("-U"),
                      QStringLiteral("postgres")});
        m_psql.waitForStarted();
    }
    ~PersonsSession()
    {
        m_psql.kill();
        m_psql.waitForFinished();
    }
    qint64 id() const { return m_psql.processId(); }

private:
    QProcess m_psql;
};

} // namespace

/// The three steps on two real PostgreSQL servers, with a real PM2 and applications that hold
/// sessions.
class DatabaseSwitchTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<PgFixture> m_old, m_new;
    std::unique_ptr<Pm2Fixture> m_pm2;
    std::unique_ptr<SwitchRun> m_run;
    QMap<QString, quint16> m_ports;

    void addInstance(const QString &colour, const QString &name)
    {
        QList<Pool> &pools = m_run->database->plan.application->pools;
        if (pools.isEmpty() || pools.last().colour != colour)
            pools.append({colour, {}});
        m_ports[name] = PgFixture::freePort();
        pools.last().instances.append({.url = Pm2Fixture::urlOf(m_ports[name]), .process = name});
    }
    QString url(const PgFixture &server) const
    {
        return QString::fromLatin1(server.url().reveal()) + QStringLiteral("?schema=shop");
    }
    qint64 sessionsOn(const PgFixture &server) const
    {
        return server
            .value(QStringLiteral(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'standin'"))
            .toLongLong();
    }

private slots:
    void initTestCase()
    {
        m_pm2 = std::make_unique<Pm2Fixture>();
        m_old = std::make_unique<PgFixture>();
        m_new = std::make_unique<PgFixture>();
        QCOMPARE(m_old->start(), QString());
        QCOMPARE(m_new->start(), QString());
    }

    void init()
    {
        m_ports.clear();
        m_run = std::make_unique<SwitchRun>(m_old->url(), m_new->url());
        m_run->database->plan.application->processes.kind = ProcessesPlan::Kind::Pm2;
        QVERIFY(m_run->addFile(QStringLiteral(".env.blue")));
        QVERIFY(m_run->addFile(QStringLiteral(".env.green")));
    }
    void cleanup() { m_pm2->deleteAll(); }

    /// Four processes: two have the address from PM2, one reads a file of the plan by itself, and
    /// one reads a file that the plan does not name.
    void oneOfFourThatKeptTheOldDatabaseIsNamedAndNeverGreen()
    {
        for (const char *name : {"blue-1", "blue-2"})
            addInstance(QStringLiteral("blue"), QString::fromLatin1(name));
        for (const char *name : {"green-1", "green-2"})
            addInstance(QStringLiteral("green"), QString::fromLatin1(name));
        const QString own = m_run->file(QStringLiteral(".env.own"));
        QVERIFY(m_run->writeText(QStringLiteral(".env.own"),
                                 "DATABASE_URL=" + m_old->url().reveal() + "\n"));
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-1"), m_ports[QStringLiteral("blue-1")],
                                 {{key, url(*m_old)}}),
                 QString());
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-2"), m_ports[QStringLiteral("blue-2")],
                                 {{key, url(*m_old)}}, {QStringLiteral("-i"), QStringLiteral("1")}),
                 QString());
        QCOMPARE(m_pm2->startApp(
                     QStringLiteral("green-1"), m_ports[QStringLiteral("green-1")],
                     {{QStringLiteral("ENV_FILE"), m_run->file(QStringLiteral(".env.green"))}}),
                 QString());
        QCOMPARE(m_pm2->startApp(QStringLiteral("green-2"), m_ports[QStringLiteral("green-2")],
                                 {{QStringLiteral("ENV_FILE"), own}}),
                 QString());
        QTRY_COMPARE(sessionsOn(*m_old), 4);

        const Step files = switchEnvironment(m_run->database),
                   processes = restartProcesses(m_run->database),
                   drained = proveDrained(m_run->database);
        QVERIFY(m_run->act(files).has_value());
        QVERIFY(!m_run->verify(processes).has_value());
        const Result<QString> done = m_run->act(processes);
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QCOMPARE(m_run->sightOf(processes), Observation::Sight::AlreadyTrue);
        const Result<QString> proved = m_run->verify(processes);
        QVERIFY2(proved.has_value(), proved ? "" : qPrintable(proved.error().text()));
        QTRY_COMPARE(sessionsOn(*m_old), 1);
        QTRY_COMPARE(sessionsOn(*m_new), 3);

        m_run->database->drainsWithin = std::chrono::milliseconds(1);
        const Result<QString> open = m_run->verify(drained);
        QVERIFY(!open.has_value());
        QCOMPARE(open.error().code, ErrorCode::NotProved);
        QVERIFY2(open.error().message.contains(QLatin1String("green-2 (pid ")),
                 qPrintable(open.error().text()));
        QVERIFY(open.error().message.contains(QLatin1String("on this machine")));
        for (const char *good : {"blue-1", "blue-2", "green-1"})
            QVERIFY2(!open.error().message.contains(QLatin1String(good)),
                     qPrintable(open.error().text()));

        // What kept it is mended by hand: now it is proved.
        QVERIFY(m_run->writeText(QStringLiteral(".env.own"),
                                 "DATABASE_URL=" + m_new->url().reveal() + "\n"));
        QCOMPARE(m_pm2->pm2({QStringLiteral("restart"), QStringLiteral("green-2")}), QString());
        m_run->database->drainsWithin = std::chrono::seconds(20);
        const Result<QString> all = m_run->verify(drained);
        QVERIFY2(all.has_value(), all ? "" : qPrintable(all.error().text()));
        for (const char *name : {"blue-1", "blue-2", "green-1", "green-2"})
            QVERIFY2(all->contains(QLatin1String(name)), qPrintable(*all));
        const QString kept = *all + m_run->said.join(QLatin1Char(' ')) +
                             QString::fromUtf8(QJsonDocument(m_run->facts).toJson());
        QVERIFY(!kept.contains(QString::fromLatin1(PgFixture::password())));
    }

    void undoPutsFilesAndProcessesBackOnTheOldDatabase()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-1"), m_ports[QStringLiteral("blue-1")],
                                 {{key, url(*m_old)}}),
                 QString());
        const Step files = switchEnvironment(m_run->database),
                   processes = restartProcesses(m_run->database);
        QVERIFY(m_run->act(files).has_value());
        QVERIFY(m_run->act(processes).has_value());
        QTRY_COMPARE(sessionsOn(*m_new), 1);
        m_run->restored = false; // the provider need not answer for the way back
        QVERIFY(m_run->undo(processes).has_value());
        const Result<QString> undone = m_run->undo(files);
        QVERIFY2(undone.has_value(), undone ? "" : qPrintable(undone.error().text()));
        QTRY_COMPARE(sessionsOn(*m_new), 0);
        QTRY_COMPARE(sessionsOn(*m_old), 1);
    }

    /// A plan whose own command is a mere restart (trap: PM2 keeps the environment).
    void aRestartThatDoesNotApplyTheAddressIsNotProvedAndNamed()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        addInstance(QStringLiteral("green"), QStringLiteral("green-1"));
        m_run->database->plan.application->processes = {.kind = ProcessesPlan::Kind::Commands,
                                                        .restart = {QStringLiteral("pm2"),
                                                                    QStringLiteral("restart"),
                                                                    QStringLiteral("{process}")}};
        for (const char *name : {"blue-1", "green-1"})
            QCOMPARE(m_pm2->startApp(QString::fromLatin1(name), m_ports[QString::fromLatin1(name)],
                                     {{key, url(*m_old)}}),
                     QString());
        const QString untouched =
            Pm2Fixture::answerOf(m_ports[QStringLiteral("green-1")])[QStringLiteral("startTime")]
                .toString();
        QVERIFY(m_run->act(switchEnvironment(m_run->database)).has_value());
        const Result<QString> done = m_run->act(restartProcesses(m_run->database));
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::NotProved);
        QVERIFY2(done.error().message.contains(QLatin1String("blue-1 (pid ")),
                 qPrintable(done.error().text()));
        QVERIFY(done.error().message.contains(QString::number(m_old->port())));
        // The next was not taken away.
        QCOMPARE(
            Pm2Fixture::answerOf(m_ports[QStringLiteral("green-1")])[QStringLiteral("startTime")]
                .toString(),
            untouched);
    }

    void aConsoleKilledAfterARestartDoesNotRestartAgain()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-1"), m_ports[QStringLiteral("blue-1")],
                                 {{key, url(*m_old)}}),
                 QString());
        QVERIFY(m_run->act(switchEnvironment(m_run->database)).has_value());
        const Step processes = restartProcesses(m_run->database);
        m_run->notesLeft = 1;
        QVERIFY(!m_run->act(processes).has_value());
        const QString started =
            Pm2Fixture::answerOf(m_ports[QStringLiteral("blue-1")])[QStringLiteral("startTime")]
                .toString();
        QVERIFY(!started.isEmpty());
        m_run->notesLeft = -1;
        QVERIFY(m_run->act(processes).has_value());
        QCOMPARE(
            Pm2Fixture::answerOf(m_ports[QStringLiteral("blue-1")])[QStringLiteral("startTime")]
                .toString(),
            started);
    }

    void aPersonsSessionOnTheOldDatabaseIsNamed()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-1"), m_ports[QStringLiteral("blue-1")],
                                 {{key, url(*m_new)}}),
                 QString());
        QTRY_COMPARE(sessionsOn(*m_new), 1);
        QVERIFY(m_run->act(switchEnvironment(m_run->database)).has_value());
        const PersonsSession person(*m_old);
        QTRY_COMPARE(m_old->value(QStringLiteral(
                         "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'psql'")),
                     QStringLiteral("1"));
        m_run->database->drainsWithin = std::chrono::milliseconds(1);
        const Result<QString> open = m_run->verify(proveDrained(m_run->database));
        QVERIFY(!open.has_value());
        QVERIFY2(open.error().message.contains(
                     QStringLiteral("psql (pid %1 on this machine)").arg(person.id())),
                 qPrintable(open.error().text()));
        QVERIFY(open.error().message.contains(QLatin1String("no process of the plan")));
    }

    /// The step of a Redis recovery that restarts with an unchanged environment.
    void aPlainRestartTakesOneAfterAnotherAndProvesANewStart()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        addInstance(QStringLiteral("green"), QStringLiteral("green-1"));
        QStringList before;
        for (const char *name : {"blue-1", "green-1"}) {
            const quint16 port = m_ports[QString::fromLatin1(name)];
            QCOMPARE(m_pm2->startApp(QString::fromLatin1(name), port, {{key, url(*m_new)}}),
                     QString());
            before.append(Pm2Fixture::answerOf(port)[QStringLiteral("startTime")].toString());
        }
        Plan plan = m_run->database->plan;
        plan.redis = RedisPlan{.master = QStringLiteral("mymaster")};
        const std::unique_ptr<SecretResolver> secrets = SecretResolver::forPlan(plan);
        const RedisRecoveryPtr redis = std::make_shared<const RedisRecovery>(
            RedisRecovery{.access = *RedisAccess::forPlan(*plan.redis, *secrets),
                          .options = {.restartBackends = true},
                          .plan = plan});
        const Step step = redissteps::restartBackends(redis);
        const Result<QString> done = m_run->act(step);
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QVERIFY(m_run->verify(step).has_value());
        for (const char *name : {"blue-1", "green-1"}) {
            const quint16 port = m_ports[QString::fromLatin1(name)];
            QVERIFY(!before.contains(
                Pm2Fixture::answerOf(port)[QStringLiteral("startTime")].toString()));
        }
    }

    /// Last: it takes the old server away.
    void anOldDatabaseThatIsGoneIsSaidAndEnvironmentsDecide()
    {
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-1"));
        addInstance(QStringLiteral("blue"), QStringLiteral("blue-2"));
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-1"), m_ports[QStringLiteral("blue-1")],
                                 {{key, url(*m_new)}}),
                 QString());
        QCOMPARE(m_pm2->startApp(QStringLiteral("blue-2"), m_ports[QStringLiteral("blue-2")],
                                 {{key, url(*m_old)}}),
                 QString());
        QVERIFY(m_run->act(switchEnvironment(m_run->database)).has_value());
        m_old->stop();
        m_run->database->drainsWithin = std::chrono::milliseconds(1);
        const Result<QString> open = m_run->verify(proveDrained(m_run->database));
        QVERIFY(!open.has_value());
        QVERIFY2(open.error().message.contains(QLatin1String("blue-2 (pid ")),
                 qPrintable(open.error().text()));
        QVERIFY(!open.error().message.contains(QLatin1String("blue-1")));
        QVERIFY(open.error().message.contains(QLatin1String("environments alone decide")));
        QCOMPARE(m_pm2->pm2({QStringLiteral("delete"), QStringLiteral("blue-2")}), QString());
        m_run->database->plan.application->pools.first().instances.removeLast();
        m_run->database->drainsWithin = std::chrono::seconds(10);
        const Result<QString> all = m_run->verify(proveDrained(m_run->database));
        QVERIFY2(all.has_value(), all ? "" : qPrintable(all.error().text()));
        QVERIFY(all->contains(QLatin1String("environments alone decide")));
    }
};

QTEST_GUILESS_MAIN(DatabaseSwitchTest)
#include "tst_databaseswitch.moc"
