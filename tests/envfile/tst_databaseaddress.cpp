// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/databaseaddress.h"

#include <QTest>

using namespace understudy;

namespace {

DatabaseTarget branch()
{
    return {.direct = Secret("postgresql://app:n3w%40@ep-new-1.eu.example/"
                             "shop?sslmode=require&channel_binding=require"),
            .pooled =
                Secret("postgresql://app:n3w%40@ep-new-1-pooler.eu.example/shop?sslmode=require")};
}

} // namespace

class DatabaseAddressTest : public QObject
{
    Q_OBJECT

private slots:
    void theNewAddressKeepsWhatIsTheDrivers_data()
    {
        QTest::addColumn<QByteArray>("old");
        QTest::addColumn<QByteArray>("moved");
        const auto row = [](const char *name, const QByteArray &old, const QByteArray &moved) {
            QTest::newRow(name) << old << moved;
        };
        const QByteArray direct = "app:n3w%40@ep-new-1.eu.example/shop",
                         pooled = "app:n3w%40@ep-new-1-pooler.eu.example/shop";
        row("direct", "postgresql://app:old@ep-old-9.eu.example/shop?sslmode=require",
            "postgresql://" + direct + "?sslmode=require");
        row("pooled", "postgresql://app:old@ep-old-9-pooler.eu.example/shop?sslmode=require",
            "postgresql://" + pooled + "?sslmode=require");
        row("pooler in another label", "postgresql://app:old@ep-old.a-pooler.example/shop?ssl=1",
            "postgresql://" + direct + "?ssl=1");
        row("a pooler by its parameter",
            "postgresql://a:b@10.0.0.1:6432/shop?pgbouncer=true&sslmode=disable",
            "postgresql://" + pooled + "?pgbouncer=true&sslmode=disable");
        row("the driver's own",
            "postgres://a:b@h/d?sslmode=verify-full&schema=shop&connection_limit=5",
            "postgres://" + direct + "?sslmode=verify-full&schema=shop&connection_limit=5");
        row("no parameters: the server's need", "postgres://a:b@h/d",
            "postgres://" + direct + "?sslmode=require");
        row("a driver in the scheme", "postgresql+asyncpg://a:b@h/d?ssl=require",
            "postgresql+asyncpg://" + direct + "?ssl=require");
        row("a port of the old", "postgresql://a:b@h:6000/d?sslmode=require",
            "postgresql://" + direct + "?sslmode=require");
        row("signs in the old password", "postgresql://a:b/c?d@h/d?sslmode=require",
            "postgresql://" + direct + "?sslmode=require");
        row("parameters that lead back",
            "postgresql://a:b@h/d?host=old.example&port=1&user=x&password=y&sslmode=require",
            "postgresql://" + direct + "?sslmode=require");
        row("a route by the old endpoint",
            "postgresql://a:b@h/d?options=endpoint%3Dep-old-9&sslmode=require",
            "postgresql://" + direct + "?sslmode=require");
        row("options that do not route",
            "postgresql://a:b@h/d?options=-c%20statement_timeout%3D5&sslmode=require",
            "postgresql://" + direct + "?options=-c%20statement_timeout%3D5&sslmode=require");
        row("empty", QByteArray(), branch().direct.reveal());
    }
    void theNewAddressKeepsWhatIsTheDrivers()
    {
        QFETCH(QByteArray, old);
        QFETCH(QByteArray, moved);
        const Result<Secret> value =
            movedValue(QStringLiteral("DATABASE_URL"), Secret(old), branch());
        QVERIFY2(value.has_value(), value ? "" : qPrintable(value.error().text()));
        QCOMPARE(value->reveal(), moved);
        QVERIFY(leadsTo(QStringLiteral("DATABASE_URL"), *value, branch()));
    }

