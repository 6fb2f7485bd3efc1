// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/integrity/lossledger.h"

#include "core/base/quantity.h"
#include "tests/integrity/twodatabases.h"

#include <QElapsedTimer>

#include <thread>

using namespace understudy;
using namespace std::chrono_literals;

class LossLedgerTest : public QObject
{
    Q_OBJECT
private:
    TwoDatabases m_databases;

    LedgerSetup setup(bool withCopy = true)
    {
        LedgerSetup out{.oldUrl = m_databases.url("old"), .moment = now()};
        if (withCopy)
            out.copyUrl = m_databases.url("new");
        return out;
    }
    static QDateTime now() { return QDateTime::currentDateTimeUtc(); }
    static LedgerEntry entryOf(const LossLedger &ledger, const QString &table)
    {
        for (const LedgerEntry &entry : ledger.tables) {
            if (entry.table == table)
                return entry;
        }
        return {.table = QStringLiteral("no such entry")};
    }
    static LedgerEntry entryOf(const Result<LossLedger> &ledger, const char *table)
    {
        return ledger ? entryOf(*ledger, QLatin1String(table))
                      : LedgerEntry{.table = ledger.error().text()};
    }
    static QString figures(const LedgerEntry &entry)
    {
        const auto text = [](const std::optional<qint64> &figure) {
            return figure ? QString::number(*figure) : QStringLiteral("?");
        };
        return QStringLiteral("%1 %2 %3 %4")
            .arg(ledgerBasisName(entry.basis), text(entry.vanish), text(entry.changed),
                 text(entry.comeBack));
    }

private slots:
    void initTestCase() { WORKS(m_databases.start()); }

