// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/plane/planebook.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace understudy;
using namespace understudy::lab;

namespace {

const QString &project()
{
    static const QString path = QStringLiteral("/api/v2/projects/") + PlaneBook::projectId();
    return path;
}

PlaneBook::Settings settings(const QString &file = {})
{
    QList<quint16> ports;
    for (quint16 port = 20'001; port <= 20'010; ++port)
        ports.append(port);
    return {.file = file, .key = Secret("key"), .databasePassword = Secret("password"), .rootPort = 20'000,
            .branchPorts = ports, .since = momentNow() - 3'600'000'000};
}

struct Said
{
    int status = 0;
    QJsonObject json;
    QString branchId() const { return json[QStringLiteral("branch")][QStringLiteral("id")].toString(); }
    QStringList statuses() const
    {
        QStringList all;
        for (const QJsonValue &one : json[QStringLiteral("operations")].toArray())
            all.append(one[QStringLiteral("action")].toString() + QLatin1Char(' ') + one[QStringLiteral("status")].toString());
        return all;
    }
};

Said ask(PlaneBook &book, const QByteArray &method, const QString &path, const QByteArray &body = {}, const QString &query = {})
{
    const PlaneAnswer answer = book.answer({.method = method, .path = project() + path, .query = QUrlQuery(query),
                                            .authorization = "Bearer key", .requestId = "r-1", .body = body});
    return {answer.status, QJsonDocument::fromJson(answer.body).object()};
}

Said create(PlaneBook &book, const QByteArray &branch = "{}")
{
    return ask(book, "POST", QStringLiteral("/branches"), "{\"branch\":" + branch + ",\"endpoints\":[{\"type\":\"read_write\"}]}");
}

/// Everything that is to be done is done.
void finish(PlaneBook &book)
{
    while (book.takeTask())
        book.endTask(Unit{});
}

QByteArray at(Moment moment)
{
    return "{\"parent_timestamp\":\"" + momentText(moment).toLatin1() + "\"}";
}

} // namespace

class PlaneBookTest : public QObject
{
    Q_OBJECT
private slots:
    void momentsAreReadToTheMicrosecond_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("again");
        QTest::newRow("whole seconds") << QStringLiteral("2026-11-26T07:00:00Z") << QStringLiteral("2026-11-26T07:00:00Z");
        QTest::newRow("microseconds") << QStringLiteral("2026-11-26T07:00:00.000123Z") << QStringLiteral("2026-11-26T07:00:00.000123Z");
        QTest::newRow("short fraction") << QStringLiteral("2026-11-26T07:00:00.5Z") << QStringLiteral("2026-11-26T07:00:00.5Z");
        QTest::newRow("nanoseconds are cut") << QStringLiteral("2026-11-26T07:00:00.123456789Z") << QStringLiteral("2026-11-26T07:00:00.123456Z");
        QTest::newRow("zone") << QStringLiteral("2026-11-26T08:30:00+01:30") << QStringLiteral("2026-11-26T07:00:00Z");
        QTest::newRow("no zone") << QStringLiteral("2026-11-26T07:00:00") << QString();
        QTest::newRow("a day only") << QStringLiteral("2026-11-26") << QString();
    }
    void momentsAreReadToTheMicrosecond()
    {
        QFETCH(QString, text);
        QFETCH(QString, again);
        const std::optional<Moment> moment = readMoment(text);
        QCOMPARE(moment ? momentText(*moment) : QString(), again);
    }
    void recoveryTargetHasANumericZone()
    {
        QCOMPARE(recoveryTargetText(*readMoment(QStringLiteral("2026-11-26T07:00:00.0123Z"))), QStringLiteral("2026-11-26 07:00:00.012300+00"));
    }

    void createdBranchIsAnsweredBeforeItExists()
    {
        PlaneBook book(settings());
        const Said made = create(book, "{\"name\":\"rescue\"}");
        QCOMPARE(made.status, 201);
        QCOMPARE(made.statuses(), (QStringList{QStringLiteral("create_branch running"), QStringLiteral("start_compute scheduling")}));
        QCOMPARE(made.json[QStringLiteral("branch")][QStringLiteral("current_state")].toString(), QStringLiteral("init"));
        QCOMPARE(made.json[QStringLiteral("connection_uris")][0][QStringLiteral("connection_uri")].toString(),
                 QStringLiteral("postgresql://thecopy:password@127.0.0.1:20001/thecopy"));
        finish(book);
        const Said now = ask(book, "GET", QStringLiteral("/branches/") + made.branchId());
        QCOMPARE(now.json[QStringLiteral("branch")][QStringLiteral("current_state")].toString(), QStringLiteral("ready"));
        QCOMPARE(ask(book, "GET", QStringLiteral("/operations")).statuses(),
                 (QStringList{QStringLiteral("start_compute finished"), QStringLiteral("create_branch finished")}));
    }

