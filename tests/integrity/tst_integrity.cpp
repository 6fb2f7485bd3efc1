// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/integrity.h"

#include "tests/integrity/twodatabases.h"

#include <QElapsedTimer>
#include <QFile>

#include <thread>

using namespace understudy;
using namespace std::chrono_literals;

class IntegrityTest : public QObject
{
    Q_OBJECT
private:
    TwoDatabases m_databases;
    PgFixture m_hangs; ///< another server, stopped by the tests that need it

    IntegritySetup setup(bool withOld = false)
    {
        IntegritySetup out{.newUrl = m_databases.url("new")};
        if (withOld)
            out.oldUrl = m_databases.url("old");
        return out;
    }
    static QString listed(const IntegrityReport &report)
    {
        QString out = report.summary() + QLatin1Char('\n');
        for (const IntegrityFinding &finding : report.findings)
            out += QStringLiteral("%1 | %2 | %3\n")
                       .arg(severityName(finding.severity), finding.subject, finding.words);
        return out;
    }
    static bool has(const IntegrityReport &report, const QString &severity, const QString &subject,
                    const QString &words)
    {
        for (const IntegrityFinding &finding : report.findings) {
            if (severityName(finding.severity) == severity && finding.subject == subject &&
                finding.words.contains(words))
                return true;
        }
        return false;
    }
    /// Overwrites bytes of a relation's file while the server is down. `relation`: SQL for its oid.
    QString damage(const QString &relation, qint64 offset, const QByteArray &bytes)
    {
        const QString path =
            m_databases.server.folder() + QStringLiteral("/data/") +
            m_databases.value("new",
                              QStringLiteral("select pg_relation_filepath(%1)").arg(relation));
        if (const QString problem = m_databases.run("new", QStringLiteral("checkpoint"));
            !problem.isEmpty())
            return problem;
        m_databases.server.stop();
        QFile file(path);
        if (!file.open(QIODevice::ReadWrite) || !file.seek(offset) ||
            file.write(bytes) != bytes.size())
            return path + file.errorString();
        file.close();
        return m_databases.server.restart();
    }

private slots:
    void initTestCase()
    {
        WORKS(m_databases.start());
        WORKS(m_hangs.start());
    }

