// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/planreader.h"
#include "core/systems/postgres/pgconnection.h"
#include "core/systems/secrets/secretresolver.h"
#include "tests/integration/programs.h"
#include "tests/objects/storefixture.h"
#include "tests/postgres/pgfixture.h"

#include <QUrl>

using namespace understudy;
using namespace std::chrono_literals;

/// Plan B by the real command line on a real lab: the control plane is down, a table is dropped, and the newest
/// backup of a store is loaded into a standby, to which the application moves.
class PlanBTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    StoreFixture m_store;
    PgFixture m_standby;
    Secret m_old;
    QString m_run;

    Secret urlNow() const
    {
        const PlanReading reading = readPlanFile(m_lab.plan, QDate::currentDate());
        return reading.plan ? SecretResolver::forPlan(*reading.plan)->resolve(reading.plan->database->url).value_or(Secret()) : Secret();
    }
    static QString ask(const Secret &url, const QString &sql)
    {
        const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, 5s);
        const Result<PgTable> table = session ? (*session)->query(sql, 10s) : fail(session.error());
        return table ? table->rows.value(0).value(0).value_or(QString()) : table.error().text();
    }
    static QByteArray dumpOf(const Secret &url)
    {
        const QUrl parts = QUrl::fromEncoded(url.reveal());
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PGPASSWORD"), parts.password(QUrl::FullyDecoded));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("pg_dump"), {QStringLiteral("-Fc"), QStringLiteral("-h"), parts.host(), QStringLiteral("-p"), QString::number(parts.port()), QStringLiteral("-U"), parts.userName(), parts.path().mid(1)});
        return process.waitForFinished(30'000) && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
    }
    bool write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_lab.file(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }
    /// The lab's plan, and where its backups are and go.
    bool planWithBackups()
    {
        QFile plan(m_lab.plan);
        if (!plan.open(QIODevice::ReadOnly) || !write(QStringLiteral("standby"), m_standby.url().reveal()) || !write(QStringLiteral("key"), "S3RVER"))
            return false;
        const QString more = QStringLiteral("  standby: {file: %1}\n"
                                            "  logical_backups: {s3: {endpoint: \"%2\", bucket: backups, prefix: db/, region: us-east-1, access_key: {file: %3}, secret_key: {file: %3}}, every: 24h}\n"
                                            "  integrity:\n")
                                 .arg(m_lab.file(QStringLiteral("standby")), m_store.endpoint().toString(), m_lab.file(QStringLiteral("key")));
        const QString text = QString::fromUtf8(plan.readAll()).replace(QStringLiteral("  integrity:\n"), more);
        m_lab.plan = m_lab.file(QStringLiteral("plan.yaml"));
        return write(QStringLiteral("plan.yaml"), text.toUtf8());
    }
    test::Ended recover(const QStringList &more = {}) const
    {
        return m_lab.ctl(QStringList{QStringLiteral("recover"), QStringLiteral("database"), QStringLiteral("--from-dump"), QStringLiteral("--json")} + more, 120);
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        QCOMPARE(m_store.start(), QString());
        QCOMPARE(m_standby.start(), QString());
        QVERIFY(planWithBackups());
        m_old = urlNow();
        QCOMPARE(m_store.put(QStringLiteral("db/today.dump"), dumpOf(m_old)), QString());
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("database-corrupted")}).code, 0);
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("control-plane-down")}).code, 0);
    }

    void backupThatIsNotThereIsRefusedWithThoseThatAre()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("recover"), QStringLiteral("database"), QStringLiteral("--from-dump"), QStringLiteral("db/none.dump"), QStringLiteral("--json")});
        QVERIFY(ended.code != 0);
        QVERIFY2(ended.said().contains("db/today.dump"), ended.said().constData());
    }

    void newestBackupTakesTheDatabasesPlace()
    {
        const QString phrase = recover().lastLine().value(QLatin1String("confirm")).toString();
        QVERIFY2(phrase.startsWith(QLatin1String("lab: restore thecopy to ")), qPrintable(phrase));
        const test::Ended ended = recover({QStringLiteral("--freeze"), QStringLiteral("read-only"), QStringLiteral("--confirm"), phrase});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        m_run = ended.lastLine().value(QLatin1String("run")).toString();
        const Secret now = urlNow();
        QVERIFY(now.reveal().contains(QByteArray::number(m_standby.port())));
        QCOMPARE(ask(now, QStringLiteral("select count(*) >= 6000 from scenes")), QStringLiteral("t"));
        QCOMPARE(ask(now, QStringLiteral("select count(*) from projects where title = 'Untitled'")), QStringLiteral("0"));
        QVERIFY(ask(now, QStringLiteral("select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")).toInt() > 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
    }

    void goingBackLeavesTheLoadedDatabaseAlone()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), m_run, QStringLiteral("--json")}, 120);
        QVERIFY2(ended.code == 1, ended.said().right(2000).constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
        QCOMPARE(m_standby.value(QStringLiteral("select count(*) from pg_database where datname like 'understudy-%'")), QStringLiteral("1"));
    }
};

QTEST_GUILESS_MAIN(PlanBTest)
#include "tst_planb.moc"
