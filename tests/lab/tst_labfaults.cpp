// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/rehearsallab.h"

#include "app/lab/faults/labdesk.h"
#include "app/lab/labports.h"
#include "core/systems/pager/pagerservice.h"

#include <csignal>
#include <memory>

using namespace understudy;
using namespace understudy::lab;

using Look = std::function<bool(LabDesk &)>;
Q_DECLARE_METATYPE(Look)

namespace {

int status(LabDesk &desk, const QString &process, const QString &path)
{
    const Result<HttpAnswer> answer = desk.http(process, path, std::chrono::milliseconds(700));
    return answer ? answer->status : 0;
}

bool answersSql(LabDesk &desk)
{
    return desk.sql(QStringLiteral("select 1"), std::chrono::milliseconds(700)).has_value();
}

bool hasQuorum(LabDesk &desk, const QString &sentinel)
{
    const Result<RespValue> reply = desk.sentinel(sentinel, {"SENTINEL", "CKQUORUM", "mymaster"});
    return reply && reply->text.startsWith("OK");
}

/// The node that says so itself; empty when there is none, or more than one.
QString master(LabDesk &desk)
{
    QStringList masters;
    for (const QString &node : {QStringLiteral("redis-1"), QStringLiteral("redis-2"), QStringLiteral("redis-3")}) {
        const Result<RespValue> role = desk.redis(node, {"ROLE"});
        if (role && role->items.value(0).text == "master")
            masters.append(node);
    }
    return masters.size() == 1 ? masters.first() : QString();
}

int attached(LabDesk &desk)
{
    const QString node = master(desk);
    const Result<RespValue> info = desk.redis(node, {"INFO", "replication"});
    return node.isEmpty() || !info ? -1 : int(info->text.count("state=online"));
}

bool archives(LabDesk &desk)
{
    const Result<PgRows> rows = desk.sql(QStringLiteral("select coalesce(last_archived_time > last_failed_time, true) from pg_stat_archiver"));
    return rows && rows->value(0).value(0) == QLatin1String("t");
}

double dailyCost(LabDesk &desk)
{
    const Result<HttpAnswer> page = desk.http(QStringLiteral("blue-1"), QStringLiteral("/metrics"));
    const QByteArray name = "\nthe_copy_gemini_daily_cost_usd ";
    return page ? page->body.mid(page->body.indexOf(name) + name.size()).split('\n').first().toDouble() : -1;
}

} // namespace

