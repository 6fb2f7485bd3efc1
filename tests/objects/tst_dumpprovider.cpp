// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/dump/dumpfile.h"
#include "core/systems/dump/dumpprovider.h"
#include "core/systems/postgres/pgconnection.h"
#include "tests/objects/storefixture.h"
#include "tests/postgres/pgfixture.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// Plan B on a real store and a real server, with backups by the real pg_dump.
class DumpProviderTest : public QObject
{
    Q_OBJECT

    StoreFixture m_store;
    PgFixture m_server;
    QTemporaryDir m_folder;

    QByteArray dump(const QStringList &options) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(PgFixture::password()));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("pg_dump"), QStringList{QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_server.port()), QStringLiteral("-U"),
                                                             QStringLiteral("postgres"), QStringLiteral("shop")} + options);
        process.waitForFinished(30'000);
        return process.readAllStandardOutput();
    }
    static QByteArray zipped(const QByteArray &bytes)
    {
        QProcess gzip;
        gzip.start(QStringLiteral("gzip"), {QStringLiteral("-c")});
        gzip.write(bytes);
        gzip.closeWriteChannel();
        gzip.waitForFinished(10'000);
        return gzip.readAllStandardOutput();
    }
    DumpProvider provider(const QString &key = {}) const
    {
        return DumpProvider({.store = m_store.store(), .prefix = QStringLiteral("db/"), .key = key, .standby = m_server.url(), .folder = m_folder.filePath(QStringLiteral("work"))});
    }
    bool isNewest(const QString &key) const
    {
        const Result<StoredObject> newest = provider().chosen(10s, {});
        return newest && newest->key == key;
    }
    static QString ask(const Secret &url, const QString &sql)
    {
        const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, 5s);
        const Result<PgTable> table = session ? (*session)->query(sql, 10s) : fail(session.error());
        return table ? table->rows.value(0).value(0).value_or(QString()) : table.error().text();
    }
    Result<RestoredCopy> restore(const DumpProvider &from, const QString &name) const
    {
        return from.restore({.name = name, .moment = {}, .expiresAt = {}}, {.cancel = {}, .deadline = 60s, .say = {}});
    }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_store.start(), QString());
        QCOMPARE(m_server.start(), QString());
        QCOMPARE(m_server.execute(QStringLiteral("create database shop")), QString());
        const auto session = PgConnection::connect(m_server.url(QStringLiteral("postgres"), QStringLiteral("shop")), 5s);
        QVERIFY(session);
        QVERIFY((*session)->query(QStringLiteral("create table items (id bigserial primary key, name text); insert into items (name) select 'item ' || n from generate_series(1, 1000) n"), 10s, {}, PgTransaction::Bare));
        QCOMPARE(m_store.put(QStringLiteral("db/2026-11-24.sql"), dump({QStringLiteral("--no-owner")})), QString());
        QCOMPARE(m_store.put(QStringLiteral("db/2026-11-25.sql.gz"), dump({QStringLiteral("-Z"), QStringLiteral("5"), QStringLiteral("--no-owner")})), QString());
        QCOMPARE(m_store.put(QStringLiteral("db/readme.txt"), "not a dump"), QString());
        QCOMPARE(m_store.put(QStringLiteral("db/broken.dump"), dump({QStringLiteral("-Fc")}).left(3000)), QString());
        // The store's times are whole seconds: it is put there until it is newer than the others.
        const QByteArray newest = dump({QStringLiteral("-Fc")});
        QTRY_VERIFY(m_store.put(QStringLiteral("db/2026-11-26.dump"), newest).isEmpty() && isNewest(QStringLiteral("db/2026-11-26.dump")));
    }

    void newestBackupIsChosenByTimeAndOthersByName()
    {
        QCOMPARE(provider().chosen(10s, {})->key, QStringLiteral("db/2026-11-26.dump"));
        QCOMPARE(provider(QStringLiteral("db/2026-11-24.sql")).chosen(10s, {})->key, QStringLiteral("db/2026-11-24.sql"));
        QCOMPARE(provider().backups(10s, {})->size(), 4);
        const Result<StoredObject> missing = provider(QStringLiteral("db/none.dump")).chosen(10s, {});
        QVERIFY(!missing);
        QVERIFY(missing.error().hint.contains(QLatin1String("2026-11-26")));
    }

    void everyFormIsLoadedIntoADatabaseOfItsOwn_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("name");
        QTest::newRow("custom, the newest") << QString() << "copy-custom";
        QTest::newRow("SQL") << "db/2026-11-24.sql" << "copy-sql";
        QTest::newRow("SQL, gzip") << "db/2026-11-25.sql.gz" << "copy-gz";
    }
    void everyFormIsLoadedIntoADatabaseOfItsOwn()
    {
        QFETCH(QString, key);
        QFETCH(QString, name);
        const DumpProvider from = provider(key);
        const Result<RestoredCopy> copy = restore(from, name);
        QVERIFY2(copy, qPrintable(copy ? QString() : copy.error().text()));
        QVERIFY(copy->ready);
        QCOMPARE(copy->moment, from.chosen(10s, {})->modified);
        QCOMPARE(ask(copy->url, QStringLiteral("select count(*) || ' ' || max(name) from items")), QStringLiteral("1000 item 999"));
        QVERIFY(QDir(m_folder.filePath(QStringLiteral("work"))).entryList(QDir::Files).isEmpty());
        // Again is the same one, not a second.
        const Result<RestoredCopy> again = restore(from, name);
        QVERIFY(again);
        QCOMPARE(again->id, copy->id);
        QVERIFY(from.remove(copy->id, 10s, {}));
        const Result<std::optional<RestoredCopy>> after = from.find(name, 10s, {});
        QVERIFY(after && !*after);
    }

    void beginningOfABackupIsNeverCalledReady_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray sql = dump({QStringLiteral("--no-owner")});
        // Cut after a whole row: psql takes the end of its input for the end of the data, and is content.
        const QByteArray half = sql.left(sql.lastIndexOf('\n', sql.indexOf("500\titem 500")) + 1);
        QTest::newRow("SQL") << "db/half.sql" << half;
        QTest::newRow("SQL, gzip: the dump died, its archive is sound") << "db/half.sql.gz" << zipped(half);
        QTest::newRow("an archive of nothing") << "db/empty.sql.gz" << zipped({});
        QTest::newRow("half an archive") << "db/torn.sql.gz" << zipped(sql).left(2000);
    }
    void beginningOfABackupIsNeverCalledReady()
    {
        QFETCH(QString, key);
        QFETCH(QByteArray, bytes);
        QCOMPARE(m_store.put(key, bytes), QString());
        const Result<RestoredCopy> copy = restore(provider(key), QStringLiteral("copy-half"));
        QVERIFY(!copy);
        QVERIFY2(copy.error().text().contains(QLatin1String("only the beginning")) || copy.error().text().contains(QLatin1String("damaged archive")), qPrintable(copy.error().text()));
        const Result<std::optional<RestoredCopy>> found = provider().find(QStringLiteral("copy-half"), 10s, {});
        QVERIFY(found && (!*found || !(*found)->ready));
    }

    void damagedBackupIsNeverCalledReadyAndIsMadeAnew()
    {
        const Result<RestoredCopy> copy = restore(provider(QStringLiteral("db/broken.dump")), QStringLiteral("copy-broken"));
        QVERIFY(!copy);
        const Result<std::optional<RestoredCopy>> found = provider().find(QStringLiteral("copy-broken"), 10s, {});
        QVERIFY(found && *found && !(*found)->ready);
        const Result<RestoredCopy> whole = restore(provider(QStringLiteral("db/2026-11-26.dump")), QStringLiteral("copy-broken"));
        QVERIFY2(whole, qPrintable(whole ? QString() : whole.error().text()));
        QCOMPARE(ask(whole->url, QStringLiteral("select count(*) from items")), QStringLiteral("1000"));
    }

    void databaseOfOthersIsNeitherUsedNorDeleted()
    {
        QVERIFY(!restore(provider(), QStringLiteral("shop")));
        QVERIFY(!provider().remove(QStringLiteral("shop"), 10s, {}));
        QCOMPARE(m_server.value(QStringLiteral("select count(*) from pg_database where datname = 'shop'")), QStringLiteral("1"));
    }

    void copyHasTheEncodingAndTheCollationOfTheDump()
    {
        QCOMPARE(m_server.execute(QStringLiteral("create database \"Odd One\" template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'")), QString());
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PGPASSWORD"), QString::fromLatin1(PgFixture::password()));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("pg_dump"), {QStringLiteral("-Fc"), QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_server.port()), QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("Odd One")});
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(m_store.put(QStringLiteral("db/odd.dump"), process.readAllStandardOutput()), QString());
        const Result<RestoredCopy> copy = restore(provider(QStringLiteral("db/odd.dump")), QStringLiteral("copy-odd"));
        QVERIFY2(copy, qPrintable(copy ? QString() : copy.error().text()));
        QCOMPARE(ask(copy->url, QStringLiteral("select pg_encoding_to_char(encoding) || ' ' || datcollate from pg_database where datname = current_database()")), QStringLiteral("SQL_ASCII C"));
    }
    void nothingButLocalesComesOutOfAScript_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("options");
        QTest::newRow("PostgreSQL 15") << QByteArray("--\nCREATE DATABASE thecopy WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C';\n")
                                       << "ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C'";
        QTest::newRow("two locales") << QByteArray("CREATE DATABASE x WITH TEMPLATE = template0 ENCODING = 'UTF8' LC_COLLATE = 'en_US.UTF-8' LC_CTYPE = 'C';\n")
                                     << "ENCODING = 'UTF8' LC_COLLATE = 'en_US.UTF-8' LC_CTYPE = 'C'";
        QTest::newRow("words that would do more") << QByteArray("CREATE DATABASE x WITH ENCODING = 'a'';drop' OWNER = evil LOCALE = 'C; drop';\n") << "ENCODING = 'a'";
        QTest::newRow("none") << QByteArray("CREATE TABLE x ();\n") << "";
    }
    void nothingButLocalesComesOutOfAScript()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, options);
        QCOMPARE(localeIn(script), options);
    }

    void formsAreToldByTheirContent_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("form");
        QTest::newRow("custom") << QByteArray("PGDMP\x01\x0e") << int(DumpForm::Custom);
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08") << int(DumpForm::CompressedSql);
        QTest::newRow("SQL") << QByteArray("--\n-- PostgreSQL database dump\n--\n") << int(DumpForm::PlainSql);
        QTest::newRow("a web page") << QByteArray("<html>") << int(DumpForm::Unknown);
        QTest::newRow("zeros") << QByteArray(100, '\0') << int(DumpForm::Unknown);
        QTest::newRow("nothing") << QByteArray() << int(DumpForm::Unknown);
    }
    void formsAreToldByTheirContent()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, form);
        QCOMPARE(int(dumpForm(head)), form);
    }
};

QTEST_GUILESS_MAIN(DumpProviderTest)
#include "tst_dumpprovider.moc"