    void aDroppedTableAndAWrongUpdateAreToldToTheRow()
    {
        WORKS(m_databases.make(TwoDatabases::platform(3000, 9000)));
        WORKS(m_databases.run(
            "old", QStringLiteral(
                       "drop table scenes;"
                       "update projects set title = 'oops' where id % 3 = 0;"
                       "insert into users (email) select 'new' || i from generate_series(1, 7) i;"
                       "delete from projects where id in (10, 20)")));
        const Result<LossLedger> found = ledger(setup());
        QVERIFY2(found, found ? "" : qPrintable(found.error().text()));
        QCOMPARE(figures(entryOf(*found, QStringLiteral("public.scenes"))),
                 QStringLiteral("copy 0 0 9000"));
        QCOMPARE(figures(entryOf(*found, QStringLiteral("public.projects"))),
                 QStringLiteral("copy 0 1000 2"));
        QCOMPARE(figures(entryOf(*found, QStringLiteral("public.users"))),
                 QStringLiteral("copy 7 0 0"));
        QVERIFY(found->isExact());
        QCOMPARE(found->lost(), 1007);
        QCOMPARE(found->comeBack(), 9002);
        QCOMPARE(found->kind(), QStringLiteral("bounded"));
        QCOMPARE(found->summary(), QStringLiteral("7 rows would vanish, 1,000 would get their "
                                                  "former content, 9,002 would come back"));
    }
    void whatCannotBeToldIsNotNone_data()
    {
        QTest::addColumn<QList<LedgerEntry>>("tables");
        QTest::addColumn<QString>("said");
        const auto entry = [](std::optional<qint64> vanish, std::optional<qint64> changed, std::optional<qint64> comeBack) {
            return LedgerEntry{.table = QStringLiteral("t"), .basis = LedgerBasis::TimeColumn, .vanish = vanish, .changed = changed, .comeBack = comeBack};
        };
        QTest::newRow("only new rows show") << QList<LedgerEntry>{entry(7, {}, {})}
                                            << QStringLiteral("about 7 rows would vanish; how many would get their former content or would come back cannot be told this way");
        QTest::newRow("of one table nothing new shows") << QList<LedgerEntry>{entry(7, {}, {}), entry({}, 3, {})}
                                                        << QStringLiteral("at least 7 rows would vanish, at least 3 would get their former content or vanish; how many would come back cannot be told this way");
        QTest::newRow("nothing shows") << QList<LedgerEntry>{entry(0, {}, {}), entry({}, 0, {})}
                                       << QStringLiteral("how many rows would vanish or would get their former content or would come back cannot be told this way");
    }
    void whatCannotBeToldIsNotNone()
    {
        QFETCH(QList<LedgerEntry>, tables);
        QFETCH(QString, said);
        QCOMPARE((LossLedger{.moment = {}, .tables = tables}).summary(), said);
    }
    void theNewestThatWouldVanishAreNamedByKeyAndTime()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        WORKS(m_databases.run(
            "old", QStringLiteral("insert into users (email, created_at) select 'private' || i, "
                                  "'2026-03-01 12:00+00'::timestamptz + i * interval '1 min'"
                                  " from generate_series(1, 9) i")));
        const Result<LossLedger> found = ledger(setup());
        const LedgerEntry users = entryOf(found, "public.users");
        QCOMPARE(users.vanish, std::optional<qint64>(9));
        QCOMPARE(users.newest.size(), 5);
        QCOMPARE(users.newest.first(),
                 (LedgerRow{QStringLiteral("59"), QStringLiteral("2026-03-01 12:09:00+00")}));
        QCOMPARE(users.newest.last().key, QStringLiteral("55"));
    }
    void keysOfAllKindsAreMerged_data()
    {
        QTest::addColumn<QString>("table");
        QTest::addColumn<QString>("expected");
        const QString rows = QStringLiteral("%1 from generate_series(1, 12000) i");
        QTest::newRow("text in a foreign order")
            << QStringLiteral("create table t (k text collate \"und-x-icu\" primary key, v int);"
                              "insert into t select case i % 3 when 0 then 'ä' when 1 then 'Z' "
                              "else '_' end || i, i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 12 6 12");
        QTest::newRow("negative numbers")
            << QStringLiteral(
                   "create table t (k int primary key, v int); insert into t select i - 6000, i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 12 6 12");
        QTest::newRow("a name with places")
            << QStringLiteral("create table t (\"%1 %2\" int primary key, v int); insert into t "
                              "select i, i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 12 6 12");
        QTest::newRow("uuid") << QStringLiteral("create table t (k uuid primary key, v int); "
                                                "insert into t select md5(i::text)::uuid, i ") +
                                     rows.arg(QString())
                              << QStringLiteral("copy 12 6 12");
        QTest::newRow("two columns")
            << QStringLiteral(
                   "create table t (a text, k timestamptz, v int, primary key (a, k)); insert into "
                   "t select i % 7, '2026-01-01 00:00+00'::timestamptz + i * interval '1 s', i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 12 6 12");
        QTest::newRow("a unique one only")
            << QStringLiteral(
                   "create table t (k bigint not null unique, v int); insert into t select i, i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 12 6 12");
        QTest::newRow("none, with equal rows")
            << QStringLiteral("create table t (k int, v int); insert into t select 1, i ") +
                   rows.arg(QString())
            << QStringLiteral("copy 18 ? 18");
        QTest::newRow("json and a dropped column")
            << QStringLiteral("create table t (gone int, k int primary key, v int, j json default "
                              "'{}', p point default '(1,2)');"
                              "insert into t select i, i, i ") +
                   rows.arg(QString()) + QStringLiteral("; alter table t drop column gone")
            << QStringLiteral("copy 12 6 12");
    }
    void keysOfAllKindsAreMerged()
    {
        QFETCH(QString, table);
        QFETCH(QString, expected);
        WORKS(m_databases.make(table));
        WORKS(m_databases.run("old",
                              QStringLiteral("delete from t where v between 101 and 112; update t "
                                             "set v = -v where v between 501 and 506;")));
        // Those that the copy lacks are the ones that came since.
        WORKS(m_databases.run("new", QStringLiteral("delete from t where v between 901 and 912")));
        QCOMPARE(figures(entryOf(ledger(setup()), "public.t")), expected);
    }
    void aTableMadeSinceVanishesWhole()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        WORKS(
            m_databases.run("old", QStringLiteral("create table later (id int primary key); insert "
                                                  "into later select generate_series(1, 30)")));
        const LedgerEntry later = entryOf(ledger(setup()), "public.later");
        QCOMPARE(figures(later), QStringLiteral("copy 30 0 0"));
        QCOMPARE(later.newest.first().key, QStringLiteral("30"));
    }
    void namesAreNeverSql()
    {
        const QString name = QStringLiteral("\"a\"\"b;drop table users;--\"");
        WORKS(m_databases.make(TwoDatabases::platform() +
                               QStringLiteral("create table %1 (\"k'; x\" int primary key, "
                                              "\"created_at\" timestamptz default now());")
                                   .arg(name)));
        WORKS(m_databases.run("old", QStringLiteral("insert into %1 values (1), (2)").arg(name)));
        for (const bool withCopy : {true, false}) {
            LedgerSetup one = setup(withCopy);
            one.moment = now().addSecs(-3600);
            const LedgerEntry entry =
                entryOf(ledger(one), qPrintable(QStringLiteral("public.") + name));
            QCOMPARE(entry.vanish, std::optional<qint64>(2));
        }
        QCOMPARE(m_databases.value("old", QStringLiteral("select count(*) from users")),
                 QStringLiteral("50"));
    }
    void aBoundMakesItAtLeast()
    {
        WORKS(m_databases.make(TwoDatabases::platform(200, 20000)));
        WORKS(m_databases.run(
            "old", QStringLiteral("insert into scenes (project_id) select 1 from "
                                  "generate_series(1, 40); update scenes set body = 'y'")));
        LedgerSetup one = setup();
        one.rowLimit = 1000;
        const LedgerEntry scenes = entryOf(ledger(one), "public.scenes");
        QVERIFY(scenes.atLeast);
        QCOMPARE(scenes.vanish, std::optional<qint64>(40)); // the newest come first
        QVERIFY(*scenes.changed >= 900 && *scenes.changed < 20000);
        QVERIFY(scenes.words.contains(QLatin1String("at least")));
    }
    void hiddenRowsAreUnknown()
    {
        WORKS(m_databases.make(TwoDatabases::platform() +
                               QStringLiteral("alter table users enable row level security;")));
        WORKS(m_databases.run("postgres",
                              QStringLiteral("drop role if exists looker; create role looker login "
                                             "password '%1' in role pg_read_all_data")
                                  .arg(QLatin1String(PgFixture::password()))));
        LedgerSetup one = setup();
        one.oldUrl = m_databases.url("old", "looker");
        one.copyUrl = m_databases.url("new", "looker");
        const Result<LossLedger> found = ledger(one);
        QCOMPARE(entryOf(found, "public.users").basis, LedgerBasis::Unknown);
        QCOMPARE(entryOf(found, "public.projects").basis, LedgerBasis::Copy);
        QCOMPARE(found->unknownTables(), 1);
        QCOMPARE(found->kind(), QStringLiteral("unknown"));
    }

    void withoutACopyColumnsTell_data()
    {
        QTest::addColumn<QString>("columns");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("words");
        // Three rows before the moment, of which one is changed after it; two come after it.
        QTest::newRow("both") << QStringLiteral("created_at timestamptz, updated_at timestamptz")
                              << QStringLiteral("time_column 2 1 ?") << QStringLiteral("deletions");
        QTest::newRow("created only")
            << QStringLiteral("\"createdAt\" timestamptz, x timestamptz")
            << QStringLiteral("time_column 2 ? ?") << QStringLiteral("changes to older rows");
        QTest::newRow("changed only")
            << QStringLiteral("x timestamptz, modified_at timestamptz")
            << QStringLiteral("time_column ? 3 ?") << QStringLiteral("new rows are among");
        QTest::newRow("without a zone")
            << QStringLiteral("created_at timestamp, updated_at timestamp")
            << QStringLiteral("estimate 2 1 ?") << QStringLiteral("UTC was assumed");
        QTest::newRow("by its default")
            << QStringLiteral("arrived timestamptz default now(), x timestamptz")
            << QStringLiteral("time_column 2 ? ?") << QStringLiteral("arrived");
    }
    void withoutACopyColumnsTell()
    {
        QFETCH(QString, columns);
        QFETCH(QString, expected);
        QFETCH(QString, words);
        WORKS(m_databases.make(
            QStringLiteral("set timezone to 'UTC'; create table t (id int primary key, %1);"
                           "insert into t values (1, '2026-01-01', '2026-01-01'), (2, "
                           "'2026-01-01', '2026-01-01'), (3, '2026-01-01', '2026-03-01'),"
                           " (4, '2026-03-02', '2026-03-02'), (5, '2026-03-03', '2026-03-03')")
                .arg(columns)));
        LedgerSetup one = setup(false);
        one.moment = *parseTime(QStringLiteral("2026-02-01T00:00:00Z"));
        const LedgerEntry entry = entryOf(ledger(one), "public.t");
        QCOMPARE(figures(entry), expected);
        QVERIFY2(entry.words.contains(words), qPrintable(entry.words));
        QCOMPARE(entry.newest.first(),
                 (LedgerRow{QStringLiteral("5"), QStringLiteral("2026-03-03 00:00:00+00")}));
    }
    void withoutAnyColumnStatisticsTell()
    {
        WORKS(m_databases.make(QStringLiteral("create table t (id int primary key)")));
        WORKS(
            m_databases.run("old", QStringLiteral("insert into t select generate_series(1, 25)")));
        const auto entry = [this] { return entryOf(ledger(setup(false)), "public.t"); };
        QTRY_COMPARE_WITH_TIMEOUT(entry().vanish, std::optional<qint64>(25), 5000);
        QCOMPARE(entry().basis, LedgerBasis::Statistics);
        QVERIFY(entry().words.startsWith(QLatin1String("from statistics")));
    }

    void aHungServerEndsAtTheDeadline()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        LedgerSetup one = setup();
        one.deadline = 1500ms;
        m_databases.server.hang();
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<LossLedger> found = ledger(one);
        const qint64 took = elapsed.elapsed();
        m_databases.server.resume();
        QVERIFY(!found);
        QVERIFY2(took < 4000, qPrintable(QString::number(took)));
    }
    void aServerThatHangsHalfwayLeavesTheRestUnknown()
    {
        WORKS(m_databases.make(TwoDatabases::platform()));
        LedgerSetup one = setup();
        one.tableDeadline = 2s;
        one.progress = [this](int, int, const QString &table) {
            if (table == QLatin1String("public.scenes"))
                m_databases.server.hang();
        };
        QElapsedTimer elapsed;
        elapsed.start();
        const Result<LossLedger> found = ledger(one);
        const qint64 took = elapsed.elapsed();
        m_databases.server.resume();
        QVERIFY2(found, found ? "" : qPrintable(found.error().text()));
        QCOMPARE(figures(entryOf(*found, QStringLiteral("public.projects"))),
                 QStringLiteral("copy 0 0 0"));
        for (const char *table : {"public.scenes", "public.users"})
            QCOMPARE(entryOf(*found, QLatin1String(table)).basis, LedgerBasis::Unknown);
        QCOMPARE(found->kind(), QStringLiteral("unknown"));
        QVERIFY2(took < 8000, qPrintable(QString::number(took)));
    }
    void aCancelEndsItAtOnce()
    {
        WORKS(m_databases.make(TwoDatabases::platform(100, 60000)));
        WORKS(m_databases.run("old", QStringLiteral("update scenes set body = body || 'y'")));
        LedgerSetup one = setup();
        QElapsedTimer elapsed;
        one.progress = [&](int, int, const QString &table) {
            if (table == QLatin1String("public.scenes")) {
                elapsed.start();
                one.cancel.cancel();
            }
        };
        const Result<LossLedger> found = ledger(one);
        QVERIFY2(elapsed.isValid() && elapsed.elapsed() < 150,
                 qPrintable(QString::number(elapsed.elapsed())));
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(LossLedgerTest)
#include "tst_lossledger.moc"