/// Every fault is broken and mended on one running lab, and both are seen from outside.
class LabFaultsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<RehearsalLab> m_lab;

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<RehearsalLab>();
        const LabAnswer up = m_lab->up();
        QVERIFY2(up.code == 0, up.err);
    }
    void cleanupTestCase() { m_lab.reset(); }

    void faultIsBrokenAndMended_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<Look>("broken");
        const QString live = QStringLiteral("/health/live"), api = QStringLiteral("/api/gemini/cost-summary");
        const auto row = [](const char *name, const QStringList &options, const Look &broken) { QTest::newRow(name) << options << broken; };
        row("instance-killed", {QStringLiteral("--at"), QStringLiteral("green-2")}, [live](LabDesk &desk) { return status(desk, QStringLiteral("green-2"), live) == 0; });
        row("instance-slow", {}, [live](LabDesk &desk) {
            return status(desk, QStringLiteral("blue-1"), live) == 0 && status(desk, QStringLiteral("blue-2"), live) == 200;
        });
        row("bad-deployment", {QStringLiteral("--rate"), QStringLiteral("50%")}, [api](LabDesk &desk) {
            int bad = 0;
            for (int i = 0; i < 10; ++i)
                bad += status(desk, QStringLiteral("blue-1"), api) == 500 ? 1 : 0;
            return bad >= 4 && bad <= 6 && status(desk, QStringLiteral("green-1"), api) == 200;
        });
        row("metrics-stale", {}, [](LabDesk &desk) {
            const Result<HttpAnswer> first = desk.http(QStringLiteral("blue-1"), QStringLiteral("/metrics"));
            // A request in between is counted, so a page that is made anew must differ.
            (void)status(desk, QStringLiteral("blue-1"), QStringLiteral("/health/live"));
            const Result<HttpAnswer> second = desk.http(QStringLiteral("blue-1"), QStringLiteral("/metrics"));
            return first && second && first->body == second->body;
        });
        row("gemini-cost-rising", {QStringLiteral("--rate"), QStringLiteral("600")}, [](LabDesk &desk) { return dailyCost(desk) > 10; });
        row("queues-dead", {}, [](LabDesk &desk) {
            return status(desk, QStringLiteral("blue-1"), QStringLiteral("/api/queue/stats")) == 500
                   && status(desk, QStringLiteral("blue-1"), QStringLiteral("/health/ready")) == 200;
        });
        // A pager that works refuses at once who brings no token.
        const Look unanswered = [](LabDesk &desk) { return status(desk, QStringLiteral("pager"), QStringLiteral("/incidents")) != 401; };
        row("pager-down", {}, unanswered);
        row("pager-down by 503", {QStringLiteral("--rate"), QStringLiteral("100%")},
            [](LabDesk &desk) { return status(desk, QStringLiteral("pager"), QStringLiteral("/incidents")) == 503; });
        row("pager-down by being late", {QStringLiteral("--delay"), QStringLiteral("5s")}, unanswered);
        row("sentinel-killed", {}, [](LabDesk &desk) {
            return !hasQuorum(desk, QStringLiteral("sentinel-3")) && hasQuorum(desk, QStringLiteral("sentinel-1"));
        });
        row("sentinel-lies", {}, [](LabDesk &desk) {
            const QList<QByteArray> ask{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"};
            const Result<RespValue> lie = desk.sentinel(QStringLiteral("sentinel-3"), ask), truth = desk.sentinel(QStringLiteral("sentinel-1"), ask);
            return lie && truth && lie->items.value(1).text != truth->items.value(1).text;
        });
        row("sentinels-no-quorum", {}, [](LabDesk &desk) { return !hasQuorum(desk, QStringLiteral("sentinel-1")); });
        row("redis-replica-killed", {}, [](LabDesk &desk) { return attached(desk) == 1; });
        row("redis-master-hung", {}, [](LabDesk &desk) { return attached(desk) == 1; });
        row("redis-master-killed", {}, [](LabDesk &desk) { return attached(desk) == 1; });
        row("archiver-failing", {}, [](LabDesk &desk) { return !archives(desk); });
        row("database-corrupted", {}, [](LabDesk &desk) {
            return !desk.sql(QStringLiteral("select count(*) from scenes"))
                   && desk.sql(QStringLiteral("select 1 from projects where title = 'Untitled' limit 1"))->size() == 1;
        });
        row("database-hung", {}, [live](LabDesk &desk) { return !answersSql(desk) && status(desk, QStringLiteral("blue-1"), live) == 200; });
        row("database-killed", {}, [](LabDesk &desk) { return !answersSql(desk) && status(desk, QStringLiteral("blue-1"), QStringLiteral("/health/ready")) != 200; });
    }
    void faultIsBrokenAndMended()
    {
        QFETCH(QStringList, options);
        QFETCH(Look, broken);
        const QString fault = QString::fromLatin1(QTest::currentDataTag()).section(QLatin1Char(' '), 0, 0);
        Result<LabDesk> desk = LabDesk::open(m_lab->folder());
        QVERIFY(desk);
        const LabAnswer hit = m_lab->call(QStringList{QStringLiteral("break"), fault} + options);
        QVERIFY2(hit.code == 0, hit.err);
        QVERIFY(m_lab->state().fault(fault));
        QTRY_VERIFY_WITH_TIMEOUT(broken(*desk), 15'000);
        const LabAnswer mended = m_lab->call({QStringLiteral("mend"), fault});
        QVERIFY2(mended.code == 0, mended.err);
        QVERIFY(!m_lab->state().fault(fault));
        QVERIFY2(!broken(*desk), "mending returned too early");
    }

    void aFaultOpensAnAlertAndMendingClosesIt()
    {
        const PagerService pager({.service = QStringLiteral("PLABSVC"), .api = QStringLiteral("http://127.0.0.1:%1").arg(m_lab->state().port(QStringLiteral("pager"))),
                                  .isSet = true}, m_lab->folder().secret(QStringLiteral("pager-token")).value_or(Secret()));
        const auto open = [&pager] {
            QStringList titles;
            for (const PagerIncident &one : pager.openIncidents(std::chrono::seconds(3)).value_or(PagerIncidents()).list)
                titles.append(one.title);
            return titles;
        };
        QCOMPARE(open(), QStringList());
        QVERIFY(m_lab->call({QStringLiteral("break"), QStringLiteral("metrics-stale")}).code == 0);
        QCOMPARE(open().size(), 1);
        QVERIFY2(open().first().startsWith(QLatin1String("metrics-stale: ")), qPrintable(open().first()));
        // A pager that dies forgets nothing.
        QVERIFY(m_lab->call({QStringLiteral("break"), QStringLiteral("pager-down")}).code == 0);
        QVERIFY(m_lab->call({QStringLiteral("mend"), QStringLiteral("pager-down")}).code == 0);
        QCOMPARE(open().size(), 1);
        QVERIFY(m_lab->call({QStringLiteral("mend"), QStringLiteral("metrics-stale")}).code == 0);
        QCOMPARE(open(), QStringList());
    }

    void mendAllMendsAlsoWhatOutsidersBroke()
    {
        Result<LabDesk> desk = LabDesk::open(m_lab->folder());
        QVERIFY(desk);
        for (const QString &name : {QStringLiteral("redis-3"), QStringLiteral("sentinel-1"), QStringLiteral("nginx"), QStringLiteral("green-1")})
            QVERIFY(sendSignal(m_lab->state().process(name)->identity, SIGKILL));
        const LabAnswer mended = m_lab->call({QStringLiteral("mend"), QStringLiteral("--all")});
        QVERIFY2(mended.code == 0, mended.err);
        QCOMPARE(m_lab->call({QStringLiteral("status")}).code, 0);
        QCOMPARE(attached(*desk), 2);
        for (const QString &name : instanceNames())
            QCOMPARE(status(*desk, name, QStringLiteral("/api/queue/stats")), 200);
    }

    void faultForATimeMendsItself()
    {
        const QString fault = QStringLiteral("instance-slow");
        const LabAnswer hit = m_lab->call({QStringLiteral("break"), fault, QStringLiteral("--at"), QStringLiteral("100ms"),
                                           QStringLiteral("--for"), QStringLiteral("500ms"), QStringLiteral("--at"), QStringLiteral("green")});
        QVERIFY2(hit.code == 0, hit.err);
        QTRY_VERIFY_WITH_TIMEOUT(m_lab->state().fault(fault), 10'000);
        QTRY_VERIFY_WITH_TIMEOUT(!m_lab->state().fault(fault), 10'000);
    }

    void aLostDatabaseKillsTheInstancesAndTheyComeBack()
    {
        const int before = m_lab->state().process(QStringLiteral("blue-1"))->restarts;
        QVERIFY(m_lab->call({QStringLiteral("break"), QStringLiteral("database-killed")}).code == 0);
        QTRY_VERIFY_WITH_TIMEOUT(m_lab->state().process(QStringLiteral("blue-1"))->restarts > before, 10'000);
        QVERIFY(m_lab->call({QStringLiteral("mend"), QStringLiteral("database-killed")}).code == 0);
    }
};

QTEST_GUILESS_MAIN(LabFaultsTest)
#include "tst_labfaults.moc"