    void aPartOfTheAddressIsChangedByItsName_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("old");
        QTest::addColumn<QByteArray>("moved");
        QTest::newRow("host") << "POSTGRES_HOST" << QByteArray("ep-old-9.eu.example")
                              << QByteArray("ep-new-1.eu.example");
        QTest::newRow("pooled host") << "PGHOST" << QByteArray("ep-old-9-pooler.eu.example")
                                     << QByteArray("ep-new-1-pooler.eu.example");
        QTest::newRow("port") << "PGPORT" << QByteArray("6000") << QByteArray("5432");
        QTest::newRow("user") << "PGUSER" << QByteArray("x") << QByteArray("app");
        QTest::newRow("password, decoded")
            << "POSTGRES_PASSWORD" << QByteArray("x") << QByteArray("n3w@");
        QTest::newRow("database") << "POSTGRES_DB" << QByteArray("x") << QByteArray("shop");
    }
    void aPartOfTheAddressIsChangedByItsName()
    {
        QFETCH(QString, key);
        QFETCH(QByteArray, old);
        QFETCH(QByteArray, moved);
        const Result<Secret> value = movedValue(key, Secret(old), branch());
        QVERIFY(value.has_value());
        QCOMPARE(value->reveal(), moved);
        QVERIFY(leadsTo(key, *value, branch()));
    }

    void whatCannotBeChangedForSureIsRefused_data()
    {
        QTest::addColumn<QByteArray>("old");
        QTest::newRow("another system") << QByteArray("mongodb://a:hunter2@h/d");
        QTest::newRow("JDBC") << QByteArray("jdbc:postgresql://h/d?user=a&password=hunter2");
        QTest::newRow("key and value") << QByteArray("host=h user=a password=hunter2");
        QTest::newRow("expanded by a shell") << QByteArray("postgresql://a:${hunter2}@h/d");
        QTest::newRow("a word") << QByteArray("hunter2");
    }
    void whatCannotBeChangedForSureIsRefused()
    {
        QFETCH(QByteArray, old);
        const Result<Secret> value =
            movedValue(QStringLiteral("DATABASE_URL"), Secret(old), branch());
        QVERIFY(!value.has_value());
        QCOMPARE(value.error().code, ErrorCode::InvalidInput);
        QVERIFY(!value.error().hint.isEmpty());
        QVERIFY(!value.error().text().contains(QLatin1String("hunter2")));
    }

    void aPoolerThatItsNameDoesNotShowIsKnownFromTheSource()
    {
        DatabaseTarget target = branch();
        target.formerPooled = Secret("postgresql://a:b@10.0.0.1:6432/shop");
        QCOMPARE(movedValue(QStringLiteral("A"),
                            Secret("postgresql://a:b@10.0.0.1:6432/shop?sslmode=require"), target)
                     ->reveal(),
                 target.pooled.reveal());
        target.pooled = Secret();
        QVERIFY(
            movedValue(QStringLiteral("A"), Secret("postgresql://a:b@10.0.0.1:6432/shop"), target)
                ->reveal()
                .contains("ep-new-1.eu"));
    }

    void pooledAndDirectAddressesAreOnePlace()
    {
        QCOMPARE(databasePlace(Secret("postgresql://a:s3@EP-x-pooler.eu.example/shop")),
                 QStringLiteral("ep-x.eu.example:5432/shop"));
        QCOMPARE(databasePlace(Secret("postgres+x://a:s3@ep-x.eu.example:5432/shop?schema=q")),
                 QStringLiteral("ep-x.eu.example:5432/shop"));
        // A parameter beats the address in front of it, for libpq and so for us.
        QCOMPARE(databasePlace(Secret("postgresql://a:s3@ep-x.eu.example/shop?host=other.example")),
                 QStringLiteral("other.example:5432/shop"));
        QCOMPARE(databasePlace(Secret("nonsense")), QString());
        QVERIFY(!leadsTo(QStringLiteral("DATABASE_URL"),
                         Secret("postgresql://app:n3w%40@ep-new-1.eu.example/other"), branch()));
        QCOMPARE(
            directAddress(Secret("postgres://a:b@ep-x-pooler.eu.example/shop?ssl=1&sslmode=require"))
                .reveal(),
            QByteArray("postgresql://a:b@ep-x.eu.example/shop?sslmode=require"));
    }
};

QTEST_GUILESS_MAIN(DatabaseAddressTest)
#include "tst_databaseaddress.moc"
