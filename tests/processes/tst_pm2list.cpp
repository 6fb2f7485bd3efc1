// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/pm2list.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace understudy;

namespace {

const QByteArray list =
    R"([{"pid":41,"name":"blue","pm_id":0,"pm2_env":{"name":"blue","pm_id":0,"exec_mode":"cluster_mode","instances":2,
"pm_exec_path":"/srv/app/server.js","pm_cwd":"/srv/app","args":["--flag","a b"],"node_args":[],"merge_logs":false,
"pm_out_log_path":"/var/log/blue-out-0.log","pm_err_log_path":"/var/log/blue-error-0.log","max_memory_restart":1000,
"DATABASE_URL":"postgres://a:updated@old/d","status":"online","unique_id":"x",
"env":{"blue":{},"unique_id":"x","PORT":"3001","DATABASE_URL":"postgres://a:first@old/d","PM2_USAGE":"CLI"}}},
{"pid":42,"name":"blue","pm_id":1,"pm2_env":{"name":"blue","pm_id":1,"exec_mode":"cluster_mode","env":{}}},
{"pid":0,"name":"green","pm_id":2,"pm2_env":{"name":"green","exec_mode":"fork_mode","exec_interpreter":"none","pm_exec_path":"/srv/x","env":{"PORT":"3002"}}}])";

Result<Secret> toNew(const QString &, const Secret &)
{
    return Secret("postgres://a:b@new/d");
}

QJsonObject appOf(const Result<Secret> &definition)
{
    return QJsonDocument::fromJson(definition->reveal())
        .object()[QStringLiteral("apps")]
        .toArray()
        .at(0)
        .toObject();
}

} // namespace

class Pm2ListTest : public QObject
{
    Q_OBJECT

private slots:
    void bannersBeforeTheListArePassedOver_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("a daemon that is spawned") << QByteArray(
            "[PM2] Spawning PM2 daemon with pm2_home=/x\n[PM2] PM2 Successfully daemonized\n");
        QTest::newRow("another version")
            << QByteArray(">>>> In-memory PM2 is out-of-date, do:\n>>>> $ pm2 update\nIn memory "
                          "PM2 version: 5\n\n");
    }
    void bannersBeforeTheListArePassedOver()
    {
        QFETCH(QByteArray, before);
        const Result<Pm2List> parsed = Pm2List::parse(before + list);
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->processes(QStringLiteral("blue")), (QList<qint64>{41, 42}));
        QCOMPARE(parsed->processes(QStringLiteral("green")), QList<qint64>());
        QVERIFY(parsed->contains(QStringLiteral("green")));
        QVERIFY(Pm2List::parse(before + "[]").has_value());
    }

    void whatIsNoListIsAnErrorThatQuotesNothing_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("words") << QByteArray("[PM2][ERROR] hunter2");
        QTest::newRow("cut") << list.left(200);
    }
    void whatIsNoListIsAnErrorThatQuotesNothing()
    {
        QFETCH(QByteArray, text);
        const Result<Pm2List> parsed = Pm2List::parse(text);
        QVERIFY(!parsed.has_value());
        QVERIFY(!parsed.error().text().contains(QLatin1String("hunter2")));
        QVERIFY(!parsed.error().text().contains(QLatin1String("postgres://")));
    }

    void theDefinitionMakesTheSameProcessesWithANewAddress()
    {
        const Result<Pm2List> parsed = Pm2List::parse(list);
        const QJsonObject app = appOf(parsed->definition(
            QStringLiteral("blue"),
            {QStringLiteral("DATABASE_URL"), QStringLiteral("POSTGRES_URL")}, toNew));
        QCOMPARE(app[QStringLiteral("script")].toString(), QStringLiteral("/srv/app/server.js"));
        QCOMPARE(app[QStringLiteral("cwd")].toString(), QStringLiteral("/srv/app"));
        QCOMPARE(app[QStringLiteral("exec_mode")].toString(), QStringLiteral("cluster"));
        QCOMPARE(app[QStringLiteral("instances")].toInt(), 2);
        QCOMPARE(app[QStringLiteral("args")].toArray(),
                 (QJsonArray{QStringLiteral("--flag"), QStringLiteral("a b")}));
        QCOMPARE(app[QStringLiteral("out_file")].toString(),
                 QStringLiteral("/var/log/blue-out.log"));
        QCOMPARE(app[QStringLiteral("max_memory_restart")].toInt(), 1000);
        // All of the old environment but PM2's own part; a key that was not there is not given.
        QCOMPARE(app[QStringLiteral("env")].toObject(),
                 (QJsonObject{
                     {QStringLiteral("PORT"), QStringLiteral("3001")},
                     {QStringLiteral("DATABASE_URL"), QStringLiteral("postgres://a:b@new/d")}}));
    }

    void aBinaryKeepsItsMode()
    {
        const QJsonObject app =
            appOf(Pm2List::parse(list)->definition(QStringLiteral("green"), {}, toNew));
        QCOMPARE(app[QStringLiteral("interpreter")].toString(), QStringLiteral("none"));
        QCOMPARE(app[QStringLiteral("exec_mode")].toString(), QStringLiteral("fork"));
    }

    void theAddressThatCountsIsTheUpdatedOne()
    {
        QByteArray seen;
        const Result<Secret> made = Pm2List::parse(list)->definition(
            QStringLiteral("blue"), {QStringLiteral("DATABASE_URL")},
            [&seen](const QString &, const Secret &old) {
                seen = old.reveal();
                return Result<Secret>(old);
            });
        QVERIFY(made.has_value());
        QCOMPARE(seen, QByteArray("postgres://a:updated@old/d"));
    }

    void aNameThatPm2DoesNotKnowIsSaid()
    {
        const Result<Secret> made =
            Pm2List::parse(list)->definition(QStringLiteral("red"), {}, toNew);
        QVERIFY(!made.has_value());
        QCOMPARE(made.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(Pm2ListTest)
#include "tst_pm2list.moc"
