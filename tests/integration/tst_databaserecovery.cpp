// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/plan/planreader.h"
#include "core/systems/postgres/pgconnection.h"
#include "core/systems/secrets/secretresolver.h"
#include "tests/integration/programs.h"

#include <QRegularExpression>
#include <QTcpSocket>

using namespace understudy;

/// Scenario A by the real command line on a real lab: what was dropped and silently changed is as it was at
/// the moment, the application is on the copy and nobody on the old database, and the loss that is told is
/// the loss that a comparison by hand finds.
class DatabaseRecoveryTest : public QObject
{
    Q_OBJECT

    test::LabForTest m_lab;
    QString m_to, m_run;
    Secret m_old;

    using Rows = QMap<QString, QString>; ///< by key, the row's text

    static QString phraseOf(const QString &to)
    {
        return QStringLiteral("lab: restore thecopy to ") + (to.endsWith(QLatin1String(".000Z")) ? to.chopped(5) + QLatin1Char('Z') : to);
    }
    test::Ended recover(const QString &to, const QStringList &more = {}) const
    {
        return m_lab.ctl(QStringList{QStringLiteral("recover"), QStringLiteral("database"), QStringLiteral("--to"), to,
                                     QStringLiteral("--confirm"), phraseOf(to), QStringLiteral("--json")} + more, 180);
    }
    Secret urlNow() const
    {
        const PlanReading reading = readPlanFile(m_lab.plan, QDate::currentDate());
        return reading.plan ? SecretResolver::forPlan(*reading.plan)->resolve(reading.plan->database->url).value_or(Secret()) : Secret();
    }
    static PgTable ask(const Secret &url, const QString &sql)
    {
        Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, std::chrono::seconds(5));
        if (!session)
            return {};
        return (*session)->query(sql, std::chrono::seconds(20), {}, PgTransaction::Bare).value_or(PgTable{});
    }
    static Rows rowsOf(const Secret &url, const QString &table)
    {
        Rows rows;
        const PgTable all = ask(url, QStringLiteral("select id::text as key, t::text as row from %1 t").arg(table));
        for (qsizetype i = 0; i < all.rows.size(); ++i)
            rows.insert(all.at(i, QStringLiteral("key")).value_or(QString()), all.at(i, QStringLiteral("row")).value_or(QString()));
        return rows;
    }
    /// Rows of the old that the new lacks or has otherwise.
    static qint64 lostRows(const Rows &old, const Rows &now)
    {
        qint64 lost = 0;
        for (auto row = old.begin(); row != old.end(); ++row)
            lost += now.value(row.key()) != *row ? 1 : 0;
        return lost;
    }
    QString before(const QByteArray &corruption) const
    {
        const QRegularExpressionMatch at = QRegularExpression(QStringLiteral("at (\\S+)Z")).match(QString::fromUtf8(corruption));
        return toRfc3339(QDateTime::fromString(at.captured(1).left(23) + QLatin1Char('Z'), Qt::ISODateWithMs).addMSecs(-1));
    }
    static QStringList events(const test::Ended &ended, const QString &step)
    {
        QStringList list;
        for (const QByteArray &line : ended.out.split('\n')) {
            const QJsonObject entry = QJsonDocument::fromJson(line).object();
            if (entry[QLatin1String("step")] == step)
                list.append(entry[QLatin1String("event")].toString());
        }
        return list;
    }
    int copies() const
    {
        const PlanReading reading = readPlanFile(m_lab.plan, QDate::currentDate());
        int number = 0;
        for (const QString &port : m_lab.ports.keys()) {
            if (port.startsWith(QLatin1String("branch-"))) {
                QTcpSocket socket;
                socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(m_lab.ports[port].toInt()));
                number += socket.waitForConnected(500) ? 1 : 0;
            }
        }
        return number;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(m_lab.up({QStringLiteral("--warm-up"), QStringLiteral("500ms")}));
        m_old = urlNow();
        // Moments of a second ago lie after the lab's base backup from now on.
        const QDateTime enough = QDateTime::currentDateTimeUtc().addSecs(4);
        QTRY_VERIFY_WITH_TIMEOUT(QDateTime::currentDateTimeUtc() > enough, 6'000);
        // Rows of which is known that they came before and after the moment.
        QCOMPARE(ask(m_old, QStringLiteral("insert into users (email, name) values ('before@the-copy.example', 'Before') returning id")).rows.size(), 1);
    }

    void withoutThePhraseNothingIsDone()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("recover"), QStringLiteral("database"), QStringLiteral("--to"), QStringLiteral("1s ago"), QStringLiteral("--json")});
        QCOMPARE(ended.code, 77);
        QVERIFY(ended.lastLine().value(QLatin1String("confirm")).toString().startsWith(QLatin1String("lab: restore thecopy to ")));
        QCOMPARE(copies(), 0);
    }

    void momentsThatCannotBeRestoredAreRefused_data()
    {
        QTest::addColumn<QString>("to");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("no zone") << "2026-11-22T14:00:00" << 64 << "zone";
        QTest::newRow("not come yet") << "2096-11-22T14:00:00Z" << 64 << "has not come yet";
        QTest::newRow("before the window") << "2020-01-01T00:00:00Z" << 2 << "nearest possible";
    }
    void momentsThatCannotBeRestoredAreRefused()
    {
        QFETCH(QString, to);
        QFETCH(int, code);
        QFETCH(QString, words);
        const test::Ended ended = recover(to);
        QCOMPARE(ended.code, code);
        QVERIFY2(ended.said().contains(words.toUtf8()), ended.said().constData());
        QCOMPARE(copies(), 0);
    }

    void aDryRunMakesNoCopy()
    {
        const test::Ended ended = m_lab.ctl({QStringLiteral("recover"), QStringLiteral("database"), QStringLiteral("--to"), QStringLiteral("1s ago"), QStringLiteral("--dry-run"), QStringLiteral("--json")});
        QCOMPARE(ended.code, 0);
        QVERIFY(ended.json().value(QLatin1String("steps")).toArray().size() > 10);
        QCOMPARE(copies(), 0);
    }

    void aControlPlaneThatIsDownLeavesEverythingAsItIs()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("control-plane-down")}).code, 0);
        const test::Ended ended = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-2)));
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("control-plane-down")}).code, 0);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said().contains("plan B"), ended.said().constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
    }

    void aCopyOfAnotherMomentIsNotSwitchedTo()
    {
        // The copy comes up about a minute early, so a row of since then has to be missing from it.
        QTRY_VERIFY_WITH_TIMEOUT(ask(m_old, QStringLiteral("select now() - pg_postmaster_start_time() > interval '25 s' as old")).isTrue(QStringLiteral("old")), 40'000);
        QCOMPARE(ask(m_old, QStringLiteral("insert into users (email, name) values ('late@the-copy.example', 'Late') returning id")).rows.size(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(ask(m_old, QStringLiteral("select count(*) = 1 as old from users where email = 'late@the-copy.example' and created_at < now() - interval '4 s'")).isTrue(QStringLiteral("old")), 20'000);
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("branch-at-wrong-time")}).code, 0);
        const test::Ended ended = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)));
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("branch-at-wrong-time")}).code, 0);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said().contains("stands earlier than"), ended.said().constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
        QCOMPARE(m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), ended.lastLine().value(QLatin1String("run")).toString(), QStringLiteral("--json")}).code, 1);
        QCOMPARE(copies(), 0);
    }

    void aDroppedTableAndAWrongUpdateAreAsTheyWere()
    {
        const test::Ended broken = m_lab.lab({QStringLiteral("break"), QStringLiteral("database-corrupted")});
        QCOMPARE(broken.code, 0);
        m_to = before(broken.said());
        QCOMPARE(ask(m_old, QStringLiteral("insert into users (email, name) values ('after@the-copy.example', 'After') returning id")).rows.size(), 1);
        const test::Ended ended = recover(m_to, {QStringLiteral("--freeze"), QStringLiteral("read-only")});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        m_run = ended.lastLine().value(QLatin1String("run")).toString();
        const Secret now = urlNow();
        QVERIFY(now.reveal() != m_old.reveal());
        QVERIFY(ask(now, QStringLiteral("select (select count(*) from scenes) >= 6000 and (select count(*) from projects where title = 'Untitled') = 0"
                                        " and exists (select from users where email = 'before@the-copy.example')"
                                        " and not exists (select from users where email = 'after@the-copy.example') as sound")).isTrue(QStringLiteral("sound")));
        const QJsonObject loss = ended.lastLine().value(QLatin1String("data_loss")).toObject();
        QCOMPARE(loss.value(QLatin1String("kind")).toString(), QStringLiteral("bounded"));
        // The copy is written to by now, so what is compared are the rows that it has not touched since.
        QVERIFY(events(ended, QStringLiteral("prove-drained")).contains(QStringLiteral("verified")));
        QVERIFY(events(ended, QStringLiteral("integrity")).contains(QStringLiteral("verified")));
    }

    void nobodyIsLeftOnTheOldDatabaseAndTheApplicationAnswersOnTheNew()
    {
        const QString others = QStringLiteral("select count(*) as n from pg_stat_activity where datname = 'thecopy' and pid <> pg_backend_pid() and backend_type = 'client backend'");
        QCOMPARE(ask(m_old, others).number(QStringLiteral("n")).value_or(-1), 0.0);
        QVERIFY(ask(urlNow(), others).number(QStringLiteral("n")).value_or(0) > 0);
        QCOMPARE(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"));
    }

    void theToldLossIsTheLossToTheRow()
    {
        // Frozen, the old database is as it was; the copy's own beginning is restored once more to compare with.
        const test::Ended shown = m_lab.ctl({QStringLiteral("run"), QStringLiteral("show"), m_run, QStringLiteral("--json")});
        const QString words = shown.json().value(QLatin1String("data_loss")).toString();
        const qint64 users = lostRows(rowsOf(m_old, QStringLiteral("users")), rowsOf(urlNow(), QStringLiteral("users")));
        QCOMPARE(users, 1); // 'after'
        QVERIFY2(words.contains(QLatin1String("rows")), qPrintable(words));
    }

    void copyGivesOutNoKeyOfALostRow()
    {
        const qint64 highest = ask(m_old, QStringLiteral("select max(id)::text as id from users")).text(QStringLiteral("id")).value_or(QString()).toLongLong();
        const PgTable made = ask(urlNow(), QStringLiteral("insert into users (email, name) values ('fresh@the-copy.example', 'Fresh') returning id::text as id"));
        QVERIFY(made.text(QStringLiteral("id")).value_or(QString()).toLongLong() > highest);
    }

    void salvageBringsBackWhatOnlyTheOldDatabaseHas()
    {
        const QString file = m_lab.file(QStringLiteral("salvage.sql"));
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("salvage"), m_run, QStringLiteral("--output"), file, QStringLiteral("--json")});
        QVERIFY2(ended.code == 0, ended.said().constData());
        QFile sql(file);
        QVERIFY(sql.open(QIODevice::ReadOnly));
        const QByteArray text = sql.readAll();
        QVERIFY(text.contains("after@the-copy.example"));
        QVERIFY(!text.contains("before@the-copy.example"));
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void goingBackPutsTheOldDatabaseInPlaceAndLetsItBeWritten()
    {
        QCOMPARE(ask(urlNow(), QStringLiteral("insert into users (email, name) values ('meanwhile@the-copy.example', 'Meanwhile') returning id")).rows.size(), 1);
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), m_run, QStringLiteral("--json")}, 180);
        QVERIFY2(ended.code == 1, ended.said().right(2000).constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
        QCOMPARE(ask(m_old, QStringLiteral("insert into users (email, name) values ('again@the-copy.example', 'Again') returning id")).rows.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
    }

    void salvageAfterGoingBackBringsWhatOnlyTheCopyHas()
    {
        const QString file = m_lab.file(QStringLiteral("salvage-back.sql"));
        const test::Ended ended = m_lab.ctl({QStringLiteral("run"), QStringLiteral("salvage"), m_run, QStringLiteral("--output"), file, QStringLiteral("--json")});
        QVERIFY2(ended.code == 0, ended.said().constData());
        QFile sql(file);
        QVERIFY(sql.open(QIODevice::ReadOnly));
        const QByteArray text = sql.readAll();
        QVERIFY(text.contains("meanwhile@the-copy.example"));
        QVERIFY(!text.contains("after@the-copy.example"));
    }

    void copyWithoutTheTableThatThePlanAsksForIsNotSwitchedTo()
    {
        // The old database is as it was broken: without its table, as is any copy of its latest moment.
        const test::Ended ended = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)));
        QVERIFY(ended.code != 0);
        QVERIFY2(ended.said().contains("scenes are there"), ended.said().right(2000).constData());
        QVERIFY(events(ended, QStringLiteral("integrity")).contains(QStringLiteral("failed")));
        QVERIFY(!events(ended, QStringLiteral("switch-environment")).contains(QStringLiteral("acted")));
        QCOMPARE(urlNow().reveal(), m_old.reveal());
        const QString run = ended.lastLine().value(QLatin1String("run")).toString();
        const test::Ended back = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), run, QStringLiteral("--json")}, 180);
        QVERIFY2(back.code == 1, back.said().right(2000).constData());
    }

    void stoppedWritersRunAgainOnTheCopyAndAfterGoingBackOnTheOldDatabase()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("database-corrupted")}).code, 0);
        const QDateTime whole = QDateTime::currentDateTimeUtc().addSecs(2);
        QTRY_VERIFY_WITH_TIMEOUT(QDateTime::currentDateTimeUtc() > whole, 4'000);
        const test::Ended ended = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)), {QStringLiteral("--freeze"), QStringLiteral("stop-writers")});
        QVERIFY2(ended.code == 0, ended.said().right(2000).constData());
        QVERIFY(events(ended, QStringLiteral("freeze")).contains(QStringLiteral("verified")));
        QVERIFY(urlNow().reveal() != m_old.reveal());
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
        const test::Ended back = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), ended.lastLine().value(QLatin1String("run")).toString(), QStringLiteral("--json")}, 180);
        QVERIFY2(back.code == 1, back.said().right(2000).constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
        QTRY_COMPARE_WITH_TIMEOUT(m_lab.health(QStringLiteral("pools")), QStringLiteral("healthy"), 40'000);
    }

    void aProcessThatKeepsItsAddressIsNamedAndNothingIsCalledProved()
    {
        QCOMPARE(m_lab.lab({QStringLiteral("break"), QStringLiteral("app-keeps-old-url"), QStringLiteral("--at"), QStringLiteral("green-2")}).code, 0);
        const test::Ended ended = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)));
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said().contains("green-2"), ended.said().right(2000).constData());
        QVERIFY(!events(ended, QStringLiteral("prove-drained")).contains(QStringLiteral("verified")));
        QVERIFY(!events(ended, QStringLiteral("restart-processes")).contains(QStringLiteral("verified")));
        QCOMPARE(m_lab.lab({QStringLiteral("mend"), QStringLiteral("app-keeps-old-url")}).code, 0);
        // Mended, the same run is gone on with.
        const QString run = ended.lastLine().value(QLatin1String("run")).toString();
        const test::Ended resumed = m_lab.ctl({QStringLiteral("run"), QStringLiteral("undo"), run, QStringLiteral("--json")}, 180);
        QVERIFY2(resumed.code == 1, resumed.said().right(2000).constData());
        QCOMPARE(urlNow().reveal(), m_old.reveal());
    }

    void aSecondRecoveryIsOfTheCopyThatTheFirstOneWasKeptOn()
    {
        const test::Ended first = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)));
        QVERIFY2(first.code == 0, first.said().right(2000).constData());
        const Secret kept = urlNow();
        QVERIFY(kept.reveal() != m_old.reveal());
        QCOMPARE(ask(kept, QStringLiteral("insert into users (email, name) values ('second@the-copy.example', 'Second') returning id")).rows.size(), 1);
        const QDateTime written = QDateTime::currentDateTimeUtc().addSecs(2);
        QTRY_VERIFY_WITH_TIMEOUT(QDateTime::currentDateTimeUtc() > written, 4'000);
        const test::Ended second = recover(toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-1)));
        QVERIFY2(second.code == 0, second.said().right(2000).constData());
        QVERIFY(urlNow().reveal() != kept.reveal() && urlNow().reveal() != m_old.reveal());
        // Written after the first one: only a copy of the first copy has it.
        QCOMPARE(ask(urlNow(), QStringLiteral("select 1 from users where email = 'second@the-copy.example'")).rows.size(), 1);
    }
};

QTEST_GUILESS_MAIN(DatabaseRecoveryTest)
#include "tst_databaserecovery.moc"
