// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/pgbackrest/backrestprovider.h"
#include "core/systems/postgres/pgconnection.h"
#include "tests/pgbackrest/backrestfixture.h"

#include <QDir>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// Real pgBackRest on a real cluster.
class BackrestProviderTest : public QObject
{
    Q_OBJECT

    BackrestFixture m_fixture;
    std::unique_ptr<BackrestProvider> m_provider;
    QDateTime m_before; ///< just before the table was dropped

    static QString ask(const Secret &url, const QString &sql)
    {
        const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(url, 5s);
        const Result<PgTable> table = session ? (*session)->query(sql, 10s, {}, PgTransaction::Bare) : fail(session.error());
        return table ? table->rows.value(0).value(0).value_or(QString()) : table.error().text();
    }
    Result<RestoredCopy> restore(const QString &name, const QDateTime &moment, const CancelToken &cancel = {}) const
    {
        return m_provider->restore({.name = name, .moment = moment, .expiresAt = {}}, {.cancel = cancel, .deadline = 100s, .say = {}});
    }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_fixture.start(), QString());
        m_provider = std::make_unique<BackrestProvider>(m_fixture.plan(), Host{}, m_fixture.server().url());
        QCOMPARE(m_fixture.server().execute(QStringLiteral("create table scenes (id bigserial primary key, title text); insert into scenes (title) select 'scene ' || n from generate_series(1, 500) n")), QString());
        // A backup's end is told in whole seconds: what is restored later lies behind the next one.
        const Result<RestoreWindow> window = m_provider->window(30s, {});
        QVERIFY2(window, qPrintable(window ? QString() : window.error().text()));
        QTRY_VERIFY(m_fixture.now() > window->earliest);
        QCOMPARE(m_fixture.server().execute(QStringLiteral("insert into scenes (title) values ('last good')")), QString());
        m_before = m_fixture.now().addMSecs(1);
        QTRY_VERIFY(m_fixture.now() > m_before.addMSecs(1));
        QCOMPARE(m_fixture.server().execute(QStringLiteral("drop table scenes")), QString());
        QCOMPARE(m_fixture.server().execute(QStringLiteral("create table later (n int); insert into later values (1)")), QString());
        QCOMPARE(m_fixture.archive(), QString());
    }

    void windowEndsAtTheLastCommitThatIsArchived()
    {
        const Result<RestoreWindow> window = m_provider->window(30s, {});
        QVERIFY2(window, qPrintable(window ? QString() : window.error().text()));
        QVERIFY(window->earliest < m_before);
        QVERIFY(window->latest > m_before);
        QVERIFY(window->latest <= m_fixture.now());
        QVERIFY2(window->latestBy.contains(QLatin1String("last commit")), qPrintable(window->latestBy));
    }

    void droppedTableIsBackInACopyBesideTheOldServer()
    {
        const Result<RestoredCopy> copy = restore(QStringLiteral("copy-1"), m_before);
        QVERIFY2(copy, qPrintable(copy ? QString() : copy.error().text()));
        QVERIFY(copy->ready);
        QCOMPARE(ask(copy->url, QStringLiteral("select count(*) || ' ' || max(title) filter (where id = 501) from scenes")), QStringLiteral("501 last good"));
        QCOMPARE(ask(copy->url, QStringLiteral("select to_regclass('later') is null")), QStringLiteral("t"));
        QCOMPARE(ask(copy->url, QStringLiteral("select pg_is_in_recovery() or current_setting('archive_mode') <> 'off' or current_setting('wal_recycle') <> 'on'")), QStringLiteral("f"));
        QCOMPARE(ask(copy->url, QStringLiteral("insert into scenes (title) values ('after') returning title")), QStringLiteral("after"));
        QCOMPARE(m_fixture.server().value(QStringLiteral("select count(*) from later")), QStringLiteral("1"));
    }

    void copyIsReachedByTheAddressOfItsOwnHost()
    {
        PgBackRestPlan plan = m_fixture.plan();
        plan.address = QStringLiteral("localhost");
        const Result<std::optional<RestoredCopy>> copy = BackrestProvider(plan, Host{}, m_fixture.server().url()).find(QStringLiteral("copy-1"), 30s, {});
        QVERIFY(copy && *copy);
        QVERIFY2((*copy)->server.startsWith(QLatin1String("localhost:")), qPrintable((*copy)->server));
        QCOMPARE(ask((*copy)->url, QStringLiteral("select count(*) > 0 from scenes")), QStringLiteral("t"));
    }
    void copiesAreListedWithoutTheirAddresses()
    {
        const Result<QList<RestoredCopy>> all = m_provider->copies(10s, {});
        QVERIFY(all);
        QCOMPARE(all->size(), 1);
        QCOMPARE(all->first().name, QStringLiteral("copy-1"));
        QVERIFY(all->first().ready);
        QVERIFY(all->first().url.isEmpty());
    }

    void copyThatExistsIsGoneOnWith()
    {
        const Result<std::optional<RestoredCopy>> found = m_provider->find(QStringLiteral("copy-1"), 10s, {});
        QVERIFY(found && *found && (*found)->ready);
        const Result<RestoredCopy> again = restore(QStringLiteral("copy-1"), m_before);
        QVERIFY(again);
        QCOMPARE(again->server, (*found)->server);
        QCOMPARE(ask(again->url, QStringLiteral("select count(*) from scenes where title = 'after'")), QStringLiteral("1"));
        QCOMPARE((*found)->moment, m_before);
    }

    void cancelledRestoreIsGoneOnWith()
    {
        const CancelToken cancel;
        bool said = false;
        const Result<RestoredCopy> stopped = m_provider->restore({.name = QStringLiteral("copy-2"), .moment = m_before, .expiresAt = {}},
                                                                 {.cancel = cancel, .deadline = 100s, .say = [&](const QString &) { said = true; cancel.cancel(); }});
        QVERIFY(!stopped && said);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        const Result<RestoredCopy> copy = restore(QStringLiteral("copy-2"), m_before);
        QVERIFY2(copy, qPrintable(copy ? QString() : copy.error().text()));
        QCOMPARE(ask(copy->url, QStringLiteral("select count(*) from scenes")), QStringLiteral("501"));
    }

    void momentAfterTheArchivesEndIsToldWithTheLastOneThatIsThere()
    {
        const Result<RestoredCopy> copy = restore(QStringLiteral("copy-3"), m_fixture.now().addSecs(3600));
        QVERIFY(!copy);
        QCOMPARE(copy.error().code, ErrorCode::InvalidInput);
        QVERIFY2(copy.error().hint.contains(QLatin1String("UTC")), qPrintable(copy.error().text()));
        QVERIFY(m_provider->remove(m_fixture.copies() + QStringLiteral("/copy-3"), 20s, {}));
    }

    void momentBeforeEveryBackupIsRefused()
    {
        const Result<RestoredCopy> copy = restore(QStringLiteral("copy-4"), m_before.addDays(-1));
        QVERIFY(!copy);
        QVERIFY(m_provider->remove(m_fixture.copies() + QStringLiteral("/copy-4"), 20s, {}));
    }

    void removedCopyIsGoneAndItsServerToo()
    {
        const Result<std::optional<RestoredCopy>> found = m_provider->find(QStringLiteral("copy-1"), 10s, {});
        QVERIFY(found && *found);
        const Result<Unit> removed = m_provider->remove((*found)->id, 20s, {});
        QVERIFY2(removed, qPrintable(removed ? QString() : removed.error().text()));
        const Result<std::optional<RestoredCopy>> after = m_provider->find(QStringLiteral("copy-1"), 10s, {});
        QVERIFY(after && !*after);
        QVERIFY(!PgConnection::connect((*found)->url, 2s));
        QVERIFY(m_provider->remove((*found)->id, 20s, {})); // again is a success
    }

    void whatIsNotOursIsNeverRemoved_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("another folder") << QStringLiteral("/var/lib/postgresql");
        QTest::newRow("up and out") << m_fixture.copies() + QStringLiteral("/../repo");
        QTest::newRow("the parent") << m_fixture.copies() + QLatin1Char('/');
        QTest::newRow("without our mark") << m_fixture.copies() + QStringLiteral("/theirs");
    }
    void whatIsNotOursIsNeverRemoved()
    {
        QFETCH(QString, id);
        QDir().mkpath(m_fixture.copies() + QStringLiteral("/theirs"));
        QVERIFY(!m_provider->remove(id, 20s, {}));
        QVERIFY(QDir(m_fixture.copies() + QStringLiteral("/theirs")).exists());
        QVERIFY(QDir(m_fixture.repository()).exists());
    }

    /// Last: the archive is damaged by it.
    void gapInTheArchiveIsToldWithTheMomentBeforeIt()
    {
        QCOMPARE(m_fixture.server().execute(QStringLiteral("insert into later values (2)")), QString());
        const QString lost = m_fixture.server().value(QStringLiteral("select pg_walfile_name(pg_current_wal_lsn())"));
        QCOMPARE(m_fixture.archive(), QString());
        QCOMPARE(m_fixture.server().execute(QStringLiteral("insert into later values (3)")), QString());
        const QDateTime moment = m_fixture.now();
        QTRY_VERIFY(m_fixture.now() > moment.addMSecs(1));
        QCOMPARE(m_fixture.server().execute(QStringLiteral("insert into later values (4)")), QString());
        QCOMPARE(m_fixture.archive(), QString());
        QCOMPARE(BackrestFixture::run(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("rm %1/archive/main/15-1/*/%2*").arg(m_fixture.repository(), lost)}), QString());
        const Result<RestoredCopy> copy = restore(QStringLiteral("copy-5"), moment);
        QVERIFY(!copy);
        QCOMPARE(copy.error().code, ErrorCode::InvalidInput);
        QVERIFY2(copy.error().message.contains(QLatin1String("gap")), qPrintable(copy.error().text()));
    }
};

QTEST_GUILESS_MAIN(BackrestProviderTest)
#include "tst_backrestprovider.moc"
