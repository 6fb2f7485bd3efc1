// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/symptomquery.h"
#include "tests/postgres/pgfixture.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class SymptomQueryTest : public QObject
{
    Q_OBJECT

    PgFixture m_server;

    std::unique_ptr<PgConnection> session() const { return std::move(*PgConnection::connect(m_server.url(), 5s)); }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_server.start(), QString());
        QCOMPARE(m_server.execute(QStringLiteral("create table scenes (id int, title text); insert into scenes values (1, 'a'), (2, 'b'); create sequence counter")), QString());
        QCOMPARE(m_server.execute(QStringLiteral("create function sneak() returns bool language plpgsql as $$ begin"
                                                 " perform set_config('transaction_read_only', 'off', true); insert into scenes values (3, 'c'); return true; end $$")), QString());
    }

    void oneReadingStatementIsTaken_data()
    {
        QTest::addColumn<QString>("sql");
        for (const char *sql : {"select true", "SELECT count(*) > 0 FROM scenes;", "  select 1 ;  -- that is all\n /* or /* not */ */ ",
                                "-- first\nselect 1", "/* a; b */ select 1", "select ';' = 'a;b'", "select 'it''s; so'", "select E'a\\';b' = 'x'",
                                "select \";\" from (select 1 as \";\") s", "select $$;$$ = $tag$; $$ ;$tag$", "with a as (select 1) select * from a",
                                "values (true)", "(select 1)", "table scenes", "select a$1 from (select 1 as a$1) s", "select 'e\\' = 'x'",
                                "select 1 as e, 'a' = 'b;'"})
            QTest::newRow(sql) << QString::fromUtf8(sql);
    }
    void oneReadingStatementIsTaken()
    {
        QFETCH(QString, sql);
        const Result<SymptomQuery> query = SymptomQuery::parse(sql);
        QVERIFY2(query.has_value(), query ? "" : qPrintable(query.error().text()));
        const std::unique_ptr<PgConnection> connection = session();
        const Result<MomentSight> sight = query->ask(*connection, 5s, false);
        QVERIFY2(sight.has_value(), sight ? "" : qPrintable(sight.error().text()));
        QVERIFY2(!sight->why.startsWith(QLatin1String("error")), qPrintable(sight->why));
    }

    void everythingElseIsRefused_data()
    {
        QTest::addColumn<QString>("sql");
        for (const char *sql : {"", "  ", ";", "-- nothing", "delete from scenes", "update scenes set title = 'x'", "drop table scenes", "explain select 1",
                                "set transaction read write", "select 1; select 2", "select 1; drop table scenes", "select 1) as s; drop table scenes; select * from (select 1",
                                "select 'a", "select \"a", "select $$a", "select $a$ $$", "/* select 1", "select /* /* */ 1", "select $1",
                                "select 1; 'a'", "select 'a\\'; drop table scenes; --'", "select 1; $$a$$", "begin", "copy scenes to '/tmp/x'", "do $$ begin end $$",
                                "call x()", "1"})
            QTest::newRow(qstrlen(sql) == 0 ? "empty" : sql) << QString::fromUtf8(sql);
        QTest::newRow("too long") << QStringLiteral("select '%1'").arg(QString(20'000, QLatin1Char('x')));
        QTest::newRow("a zero byte") << QStringLiteral("select 1") + QChar(0);
    }
    void everythingElseIsRefused()
    {
        QFETCH(QString, sql);
        const Result<SymptomQuery> query = SymptomQuery::parse(sql);
        QVERIFY(!query.has_value());
        QCOMPARE(query.error().code, ErrorCode::InvalidInput);
        QVERIFY(!query.error().hint.isEmpty());
    }

    void answersAreRead_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("errorIsBad");
        QTest::addColumn<QString>("sight");
        QTest::addColumn<QString>("why");
        QTest::newRow("true") << QStringLiteral("select true") << false << QStringLiteral("bad") << QStringLiteral("true");
        QTest::newRow("false") << QStringLiteral("select false") << false << QStringLiteral("good") << QStringLiteral("false");
        QTest::newRow("a count") << QStringLiteral("select count(*) from scenes") << false << QStringLiteral("bad") << QStringLiteral("2");
        QTest::newRow("a count of none") << QStringLiteral("select count(*) from scenes where id > 5") << false << QStringLiteral("good") << QStringLiteral("0");
        QTest::newRow("a fraction") << QStringLiteral("select 0.00") << false << QStringLiteral("good") << QStringLiteral("0.00");
        QTest::newRow("the first cell counts") << QStringLiteral("select false, true") << false << QStringLiteral("good") << QStringLiteral("false");
        QTest::newRow("null") << QStringLiteral("select null::bool") << false << QStringLiteral("cannot_tell") << QStringLiteral("null");
        QTest::newRow("no row") << QStringLiteral("select true where false") << false << QStringLiteral("cannot_tell") << QStringLiteral("no row");
        QTest::newRow("two rows") << QStringLiteral("select true from scenes") << false << QStringLiteral("cannot_tell") << QStringLiteral("more than one row");
        QTest::newRow("no column") << QStringLiteral("select") << false << QStringLiteral("cannot_tell") << QStringLiteral("no column");
        QTest::newRow("text") << QStringLiteral("select title from scenes where id = 1") << false << QStringLiteral("cannot_tell") << QStringLiteral("neither");
        QTest::newRow("not a number") << QStringLiteral("select 'NaN'::float8") << false << QStringLiteral("cannot_tell") << QStringLiteral("neither");
        QTest::newRow("an error") << QStringLiteral("select 1 from gone") << false << QStringLiteral("cannot_tell") << QStringLiteral("relation \"gone\" does not exist");
        QTest::newRow("an error that is the symptom") << QStringLiteral("select 1 from gone") << true << QStringLiteral("bad") << QStringLiteral("relation \"gone\" does not exist");
        QTest::newRow("null is no error") << QStringLiteral("select null") << true << QStringLiteral("cannot_tell") << QStringLiteral("null");
        QTest::newRow("a division by zero") << QStringLiteral("select 1 / (id - id) from scenes") << true << QStringLiteral("bad") << QStringLiteral("division by zero");
    }
    void answersAreRead()
    {
        QFETCH(QString, sql);
        QFETCH(bool, errorIsBad);
        QFETCH(QString, sight);
        QFETCH(QString, why);
        const std::unique_ptr<PgConnection> connection = session();
        const Result<MomentSight> seen = SymptomQuery::parse(sql)->ask(*connection, 5s, errorIsBad);
        QVERIFY2(seen.has_value(), seen ? "" : qPrintable(seen.error().text()));
        QCOMPARE(sightWord(seen->kind), sight);
        QVERIFY2(seen->why.contains(why) && !seen->why.contains(QLatin1String("LINE")), qPrintable(seen->why));
    }

    void changesAreRefusedAndChangeNothing_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("inside WITH") << QStringLiteral("with gone as (delete from scenes returning 1) select count(*) from gone");
        QTest::newRow("by a function") << QStringLiteral("select sneak()");
        QTest::newRow("a lock") << QStringLiteral("select * from scenes where id = 1 for update");
        QTest::newRow("a sequence") << QStringLiteral("select nextval('counter')");
    }
    void changesAreRefusedAndChangeNothing()
    {
        QFETCH(QString, sql);
        for (const bool errorIsBad : {false, true}) {
            const std::unique_ptr<PgConnection> connection = session();
            const Result<MomentSight> seen = SymptomQuery::parse(sql)->ask(*connection, 5s, errorIsBad);
            QVERIFY2(!seen.has_value(), seen ? qPrintable(seen->why) : "");
            QCOMPARE(seen.error().code, ErrorCode::PermissionDenied);
            QCOMPARE(m_server.value(QStringLiteral("select count(*) from scenes")), QStringLiteral("2"));
        }
    }

    void slowQueryEndsAtItsDeadline()
    {
        const std::unique_ptr<PgConnection> connection = session();
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<MomentSight> seen = SymptomQuery::parse(QStringLiteral("select pg_sleep(20) is null"))->ask(*connection, 300ms, true);
        QVERIFY(elapsed.elapsed() < 3000);
        QVERIFY(seen.has_value());
        QCOMPARE(sightWord(seen->kind), QStringLiteral("cannot_tell"));
    }
};

QTEST_GUILESS_MAIN(SymptomQueryTest)
#include "tst_symptomquery.moc"