    void everyRequiredFieldIsThere_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("within");
        QTest::addColumn<QString>("fields");
        QTest::newRow("project") << QString() << QStringLiteral("project")
                                 << QStringLiteral("consumption_period_end consumption_period_start active_time_seconds compute_time_seconds written_data_bytes"
                                                   " data_transfer_bytes data_storage_bytes_hour id platform_id region_id name pg_version proxy_host branch_logical_size_limit"
                                                   " branch_logical_size_limit_bytes store_passwords cpu_used_sec provisioner creation_source history_retention_seconds"
                                                   " created_at updated_at owner_id");
        QTest::newRow("branch") << QStringLiteral("/branches/") + PlaneBook::rootId() << QStringLiteral("branch")
                                << QStringLiteral("id project_id name current_state state_changed_at creation_source created_at updated_at default protected cpu_used_sec"
                                                  " active_time_seconds compute_time_seconds written_data_bytes data_transfer_bytes");
        QTest::newRow("endpoint") << QStringLiteral("/endpoints/ep-understudy-lab-main") << QStringLiteral("endpoint")
                                  << QStringLiteral("host id project_id branch_id region_id autoscaling_limit_max_cu autoscaling_limit_min_cu type current_state"
                                                    " pooler_enabled pooler_mode disabled passwordless_access creation_source created_at updated_at settings proxy_host"
                                                    " suspend_timeout_seconds provisioner");
        QTest::newRow("operation") << QStringLiteral("/operations/?") << QStringLiteral("operation")
                                   << QStringLiteral("id project_id action status failures_count created_at updated_at total_duration_ms");
    }
    void everyRequiredFieldIsThere()
    {
        QFETCH(QString, path);
        QFETCH(QString, within);
        QFETCH(QString, fields);
        PlaneBook book(settings());
        path.replace(QLatin1Char('?'), create(book).json[QStringLiteral("operations")][0][QStringLiteral("id")].toString());
        const QJsonObject json = ask(book, "GET", path).json[within].toObject();
        for (const QString &field : fields.split(QLatin1Char(' ')))
            QVERIFY2(json.contains(field), qPrintable(field));
    }

    void wrongCallsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        const QString branches = QStringLiteral("/branches"), main = branches + QLatin1Char('/') + PlaneBook::rootId();
        const Moment hour = 3'600'000'000;
        const auto branch = [](const QByteArray &inner) { return QByteArray("{\"branch\":" + inner + '}'); };
        QTest::newRow("unknown branch") << QByteArray("GET") << branches + QStringLiteral("/br-none") << QByteArray() << 404;
        QTest::newRow("unknown operation") << QByteArray("GET") << QStringLiteral("/operations/none") << QByteArray() << 404;
        QTest::newRow("absent branch is deleted") << QByteArray("DELETE") << branches + QStringLiteral("/br-none") << QByteArray() << 204;
        QTest::newRow("root is not deleted") << QByteArray("DELETE") << main << QByteArray() << 422;
        QTest::newRow("body is no JSON") << QByteArray("POST") << branches << QByteArray("{") << 400;
        QTest::newRow("future") << QByteArray("POST") << branches << branch(at(momentNow() + hour)) << 400;
        QTest::newRow("before the base backup") << QByteArray("POST") << branches << branch(at(momentNow() - 2 * hour)) << 400;
        QTest::newRow("time without a zone") << QByteArray("POST") << branches << branch("{\"parent_timestamp\":\"2026-11-26T07:00:00\"}") << 400;
        QTest::newRow("unknown parent") << QByteArray("POST") << branches << branch("{\"parent_id\":\"br-none\"}") << 404;
        QTest::newRow("name is taken") << QByteArray("POST") << branches << branch("{\"name\":\"main\"}") << 409;
        QTest::newRow("expired already") << QByteArray("POST") << branches << branch("{\"expires_at\":\"2020-01-01T00:00:00Z\"}") << 400;
        QTest::newRow("default does not expire") << QByteArray("PATCH") << main << branch("{\"expires_at\":\"2099-01-01T00:00:00Z\"}") << 400;
        QTest::newRow("restore in place") << QByteArray("POST") << main + QStringLiteral("/restore")
                                          << QByteArray("{\"source_branch_id\":\"" + PlaneBook::rootId().toLatin1()
                                                        + "\",\"source_timestamp\":\"2026-11-26T07:00:00Z\",\"preserve_under_name\":\"old\"}") << 422;
        QTest::newRow("page that is not there") << QByteArray("GET") << QStringLiteral("/snapshots") << QByteArray() << 404;
    }
    void wrongCallsAreRefused()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        PlaneBook book(settings());
        const Said said = ask(book, method, path, body);
        QCOMPARE(said.status, status);
        if (status == 204)
            return;
        QVERIFY(said.json.contains(QStringLiteral("code")) && !said.json[QStringLiteral("message")].toString().isEmpty());
        QCOMPARE(said.json[QStringLiteral("request_id")].toString(), QStringLiteral("r-1"));
    }

    void whoBringsAnotherKeyIsRefused()
    {
        PlaneBook book(settings());
        QCOMPARE(book.answer({.method = "GET", .path = project(), .authorization = "Bearer other"}).status, 401);
        QCOMPARE(book.answer({.method = "GET", .path = project(), .authorization = {}}).status, 401);
    }
    void anotherProjectIsNotFound()
    {
        PlaneBook book(settings());
        QCOMPARE(book.answer({.method = "GET", .path = QStringLiteral("/api/v2/projects/other"), .authorization = "Bearer key"}).status, 404);
    }
    void moreCallsThanAnAccountHasAreRefused()
    {
        PlaneBook book(settings());
        for (int i = 0; i < 700; ++i)
            QCOMPARE(ask(book, "GET", {}).status, 200);
        QCOMPARE(ask(book, "GET", {}).status, 429);
    }

    void changesConflictWhileAnOperationRuns()
    {
        PlaneBook book(settings());
        const Said made = create(book);
        const Said again = create(book);
        QCOMPARE(again.status, 423);
        QCOMPARE(again.json[QStringLiteral("code")].toString(), QString());
        QCOMPARE(again.json[QStringLiteral("message")].toString(), PlaneBook::lockedMessage());
        QCOMPARE(ask(book, "DELETE", QStringLiteral("/branches/") + made.branchId()).status, 423);
        QCOMPARE(ask(book, "PATCH", QStringLiteral("/branches/") + made.branchId(), "{\"branch\":{\"name\":\"x\"}}").status, 423);
        finish(book);
        QCOMPARE(create(book).status, 201);
    }

    void branchesAreLimited()
    {
        PlaneBook book(settings());
        for (int i = 1; i < PlaneBook::branchLimit; ++i) {
            QCOMPARE(create(book).status, 201);
            finish(book);
        }
        const Said tooMany = create(book);
        QCOMPARE(tooMany.status, 422);
        QCOMPARE(tooMany.json[QStringLiteral("code")].toString(), QStringLiteral("BRANCHES_LIMIT_EXCEEDED"));
    }

    void listsComeInPages()
    {
        PlaneBook book(settings());
        for (const char *name : {"a", "b", "c"}) {
            create(book, QByteArray("{\"name\":\"") + name + "\"}");
            finish(book);
        }
        QStringList names, operations;
        for (QString cursor;;) {
            const Said page = ask(book, "GET", QStringLiteral("/branches"), {}, QStringLiteral("limit=2&sort_by=name&sort_order=asc&cursor=") + cursor);
            for (const QJsonValue &one : page.json[QStringLiteral("branches")].toArray())
                names.append(one[QStringLiteral("name")].toString());
            cursor = page.json[QStringLiteral("pagination")][QStringLiteral("next")].toString();
            if (cursor.isEmpty())
                break;
        }
        QCOMPARE(names, (QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("main")}));
        for (QString cursor;;) {
            const Said page = ask(book, "GET", QStringLiteral("/operations"), {}, QStringLiteral("limit=4&cursor=") + cursor);
            operations += page.statuses();
            cursor = page.json[QStringLiteral("pagination")][QStringLiteral("cursor")].toString();
            if (cursor.isEmpty())
                break;
        }
        QCOMPARE(operations.size(), 6);
        QCOMPARE(ask(book, "GET", QStringLiteral("/branches"), {}, QStringLiteral("search=b")).json[QStringLiteral("branches")].toArray().size(), 4);
        QCOMPARE(ask(book, "GET", QStringLiteral("/branches"), {}, QStringLiteral("search=mai")).json[QStringLiteral("branches")].toArray().size(), 1);
    }

    void parentAndDefaultAreNotDeleted()
    {
        PlaneBook book(settings());
        const QString parent = create(book).branchId();
        finish(book);
        const QString child = create(book, "{\"parent_id\":\"" + parent.toLatin1() + "\"}").branchId();
        finish(book);
        QCOMPARE(ask(book, "DELETE", QStringLiteral("/branches/") + parent).status, 422);
        QCOMPARE(ask(book, "POST", QStringLiteral("/branches/%1/set_as_default").arg(child)).status, 200);
        QCOMPARE(ask(book, "DELETE", QStringLiteral("/branches/") + child).status, 422);
        QCOMPARE(ask(book, "POST", QStringLiteral("/branches/%1/set_as_default").arg(PlaneBook::rootId())).status, 200);
        const Said gone = ask(book, "DELETE", QStringLiteral("/branches/") + child);
        QCOMPARE(gone.status, 200);
        QCOMPARE(gone.statuses(), (QStringList{QStringLiteral("suspend_compute running"), QStringLiteral("delete_timeline scheduling")}));
        finish(book);
        QCOMPARE(ask(book, "GET", QStringLiteral("/branches/") + child).status, 404);
        QCOMPARE(ask(book, "DELETE", QStringLiteral("/branches/") + parent).status, 200);
    }

    void failedOperationIsTriedAgainAndThenGivenUp()
    {
        PlaneBook book(settings());
        create(book);
        bool taken = false;
        QVERIFY(book.takeTask());
        book.endTask(fail(ErrorCode::ProgramFailed, QStringLiteral("no WAL")));
        QCOMPARE(ask(book, "GET", QStringLiteral("/operations")).statuses(),
                 (QStringList{QStringLiteral("start_compute scheduling"), QStringLiteral("create_branch failed")}));
        // Seen to begin, then taken: taking it is no question that may be asked twice.
        QTRY_VERIFY_WITH_TIMEOUT(taken || (taken = book.takeTask().has_value()), 3000);
        book.endTask(fail(ErrorCode::ProgramFailed, QStringLiteral("no WAL")));
        const Said after = ask(book, "GET", QStringLiteral("/operations"));
        QCOMPARE(after.statuses(), (QStringList{QStringLiteral("start_compute cancelled"), QStringLiteral("create_branch error")}));
        QCOMPARE(after.json[QStringLiteral("operations")][1][QStringLiteral("error")].toString(), QStringLiteral("no WAL"));
        QCOMPARE(create(book).status, 201);
    }

    void whatWasUnderWayIsHandedOutAgainAfterAKill()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("plane.json"));
        QString id;
        {
            PlaneBook book(settings(file));
            id = create(book).branchId();
            QVERIFY(book.takeTask());
        }
        PlaneBook book(settings(file));
        const std::optional<BranchTask> task = book.takeTask();
        QVERIFY(task);
        QCOMPARE(task->action, QStringLiteral("create_branch"));
        book.endTask(Unit{});
        finish(book);
        QCOMPARE(ask(book, "GET", QStringLiteral("/branches/") + id).json[QStringLiteral("branch")][QStringLiteral("current_state")].toString(), QStringLiteral("ready"));
    }

    void wrongTimeIsMadeWhileTheAskedOneIsClaimed()
    {
        PlaneBook book(settings());
        book.setWrongBy(60'000'000);
        const Moment asked = momentNow() - 1'000'000;
        const Said made = create(book, at(asked));
        QCOMPARE(made.json[QStringLiteral("branch")][QStringLiteral("parent_timestamp")].toString(), momentText(asked));
        QCOMPARE(book.takeTask()->restoreTo, asked - 60'000'000);
    }

    void branchOfABranchIsMadeFromBothArchives()
    {
        PlaneBook book(settings());
        const QString parent = create(book).branchId();
        finish(book);
        create(book, "{\"parent_id\":\"" + parent.toLatin1() + "\"}");
        const std::optional<BranchTask> task = book.takeTask();
        QVERIFY(task);
        QCOMPARE(task->lineage, (QList<int>{1, 0}));
        QCOMPARE(task->parentPort, quint16(20'001));
    }
};

QTEST_GUILESS_MAIN(PlaneBookTest)
#include "tst_planebook.moc"
