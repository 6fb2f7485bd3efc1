// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/salvage.h"

#include "core/recovery/integrity/lossledger.h"
#include "tests/integrity/twodatabases.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace understudy;
using namespace std::chrono_literals;

class SalvageTest : public QObject
{
    Q_OBJECT
private:
    TwoDatabases m_databases;
    std::unique_ptr<QTemporaryDir> m_folder;

    SalvageSetup setup() const
    {
        return {.oldUrl = m_databases.url("old"),
                .newUrl = m_databases.url("new"),
                .file = m_folder->filePath(QStringLiteral("salvage.sql")),
                .now = QDateTime::fromSecsSinceEpoch(1'780'000'000, Qt::UTC)};
    }
    QString text() const
    {
        QFile file(m_folder->filePath(QStringLiteral("salvage.sql")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll())
                                              : file.errorString();
    }
    QString content(const char *database, const QString &table) const
    {
        return m_databases.value(
            database, QStringLiteral("select count(*) || ' ' || coalesce(md5(string_agg(t::text, "
                                     "'|' order by t::text)), '') from %1 t")
                          .arg(table));
    }

private slots:
    void initTestCase() { WORKS(m_databases.start()); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void whatIsPutBackEqualsWhatWasLost()
    {
        WORKS(m_databases.make(TwoDatabases::platform(300, 1300)));
        WORKS(m_databases.run(
            "new", QStringLiteral(
                       "delete from scenes where project_id > 40; delete from projects where id > "
                       "40; delete from users where id not in (select user_id from projects)")));
        const Result<LossLedger> before = ledger({.oldUrl = m_databases.url("old"),
                                                  .moment = QDateTime::currentDateTimeUtc(),
                                                  .copyUrl = m_databases.url("new")});
        const Result<Salvage> done = salvage(setup());
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QCOMPARE(done->rows, before->vanish());
        QVERIFY(done->rows > 1200);
        QVERIFY(done->notExported.isEmpty());
        WORKS(m_databases.run("new", text()));
        for (const char *table : {"users", "projects", "scenes"})
            QCOMPARE(content("new", QLatin1String(table)), content("old", QLatin1String(table)));
        // And a second time nothing happens.
        WORKS(m_databases.run("new", text()));
        QCOMPARE(content("new", QStringLiteral("scenes")),
                 content("old", QStringLiteral("scenes")));
    }
    void theFileIsPrivateAndSaysWhatItIs()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        WORKS(m_databases.run("old", QStringLiteral("insert into users (email) values ('late')")));
        QVERIFY(salvage(setup()));
        const QFileInfo info(m_folder->filePath(QStringLiteral("salvage.sql")));
        QCOMPARE(info.permissions() & ~(QFileDevice::ReadUser | QFileDevice::WriteUser),
                 QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        const QStringList lines = text().trimmed().split(QLatin1Char('\n'));
        QVERIFY(lines.at(1).contains(QStringLiteral("2026-05-28T20:26:40")) &&
                lines.at(1).contains(QLatin1String("/old")));
        QCOMPARE(lines.last(), QStringLiteral("-- 1 row"));
        QVERIFY(!text().contains(QLatin1String(PgFixture::password())));
    }
    void nothingLostIsAFileWithoutRows()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        const Result<Salvage> done = salvage(setup());
        QVERIFY(done && done->rows == 0 && done->tables.isEmpty());
        QVERIFY(!text().contains(QLatin1String("insert")) &&
                text().endsWith(QLatin1String("-- 0 rows\n")));
    }

    void valuesSurvive_data()
    {
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("values");
        const auto row = [](const char *name, const char *columns, const char *values) {
            QTest::newRow(name) << QString::fromUtf8(columns) << QString::fromUtf8(values);
        };
        row("text with quotes, backslashes, line breaks", "v text",
            "E'it''s \\\\ \"x\" \\n; drop table t; -- \\t ä😀'");
        row("empty and NULL", "v text, w text", "'', null");
        row("bytea", "v bytea", "decode('00ff5c27', 'hex')");
        row("arrays", "v text[], w int[][]",
            "array['a,b', null, '\"', '{}', '\\'], array[[1,2],[3,4]]");
        row("json", "v json, w jsonb",
            "'{\"a\": [1,  \"it''s\"]}', '{\"b\": null, \"a\": \"\\u00e4\\n\"}'");
        row("times", "v timestamptz, w timestamp, x date, y interval, z timetz",
            "'infinity', '2026-01-01 00:00:00.123456', '0044-03-15 BC', '1 mon -2 days "
            "03:00:00.5', '12:00+03:30'");
        row("numbers", "v float8, w numeric, x real, y money",
            "0.1::float8 + 0.2, '1e-30'::numeric, 'NaN', 12.34");
        row("padded", "v char(9), w \"char\", x bit(5), y name", "'a', 'z', B'10101', 'n'");
        row("range, enum, composite, domain", "v int4range, w mood, x pair, y dom, z tsvector",
            "'[1,9)', 'so so', row('a,\"', null), 'd', 'a fat cat'");
        row("boolean, inet, xml, uuid", "v bool, w inet, x xml, y uuid",
            "true, '10.0.0.1/8', '<a b=\"1\"/>', gen_random_uuid()");
    }
    void valuesSurvive()
    {
        QFETCH(QString, columns);
        QFETCH(QString, values);
        WORKS(m_databases.make(
            QStringLiteral("create type mood as enum ('so so'); create type pair as (a text, b "
                           "int); create domain dom as text;"
                           "create table t (id bigint generated always as identity primary key, "
                           "%1, g text generated always as ('x') stored)")
                .arg(columns)));
        WORKS(m_databases.run(
            "old",
            QStringLiteral("insert into t values (default, %1); insert into t default values")
                .arg(values)));
        QVERIFY(content("old", QStringLiteral("t")) != content("new", QStringLiteral("t")));
        const Result<Salvage> done = salvage(setup());
        QVERIFY2(done && done->rows == 2, done ? "" : qPrintable(done.error().text()));
        WORKS(m_databases.run("new", text()));
        QCOMPARE(content("new", QStringLiteral("t")), content("old", QStringLiteral("t")));
        WORKS(m_databases.run(
            "new", QStringLiteral("insert into t default values"))); // its sequence is ahead
        QCOMPARE(m_databases.value("new", QStringLiteral("select max(id) from t")),
                 QStringLiteral("3"));
    }

    void keysOfAllKindsAreFetched_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("text with quotes")
            << QStringLiteral("k text primary key") << QStringLiteral("'a\"'' \\ ' || i");
        QTest::newRow("two columns") << QStringLiteral("k int, l timestamptz, primary key (l, k)")
                                     << QStringLiteral("i % 10, now() + i * interval '1 s'");
        QTest::newRow("bytea") << QStringLiteral("k bytea primary key")
                               << QStringLiteral("decode(lpad(to_hex(i), 8, '0'), 'hex')");
        QTest::newRow("a name with places")
            << QStringLiteral("\"%1 %2 %L\" int primary key") << QStringLiteral("i");
        QTest::newRow("a name that is SQL")
            << QStringLiteral("\"k'\"\";--\" int primary key") << QStringLiteral("i");
    }
    void keysOfAllKindsAreFetched()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        WORKS(m_databases.make(QStringLiteral("create table \"T;'\" (%1)").arg(key)));
        WORKS(m_databases.run(
            "old", QStringLiteral("insert into \"T;'\" select %1 from generate_series(1, 1234) i")
                       .arg(value)));
        const Result<Salvage> done = salvage(setup());
        QVERIFY2(done && done->rows == 1234, done ? "" : qPrintable(done.error().text()));
        WORKS(m_databases.run("new", text()));
        QCOMPARE(content("new", QStringLiteral("\"T;'\"")),
                 content("old", QStringLiteral("\"T;'\"")));
    }

    void rowsThatReferToEachOtherGoInTogether()
    {
        WORKS(m_databases.make(
            QStringLiteral("create table z (id int primary key); create table t (id int primary "
                           "key, parent int references t, zed int references z);"
                           "create table b (id int primary key, c int); create table c (id int "
                           "primary key, b int references b deferrable);"
                           "alter table b add foreign key (c) references c deferrable")));
        WORKS(m_databases.run(
            "old",
            QStringLiteral(
                "begin; set constraints all deferred; insert into z select generate_series(1, "
                "2000);"
                "insert into t select i, nullif(2001 - i, i), i from generate_series(1, 2000) i;"
                "insert into b values (1, 1); insert into c values (1, 1); commit")));
        const Result<Salvage> done = salvage(setup());
        QVERIFY2(done && done->rows == 4002, done ? "" : qPrintable(done.error().text()));
        WORKS(m_databases.run("new", text()));
        for (const char *table : {"z", "t", "b", "c"})
            QCOMPARE(content("new", QLatin1String(table)), content("old", QLatin1String(table)));
    }
    void whatCannotBeExportedIsNamed()
    {
        WORKS(m_databases.make(QStringLiteral(
            "create table keyless (a int); create table t (id int primary key, a text)")));
        WORKS(m_databases.run(
            "old", QStringLiteral(
                       "create table later (id int primary key); insert into keyless values (1); "
                       "insert into t values (1, 'small'), (2, repeat('x', 25000000)), (3, 'x')")));
        const Result<Salvage> done = salvage(setup());
        QVERIFY2(done, done ? "" : qPrintable(done.error().text()));
        QStringList names;
        for (const NotSalvaged &one : done->notExported)
            names += one.table + QStringLiteral(": ") + one.why.left(12);
        QCOMPARE(names, (QStringList{QStringLiteral("public.keyless: it has no pr"),
                                     QStringLiteral("public.later: the new data"),
                                     QStringLiteral("public.t: 1 row larger")}));
        QCOMPARE(done->rows, 2);
        QVERIFY(text().contains(QLatin1String("-- not exported: public.keyless")));
        WORKS(m_databases.run("new", text()));
        QCOMPARE(m_databases.value(
                     "new", QStringLiteral("select string_agg(id::text, ',' order by id) from t")),
                 QStringLiteral("1,3"));
    }
    void aFileWithContentIsNotOverwritten()
    {
        QFile file(m_folder->filePath(QStringLiteral("salvage.sql")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
        file.close();
        const Result<Salvage> done = salvage(setup());
        QVERIFY(!done && done.error().code == ErrorCode::FileUnwritable);
        QCOMPARE(text(), QStringLiteral("precious"));
    }
    void aCancelLeavesNoFile()
    {
        WORKS(m_databases.make(TwoDatabases::platform(100, 30000)));
        WORKS(m_databases.run("new", QStringLiteral("delete from scenes")));
        SalvageSetup one = setup();
        QElapsedTimer elapsed;
        one.progress = [&](int, int, const QString &table) {
            if (table == QLatin1String("public.scenes")) {
                elapsed.start();
                one.cancel.cancel();
            }
        };
        const Result<Salvage> done = salvage(one);
        QVERIFY(!done && done.error().code == ErrorCode::Cancelled);
        QVERIFY2(elapsed.elapsed() < 150, qPrintable(QString::number(elapsed.elapsed())));
        QVERIFY(QDir(m_folder->path()).isEmpty());
    }
    void aHungOldServerEndsItWithAnError()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        SalvageSetup one = setup();
        one.deadline = 1s;
        m_databases.server.hang();
        const Result<Salvage> done = salvage(one);
        m_databases.server.resume();
        QVERIFY(!done);
        QVERIFY(QDir(m_folder->path()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(SalvageTest)
#include "tst_salvage.moc"