    void aSoundCopyPasses()
    {
        WORKS(m_databases.make(TwoDatabases::platform() +
                               QStringLiteral("create extension amcheck;")));
        IntegritySetup one = setup(true);
        one.checks = {{QStringLiteral("every project has an owner"),
                       QStringLiteral("select count(*) = 0 from projects p left join users u on "
                                      "u.id = p.user_id where u.id is null")}};
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(report.verdict() <= FindingSeverity::Info, qPrintable(listed(report)));
        QCOMPARE(report.done, report.total);
        QVERIFY2(has(report, QStringLiteral("pass"), QStringLiteral("table public.scenes"),
                     QStringLiteral("read whole: 900 rows")),
                 qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("pass"), QStringLiteral("rows of public.scenes"),
                     QStringLiteral("900 rows, as in the old")),
                 qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("pass"), QStringLiteral("the schema"),
                     QStringLiteral("the same")),
                 qPrintable(listed(report)));
    }

    /// What is wrong in the copy, made by SQL, and how it is told.
    void findings_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("severity");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *sql, const char *severity,
                            const char *subject, const char *words) {
            QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(severity)
                                << QString::fromUtf8(subject) << QString::fromUtf8(words);
        };
        row("invalid index",
            "create table t (id int); insert into t values (1), (1); update pg_index set "
            "indisvalid = false where indexrelid = 'users_email_key'::regclass",
            "fail", "index public.users_email_key", "is not valid");
        row("index not ready",
            "update pg_index set indisready = false where indexrelid = 'scenes_project'::regclass",
            "fail", "index public.scenes_project", "is not ready");
        row("foreign key not validated and broken",
            "create table t (id int); insert into t values (1), (-5), (null); alter table t add "
            "constraint k foreign key (id) references users not valid",
            "fail", "constraint k of public.t", "1 row breaks it");
        row("check not validated and broken",
            "alter table users add constraint \"odd one\" check (id % 2 = 1) not valid", "fail",
            "constraint \"odd one\" of public.users", "25 rows break it");
        row("not validated but kept", "alter table users add constraint k check (id > 0) not valid",
            "warn", "constraint k of public.users", "no row breaks it");
        row("sequence behind", "select setval('users_id_seq', 5)", "fail",
            "sequence public.users_id_seq", "next is 6, but public.users.id goes up to 50 already");
        row("identity behind",
            "create table t (id int generated by default as identity); insert into t values (7)",
            "fail", "sequence public.t_id_seq", "next is 1, but public.t.id goes up to 7 already");
        row("descending sequence behind",
            "create sequence s increment -1; create table t (id int default nextval('s')); insert "
            "into t values (-9)",
            "fail", "sequence public.s", "next is -1");
        row("unowned sequence ahead",
            "create sequence s; create table t (id int default nextval('s')); insert into t select "
            "from generate_series(1, 3)",
            "pass", "sequence public.s", "next is 4, public.t.id goes up to 3");
        row("triggers switched off", "alter table scenes disable trigger all", "warn",
            "table public.scenes", "foreign keys are switched off");
        row("view not filled", "create materialized view v as select * from users with no data",
            "warn", "table public.v", "has not been filled");
        row("view filled", "create materialized view v as select * from users", "pass",
            "table public.v", "50 rows");
        row("foreign table",
            "create extension postgres_fdw; create server s foreign data wrapper postgres_fdw; "
            "create foreign table t (id int) server s",
            "info", "table public.t", "foreign server");
        row("unlogged", "create unlogged table t as select 1 as id", "info", "table public.t",
            "unlogged");
        row("partitions",
            "create table t (id int) partition by range (id); create table t1 partition of t for "
            "values from (0) to (100); insert into t select generate_series(1, 20)",
            "pass", "table public.t1", "20 rows");
        row("inherited", "create table t () inherits (users); insert into t (email) values ('x')",
            "pass", "table public.users", "50 rows");
        row("generated column",
            "create table t (a text, b text generated always as (a || 'x') stored); insert into t "
            "values ('y')",
            "pass", "table public.t", "1 row");
        row("types of all kinds",
            "create type mood as enum ('sad'); create domain dom as text; create table t (a json, "
            "b jsonb, c xml, d bytea, e numeric, f int4range, g mood, h dom, i tsvector, j inet, k "
            "text[], l mood[], m bit varying, n char(9), o interval, p varchar(3), q point[], r "
            "users);"
            "insert into t (a, b, c, d, r) values ('{}', '{}', '<a/>', '\\x00', row(1, 'x', "
            "now())); insert into t default values",
            "pass", "table public.t", "2 rows");
        row("a name that is SQL",
            "create table \"a\"\"b;drop table users;--\" (\"x'y\" text); insert into \"a\"\"b;drop "
            "table users;--\" values ('1')",
            "pass", "table public.\"a\"\"b;drop table users;--\"", "1 row");
        row("a name with places",
            "create table \"%1%2%I\" (\"%3\" text); insert into \"%1%2%I\" values ('1')", "pass",
            "table public.\"%1%2%I\"", "1 row");
        row("no column", "create table t (); insert into t default values", "pass",
            "table public.t", "1 row");
        row("collation of another library",
            "create collation other from \"und-x-icu\"; update pg_collation set collversion = "
            "'1.0' where collname = 'other'; create table t (a text collate other)",
            "warn", "collation public.other", "sorted wrongly");
        row("amcheck missing", "drop extension amcheck", "info",
            "the structure of tables and indexes", "not installed");
        row("index that amcheck does not know", "create index on users using hash (email)", "info",
            "the structure of tables and indexes", "1 of the indexes are no B-trees");
    }
    void findings()
    {
        QFETCH(QString, sql);
        QFETCH(QString, severity);
        QFETCH(QString, subject);
        QFETCH(QString, words);
        WORKS(m_databases.makeOne("new", TwoDatabases::platform() +
                                             QStringLiteral("create extension amcheck;")));
        WORKS(m_databases.run("new", sql));
        const IntegrityReport report = checkIntegrity(setup());
        QVERIFY2(has(report, severity, subject, words), qPrintable(listed(report)));
        QCOMPARE(report.count(FindingSeverity::Fail),
                 severity == QLatin1String("fail") ? report.count(FindingSeverity::Fail) : 0);
        QCOMPARE(m_databases.value("new", QStringLiteral("select count(*) from users")).isEmpty(),
                 false);
    }

    void damageOnDiskIsFound_data()
    {
        QTest::addColumn<QString>("relation");
        QTest::addColumn<int>("offset");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("amcheck");
        QTest::addColumn<QString>("subject");
        QTest::newRow("page header") << QStringLiteral("'scenes'") << 8192 << QByteArray(24, '\x7f')
                                     << false << QStringLiteral("table public.scenes");
        QTest::newRow("page header, amcheck there")
            << QStringLiteral("'scenes'") << 8192 << QByteArray(24, '\x7f') << true
            << QStringLiteral("table public.scenes");
        // The last row of page 0 begins where pd_upper points; its header's transaction ids become
        // nonsense.
        QTest::newRow("rows' headers")
            << QStringLiteral("'scenes'") << 8192 - 900 << QByteArray(900, '\x05') << true
            << QStringLiteral("table public.scenes");
        QTest::newRow("an index's page")
            << QStringLiteral("'scenes_pkey'") << 8192 << QByteArray(200, '\x7f') << true
            << QStringLiteral("index public.scenes_pkey");
    }
    void damageOnDiskIsFound()
    {
        QFETCH(QString, relation);
        QFETCH(int, offset);
        QFETCH(QByteArray, bytes);
        QFETCH(bool, amcheck);
        QFETCH(QString, subject);
        WORKS(m_databases.makeOne(
            "new", TwoDatabases::platform() +
                       (amcheck ? QStringLiteral("create extension amcheck;") : QString())));
        WORKS(damage(relation, offset, bytes));
        const IntegrityReport report = checkIntegrity(setup());
        QVERIFY2(has(report, QStringLiteral("fail"), subject, QString()),
                 qPrintable(listed(report)));
        QCOMPARE(report.verdict(), FindingSeverity::Fail);
        QCOMPARE(report.done, report.total);
    }
    void aValueStoredApartThatIsMissingIsFound_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("value");
        QTest::newRow("text") << QStringLiteral("text") << QStringLiteral("repeat('x', 9000)");
        QTest::newRow("bytea") << QStringLiteral("bytea")
                               << QStringLiteral("convert_to(repeat('x', 9000), 'UTF8')");
        QTest::newRow("json") << QStringLiteral("json")
                              << QStringLiteral("to_json(repeat('x', 9000))");
        QTest::newRow("jsonb") << QStringLiteral("jsonb")
                               << QStringLiteral("to_jsonb(repeat('x', 9000))");
        QTest::newRow("array") << QStringLiteral("text[]")
                               << QStringLiteral("array[repeat('x', 9000)]");
        QTest::newRow("domain") << QStringLiteral("dom") << QStringLiteral("repeat('x', 9000)");
    }
    void aValueStoredApartThatIsMissingIsFound()
    {
        QFETCH(QString, type);
        QFETCH(QString, value);
        WORKS(m_databases.makeOne(
            "new",
            QStringLiteral("create domain dom as text; create table t (id int, a %1); alter table "
                           "t alter a set storage external; insert into t values (1, %2)")
                .arg(type, value)));
        WORKS(damage(QStringLiteral("(select reltoastrelid from pg_class where relname = 't')"), 0,
                     QByteArray(8192, '\0')));
        const IntegrityReport report = checkIntegrity(setup());
        QVERIFY2(has(report, QStringLiteral("fail"), QStringLiteral("table public.t"),
                     QStringLiteral("damaged: ")),
                 qPrintable(listed(report)));
    }
    void damageInASliceOfALargeTableIsFound()
    {
        WORKS(m_databases.makeOne(
            "new",
            QStringLiteral("create table big (id int, body text) with (fillfactor = 10); alter "
                           "table big alter body set storage plain;"
                           "insert into big select i, repeat('x', 1000) from generate_series(1, "
                           "9000) i; create table small (id int)")));
        QVERIFY(m_databases.value("new", QStringLiteral("select pg_relation_size('big') / 8192"))
                    .toInt() > 8192);
        QVERIFY2(has(checkIntegrity(setup()), QStringLiteral("pass"),
                     QStringLiteral("table public.big"), QStringLiteral("9,000 rows")),
                 "before");
        WORKS(damage(QStringLiteral("'big'"), 8192LL * 5000, QByteArray(24, '\x7f')));
        const IntegrityReport report = checkIntegrity(setup());
        QVERIFY2(has(report, QStringLiteral("fail"), QStringLiteral("table public.big"),
                     QStringLiteral("invalid page in block 5000")),
                 qPrintable(listed(report)));
    }

    void plansChecksAreToldApart_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("severity");
        QTest::addColumn<QString>("words");
        QTest::newRow("true") << QStringLiteral("select count(*) = 50 from users")
                              << QStringLiteral("pass") << QStringLiteral("holds");
        QTest::newRow("false") << QStringLiteral("select count(*) = 0 from users")
                               << QStringLiteral("fail") << QStringLiteral("does not hold");
        QTest::newRow("NULL") << QStringLiteral("select null::bool") << QStringLiteral("unknown")
                              << QStringLiteral("NULL");
        QTest::newRow("no row") << QStringLiteral("select true where false")
                                << QStringLiteral("unknown") << QStringLiteral("no row");
        QTest::newRow("a number") << QStringLiteral("select count(*) from users")
                                  << QStringLiteral("unknown") << QStringLiteral("neither");
        QTest::newRow("a table that is missing") << QStringLiteral("select true from nothing_here")
                                                 << QStringLiteral("fail") << QStringLiteral("does not exist");
        QTest::newRow("an error") << QStringLiteral("select 1 / 0 = 1")
                                  << QStringLiteral("unknown") << QStringLiteral("division by zero");
        QTest::newRow("a change") << QStringLiteral("delete from scenes returning true")
                                  << QStringLiteral("unknown") << QStringLiteral("read-only");
    }
    void plansChecksAreToldApart()
    {
        QFETCH(QString, sql);
        QFETCH(QString, severity);
        QFETCH(QString, words);
        if (m_databases.value("new", QStringLiteral("select count(*) from users")) !=
            QLatin1String("50"))
            WORKS(m_databases.makeOne("new", TwoDatabases::platform()));
        IntegritySetup one = setup();
        one.checks = {{QStringLiteral("it"), sql}};
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(has(report, severity, QStringLiteral("plan's check \"it\""), words),
                 qPrintable(listed(report)));
    }

    void theOldDatabaseIsCompared_data()
    {
        QTest::addColumn<QString>("oldSql");
        QTest::addColumn<QString>("severity");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *sql, const char *severity,
                            const char *subject, const char *words) {
            QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(severity)
                                << QString::fromUtf8(subject) << QString::fromUtf8(words);
        };
        row("dropped table", "drop table scenes", "info", "table public.scenes",
            "in the new database and not in the old one");
        row("rows of a dropped table", "drop table scenes", "info", "rows of public.scenes",
            "900 rows; gone in the old database");
        row("more rows", "insert into users (email) values ('x')", "info", "rows of public.users",
            "50 rows; 51 in the old database");
        row("table made since", "create table later (id int)", "fail", "table public.later",
            "in the old database and not in the new");
        row("column made since", "alter table users add nick text", "fail",
            "column public.users.nick", "not in the new one");
        row("other type", "alter table users alter email type varchar(99)", "fail",
            "column public.users.email",
            "is \"text not null\" in the new database and \"character varying(99) not null\" in "
            "the old one");
        row("other default", "alter table users alter email set default 'x'", "warn",
            "column public.users.email", "default 'x'");
        row("index made since", "create index later on users (created_at)", "warn",
            "index public.later", "not in the new one");
        row("constraint made since", "alter table users add constraint k check (id > 0)", "warn",
            "constraint public.users.k", "not in the new one");
        row("function made since", "create function f() returns int language sql as 'select 1'",
            "warn", "functions of public", "not in the new one");
        row("extension made since", "create extension pgcrypto", "warn", "extension pgcrypto",
            "not in the new one");
        row("locked", "", "info", "rows of public.users",
            "not compared, because of the old database");
    }
    void theOldDatabaseIsCompared()
    {
        QFETCH(QString, oldSql);
        QFETCH(QString, severity);
        QFETCH(QString, subject);
        QFETCH(QString, words);
        WORKS(m_databases.make(TwoDatabases::platform()));
        IntegritySetup one = setup(true);
        std::unique_ptr<PgConnection> lock;
        if (oldSql.isEmpty()) {
            Result<std::unique_ptr<PgConnection>> holder =
                PgConnection::connect(m_databases.url("old"), 5s);
            QVERIFY(holder && (*holder)->query(QStringLiteral("begin; lock table users"), 5s, {},
                                               PgTransaction::Bare));
            lock = std::move(*holder);
            one.oldDeadline = 300ms;
        } else {
            WORKS(m_databases.run("old", oldSql));
        }
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(has(report, severity, subject, words), qPrintable(listed(report)));
    }
    void anotherEncodingFails()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        WORKS(m_databases.run(
            "postgres",
            QStringLiteral(
                "create database latin template template0 encoding 'LATIN1' locale 'C'")));
        IntegritySetup one = setup(true);
        one.newUrl = m_databases.url("latin");
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(has(report, QStringLiteral("fail"), QStringLiteral("encoding of the database"),
                     QStringLiteral("LATIN1")),
                 qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("fail"), QStringLiteral("the tables"),
                     QStringLiteral("no table at all")),
                 qPrintable(listed(report)));
    }

    void withoutRightsNothingIsCalledGood()
    {
        WORKS(m_databases.makeOne(
            "new",
            TwoDatabases::platform() +
                QStringLiteral(
                    "create extension amcheck; alter table users enable row level security;")));
        WORKS(m_databases.run(
            "postgres",
            QStringLiteral("drop role if exists looker; create role looker login password '%1'")
                .arg(QLatin1String(PgFixture::password()))));
        WORKS(m_databases.run(
            "new", QStringLiteral(
                       "grant usage on schema public to looker; grant select on users to looker")));
        IntegritySetup one = setup();
        one.newUrl = m_databases.url("new", "looker");
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(has(report, QStringLiteral("unknown"), QStringLiteral("table public.users"),
                     QStringLiteral("row-level security hides rows")),
                 qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("unknown"), QStringLiteral("table public.scenes"),
                     QStringLiteral("no right")),
                 qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("info"),
                     QStringLiteral("the structure of tables and indexes"),
                     QStringLiteral("may not call")),
                 qPrintable(listed(report)));
        QCOMPARE(report.verdict(), FindingSeverity::Unknown);
        WORKS(m_databases.run("new", QStringLiteral("drop owned by looker")));
    }
    void twoThousandTablesAreNoTrouble()
    {
        WORKS(m_databases.makeOne("new", QStringLiteral("create extension amcheck")));
        for (int part = 0; part < 4; ++part)
            WORKS(m_databases.run(
                "new", QStringLiteral("do $$ begin for i in %1 .. %2 loop execute format('create "
                                      "table t%s (id int %s)', i, case when mod(i, 4) = 0 then "
                                      "'primary key' end); end loop; end $$")
                           .arg(part * 500 + 1)
                           .arg(part * 500 + 500)));
        IntegritySetup one = setup();
        int last = 0;
        one.progress = [&last](int done, int total, const QString &) {
            last = done <= total && done == last + 1 ? done : -1'000'000;
        };
        const IntegrityReport report = checkIntegrity(one);
        QCOMPARE(report.verdict(), FindingSeverity::Info);
        QCOMPARE(last, report.total);
        QCOMPARE(report.count(FindingSeverity::Pass) > 2000, true);
        QVERIFY2(report.took < 15s, qPrintable(report.summary()));
    }

    void anOldDatabaseThatHangsIsNoErrorOfTheNew()
    {
        WORKS(m_databases.makeOne("new", TwoDatabases::platform()));
        IntegritySetup one = setup();
        one.oldUrl = m_hangs.url();
        one.oldDeadline = 500ms;
        m_hangs.hang();
        const IntegrityReport report = checkIntegrity(one);
        m_hangs.resume();
        QVERIFY2(report.verdict() <= FindingSeverity::Info, qPrintable(listed(report)));
        QVERIFY2(has(report, QStringLiteral("info"), QStringLiteral("the schema"),
                     QStringLiteral("not compared, because of the old database")),
                 qPrintable(listed(report)));
        QVERIFY2(report.took < 6s, qPrintable(report.summary()));
    }
    void anUnreachableCopyFails()
    {
        IntegritySetup one{.newUrl = Secret("postgresql://u:hush@127.0.0.1:" +
                                            QByteArray::number(PgFixture::freePort()) + "/d")};
        const IntegrityReport report = checkIntegrity(one);
        QCOMPARE(report.verdict(), FindingSeverity::Fail);
        QVERIFY2(listed(report).contains(QLatin1String("nothing was checked")) &&
                     !listed(report).contains(QLatin1String("hush")),
                 qPrintable(listed(report)));
    }
    void theDeadlineNamesWhatIsMissing()
    {
        WORKS(m_databases.makeOne("new", TwoDatabases::platform()));
        IntegritySetup one = setup();
        one.checks = {
            {QStringLiteral("slow"), QStringLiteral("select true from pg_sleep(20)")},
            {QStringLiteral("slow too"), QStringLiteral("select true from pg_sleep(20)")}};
        one.deadline = 700ms;
        const IntegrityReport report = checkIntegrity(one);
        QVERIFY2(report.took < 1500ms, qPrintable(report.summary()));
        QCOMPARE(report.verdict(), FindingSeverity::Unknown);
        QVERIFY2(listed(report).contains(QLatin1String("the time was up")),
                 qPrintable(listed(report)));
    }
    void aCopyThatHangsHalfwayEndsAtTheDeadline()
    {
        WORKS(m_databases.makeOne("new", TwoDatabases::platform()));
        IntegritySetup one = setup();
        one.connections = 1;
        one.deadline = 1500ms;
        one.progress = [this](int done, int, const QString &) {
            if (done == 2)
                m_databases.server.hang();
        };
        const IntegrityReport report = checkIntegrity(one);
        m_databases.server.resume();
        QVERIFY2(report.took < 2500ms, qPrintable(report.summary()));
        QCOMPARE(report.done, 2);
        QCOMPARE(report.verdict(), FindingSeverity::Unknown);
    }
    void aCancelEndsItWithin100Milliseconds_data()
    {
        QTest::addColumn<bool>("hung");
        QTest::newRow("in a long check") << false;
        QTest::newRow("while the old database hangs in the handshake") << true;
    }
    void aCancelEndsItWithin100Milliseconds()
    {
        QFETCH(bool, hung);
        WORKS(m_databases.makeOne("new", TwoDatabases::platform()));
        IntegritySetup one = setup();
        one.checks = {{QStringLiteral("slow"), QStringLiteral("select true from pg_sleep(20)")}};
        if (hung) {
            one.oldUrl = m_hangs.url();
            one.checks.clear();
            m_hangs.hang();
        }
        QElapsedTimer elapsed;
        elapsed.start();
        std::thread canceller([&] {
            std::this_thread::sleep_for(400ms);
            one.cancel.cancel();
        });
        const IntegrityReport report = checkIntegrity(one);
        const qint64 took = elapsed.elapsed();
        canceller.join();
        if (hung)
            m_hangs.resume();
        QVERIFY2(took >= 390 && took < 550, qPrintable(QString::number(took)));
    }
};

QTEST_GUILESS_MAIN(IntegrityTest)
#include "tst_integrity.moc"
