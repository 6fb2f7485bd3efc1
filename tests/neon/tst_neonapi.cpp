// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonapi.h"
#include "tests/neon/neonstand.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const QString copyName = QStringLiteral("understudy-1");

QByteArray halfReply() { return "HTTP/1.1 201 Created\r\nContent-Length: 5000\r\n\r\n{\"branch\":{"; }

NeonApi apiAt(const NeonStand &stand) { return NeonApi(stand.plan(), stand.secret()); }

NeonNewBranch newBranch(NeonStand &stand)
{
    NeonNewBranch wanted{.name = copyName, .at = QDateTime::currentDateTimeUtc().addSecs(-60)};
    stand.with([&](NeonBook &book) { wanted.parentId = book.mainId(); });
    return wanted;
}

int branchesNamed(NeonStand &stand, const QString &name)
{
    int count = 0;
    stand.with([&](NeonBook &book) { count = book.named(name); });
    return count;
}

} // namespace

/// The client against the stand-in: what it sends, what it makes of answers, and what it does without one.
class NeonApiTest : public QObject
{
    Q_OBJECT
private slots:
    void projectTellsItsHistoryAndTheClock()
    {
        NeonStand stand;
        const Result<NeonProject> project = apiAt(stand).project(3s);
        QVERIFY2(project, project ? "" : qPrintable(project.error().text()));
        QCOMPARE(project->historyKept, Milliseconds(24h));
        QVERIFY(qAbs(project->clock.msecsTo(QDateTime::currentDateTimeUtc())) < 3000);
        const NeonAsked asked = stand.asked().first();
        QVERIFY(asked.head.startsWith("GET /api/v2/projects/shiny-wind-028834 HTTP/1.1"));
        QVERIFY(asked.head.contains(QByteArray("\r\nAuthorization: Bearer " + NeonStand::key())));
    }
    void clockThatIsNotToldIsNotMadeUp()
    {
        NeonStand stand;
        stand.hideClock();
        const Result<NeonProject> project = apiAt(stand).project(3s);
        QVERIFY(project && !project->clock.isValid());
    }
    void publicAddressIsTheDefault()
    {
        const NeonApi api({.project = QStringLiteral("p-1")}, Secret("k"));
        QCOMPARE(api.address(QStringLiteral("/branches")), QStringLiteral("https://console.neon.tech/api/v2/projects/p-1/branches"));
    }

    void branchesComeInPages()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) {
            book.pageSize = 3;
            for (int i = 0; i < 9; ++i)
                book.addBranch(QStringLiteral("dev%1").arg(i), book.mainId(), QDateTime::currentDateTimeUtc(), {});
        });
        const Result<QList<NeonBranch>> all = apiAt(stand).branches(3s);
        QVERIFY(all);
        QCOMPARE(all->size(), 10);
        QCOMPARE(all->last().name, QStringLiteral("dev8"));
        QCOMPARE(stand.asked().size(), 4);
    }
    void operationsComeInPagesNewestFirst()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.pageSize = 1; });
        QVERIFY(apiAt(stand).createBranch(newBranch(stand), 3s));
        const Result<QList<NeonOperation>> all = apiAt(stand).operations(10, 3s);
        QVERIFY(all);
        QCOMPARE(all->size(), 2);
        QCOMPARE(all->first().action, QStringLiteral("start_compute"));
    }
    void pagesThatNeverEndAreBounded()
    {
        NeonStand stand;
        QByteArray page = "{\"branches\":[{\"id\":\"br-1\",\"name\":\"main\",\"current_state\":\"ready\",\"default\":true,\"protected\":false,"
                          "\"created_at\":\"2026-01-01T00:00:00Z\"}],\"pagination\":{\"next\":\"again\"}}";
        stand.misbehave({.times = -1, .bytes = ScriptedServer::reply(page)});
        const Result<QList<NeonBranch>> all = apiAt(stand).branches(10s);
        QVERIFY(all);
        QVERIFY2(stand.asked().size() <= 21, qPrintable(QString::number(stand.asked().size())));
    }

    void branchIsCreatedByTheContract()
    {
        NeonStand stand;
        NeonNewBranch wanted = newBranch(stand);
        wanted.at = QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch() / 1000 * 1000 - 59'877, Qt::UTC);
        wanted.expiresAt = QDateTime(QDate(2030, 1, 2), QTime(3, 4, 5, 678), Qt::UTC);
        const Result<NeonChange> made = apiAt(stand).createBranch(wanted, 3s);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
        const QJsonObject sent = stand.asked("POST", QStringLiteral("/branches")).first().json();
        const QJsonObject branch = sent[QStringLiteral("branch")].toObject();
        QCOMPARE(branch[QStringLiteral("parent_id")].toString(), wanted.parentId);
        QCOMPARE(branch[QStringLiteral("name")].toString(), copyName);
        QCOMPARE(branch[QStringLiteral("parent_timestamp")].toString(), toRfc3339(wanted.at));
        QVERIFY(branch[QStringLiteral("parent_timestamp")].toString().endsWith(QLatin1String(".123Z")));
        QCOMPARE(branch[QStringLiteral("expires_at")].toString(), QStringLiteral("2030-01-02T03:04:05Z"));
        QCOMPARE(sent[QStringLiteral("endpoints")].toArray(), (QJsonArray{QJsonObject{{QStringLiteral("type"), QStringLiteral("read_write")}}}));
        QCOMPARE(made->branch.state, QStringLiteral("init"));
        QCOMPARE(made->operations.size(), 2);
        const Result<NeonOperation> operation = apiAt(stand).operation(made->operations.first().id, 3s);
        QVERIFY(operation);
        QCOMPARE(operation->action, QStringLiteral("create_branch"));
    }
    void addressIsAskedForByTheContract()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.addBranch(QStringLiteral("x"), book.mainId(), QDateTime::currentDateTimeUtc(), {}); });
        const Result<NeonAddress> address = apiAt(stand).connectionUri({.database = QStringLiteral("the copy&x"), .role = QStringLiteral("app+1"),
                                                                        .branchId = QStringLiteral("br-calm-tree-2"), .endpointId = QStringLiteral("ep-still-sun-2"), .pooled = true}, 3s);
        QVERIFY2(address, address ? "" : qPrintable(address.error().text()));
        const QUrlQuery query = stand.asked().first().query;
        QCOMPARE(query.queryItemValue(QStringLiteral("database_name"), QUrl::FullyDecoded), QStringLiteral("the copy&x"));
        QCOMPARE(query.queryItemValue(QStringLiteral("role_name"), QUrl::FullyDecoded), QStringLiteral("app+1"));
        QCOMPARE(query.queryItemValue(QStringLiteral("endpoint_id")), QStringLiteral("ep-still-sun-2"));
        QCOMPARE(address->server, QStringLiteral("ep-still-sun-2-pooler.eu-central-1.aws.neon.tech:5432"));
    }
    void branchIsChangedByTheContract()
    {
        NeonStand stand;
        const QString id = QStringLiteral("br-calm-tree-1");
        const QDateTime expiry(QDate(2030, 1, 1), QTime(0, 0), Qt::UTC);
        const Result<NeonChange> set = apiAt(stand).updateBranch(id, {.name = QStringLiteral("old"), .isProtected = true, .expiresAt = expiry}, 3s);
        QVERIFY2(set, set ? "" : qPrintable(set.error().text()));
        QCOMPARE(set->branch.expiresAt, expiry);
        QVERIFY(set->branch.isProtected && set->branch.name == QLatin1String("old"));
        const Result<NeonChange> taken = apiAt(stand).updateBranch(id, {.expiresAt = QDateTime()}, 3s);
        QVERIFY(taken && !taken->branch.expiresAt.isValid());
        const QJsonObject sent = stand.asked("PATCH", {}).last().json()[QStringLiteral("branch")].toObject();
        QCOMPARE(sent.keys(), QStringList{QStringLiteral("expires_at")});
        QVERIFY(sent[QStringLiteral("expires_at")].isNull());
    }
    void anotherBranchBecomesTheDefault()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.addBranch(QStringLiteral("x"), book.mainId(), QDateTime::currentDateTimeUtc(), {}); });
        const Result<NeonChange> made = apiAt(stand).setAsDefault(QStringLiteral("br-calm-tree-2"), 3s);
        QVERIFY(made && made->branch.isDefault);
        const Result<NeonBranch> before = apiAt(stand).branch(QStringLiteral("br-calm-tree-1"), 3s);
        QVERIFY(before && !before->isDefault);
    }
    void branchIsRestoredInPlace()
    {
        NeonStand stand;
        const QDateTime at = QDateTime::currentDateTimeUtc().addSecs(-60);
        const NeonInPlace wanted{.sourceBranchId = QStringLiteral("br-calm-tree-1"), .at = at, .preserveUnderName = QStringLiteral("main_old")};
        const Result<NeonChange> made = apiAt(stand).restoreInPlace(wanted.sourceBranchId, wanted, 3s);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
        QVERIFY(made->branch.lastResetAt.isValid());
        const QJsonObject sent = stand.asked("POST", {}).first().json();
        QCOMPARE(sent[QStringLiteral("source_timestamp")].toString(), toRfc3339(at));
        QCOMPARE(sent[QStringLiteral("preserve_under_name")].toString(), QStringLiteral("main_old"));
        QCOMPARE(branchesNamed(stand, QStringLiteral("main_old")), 1);
    }
    void branchIsNotRestoredFromItsOwnPastWithoutAName()
    {
        NeonStand stand;
        const QString id = QStringLiteral("br-calm-tree-1");
        const Result<NeonChange> made = apiAt(stand).restoreInPlace(id, {.sourceBranchId = id, .at = QDateTime::currentDateTimeUtc()}, 3s);
        QVERIFY(!made && made.error().code == ErrorCode::InvalidInput);
        QVERIFY(stand.asked().isEmpty());
    }
    void lostAnswerOfARestoreInPlaceIsFoundByTheKeptName()
    {
        NeonStand stand;
        stand.misbehave({.method = "POST", .carriesOut = true, .closes = true});
        const NeonInPlace wanted{.sourceBranchId = QStringLiteral("br-calm-tree-1"), .at = QDateTime::currentDateTimeUtc().addSecs(-60),
                                 .preserveUnderName = QStringLiteral("main_old")};
        const Result<NeonChange> made = apiAt(stand).restoreInPlace(wanted.sourceBranchId, wanted, 5s);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
        QCOMPARE(made->branch.name, QStringLiteral("main"));
        QCOMPARE(stand.asked("POST", {}).size(), 1);
    }

    void deletedBranchIsGone_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("status"); // 0: the stand-in's own
        QTest::newRow("there") << "br-calm-tree-2" << 0;
        QTest::newRow("not there, 204") << "br-calm-tree-99" << 0;
        QTest::newRow("not there, 404") << "br-calm-tree-99" << 404;
    }
    void deletedBranchIsGone()
    {
        QFETCH(QString, id);
        QFETCH(int, status);
        NeonStand stand;
        stand.with([](NeonBook &book) { book.addBranch(QStringLiteral("x"), book.mainId(), QDateTime::currentDateTimeUtc(), {}); });
        if (status > 0)
            stand.misbehave({.method = "DELETE", .bytes = NeonStand::errorReply(status, "", "branch not found")});
        const Result<QList<NeonOperation>> gone = apiAt(stand).deleteBranch(id, 3s);
        QVERIFY2(gone, gone ? "" : qPrintable(gone.error().text()));
        QCOMPARE(gone->isEmpty(), id.endsWith(QLatin1String("99")));
    }
    void nothingIsDeletedInAProjectThatIsNotThere()
    {
        NeonStand stand;
        NeonPlan plan = stand.plan();
        plan.project = QStringLiteral("another-project-1");
        const Result<QList<NeonOperation>> gone = NeonApi(plan, stand.secret()).deleteBranch(QStringLiteral("br-calm-tree-1"), 3s);
        QVERIFY(!gone);
        QCOMPARE(gone.error().code, ErrorCode::NotFound);
    }
    void whatIsNoIdIsNotSent_data()
    {
        QTest::addColumn<QString>("id");
        QTest::newRow("empty") << "";
        QTest::newRow("another path") << "../../../users/me";
        QTest::newRow("a query") << "br-1?hard_delete=true";
    }
    void whatIsNoIdIsNotSent()
    {
        QFETCH(QString, id);
        NeonStand stand;
        const NeonApi api = apiAt(stand);
        QCOMPARE(api.deleteBranch(id, 1s).error().code, ErrorCode::InvalidInput);
        QCOMPARE(api.branch(id, 1s).error().code, ErrorCode::InvalidInput);
        QCOMPARE(api.updateBranch(id, {}, 1s).error().code, ErrorCode::InvalidInput);
        QVERIFY(stand.asked().isEmpty());
    }

    void answersThatRefuse_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, int status, const char *code, const char *message, ErrorCode is, const char *says, const char *headers = "") {
            QTest::newRow(name) << NeonStand::errorReply(status, code, message, headers) << int(is) << QString::fromLatin1(says);
        };
        row("wrong key", 401, "", "not authorized", ErrorCode::AuthenticationFailed, "refuses the API key");
        row("key without scope", 403, "", "no scope", ErrorCode::PermissionDenied, "may not do this");
        row("project id wrong", 404, "", "project not found", ErrorCode::NotFound, "project is its id");
        row("branch limit", 422, "BRANCHES_LIMIT_EXCEEDED", "branches limit exceeded", ErrorCode::LimitReached, "allows no more branches");
        row("root branch limit", 422, "ROOT_BRANCHES_LIMIT_EXCEEDED", "x", ErrorCode::LimitReached, "allows no more branches");
        row("a limit without a code", 422, "", "Branches limit reached", ErrorCode::LimitReached, "allows no more branches");
        row("another 422", 422, "", "name is reserved", ErrorCode::InvalidInput, "name is reserved");
        row("locked for longer", 423, "", "project already has running conflicting operations", ErrorCode::Busy, "locked by another operation");
        row("429 with a time", 429, "", "rate limited", ErrorCode::Busy, "left alone for 40 s", "Retry-After: 40\r\n");
        row("429 without one", 429, "", "rate limited", ErrorCode::Busy, "left alone for a while");
        row("500", 500, "", "oops", ErrorCode::ControlPlaneDown, "answers 500");
        row("503", 503, "", "maintenance", ErrorCode::ControlPlaneDown, "answers 503");
        row("outside the window", 400, "", "timestamp is outside of the history window", ErrorCode::InvalidInput, "outside of the history window");
        row("another host's page", 302, "", "", ErrorCode::ProtocolViolation, "database.provider.neon.api");
    }
    void answersThatRefuse()
    {
        QFETCH(QByteArray, reply);
        QFETCH(int, code);
        QFETCH(QString, says);
        NeonStand stand;
        stand.misbehave({.times = -1, .bytes = reply});
        QElapsedTimer since;
        since.start();
        const Result<NeonProject> looked = apiAt(stand).project(2500ms);
        QVERIFY(!looked);
        QCOMPARE(int(looked.error().code), code);
        QVERIFY2(looked.error().text().contains(says), qPrintable(looked.error().text()));
        QVERIFY(!looked.error().hint.isEmpty());
        QVERIFY2(since.elapsed() < 4000, qPrintable(QString::number(since.elapsed())));
    }
    void refusalOfAChangeIsSentOnce_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {400, 401, 403, 404, 409, 422, 501})
            QTest::newRow(qPrintable(QString::number(status))) << status;
    }
    void refusalOfAChangeIsSentOnce()
    {
        QFETCH(int, status);
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = -1, .bytes = NeonStand::errorReply(status, "", "no")});
        QVERIFY(!apiAt(stand).createBranch(newBranch(stand), 3s));
        QCOMPARE(stand.asked("POST", {}).size(), 1);
    }

    void controlPlaneThatIsAway_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<int>("code");
        const int down = int(ErrorCode::ControlPlaneDown);
        QTest::newRow("silence") << QByteArray() << false << down;
        QTest::newRow("cut without an answer") << QByteArray() << true << down;
        QTest::newRow("cut in the body") << halfReply() << true << down;
        QTest::newRow("half a body, then silence") << halfReply() << false << down;
        QTest::newRow("502 of a proxy") << ScriptedServer::reply("<html>bad gateway</html>", "502 Bad Gateway") << false << down;
        QTest::newRow("50 MB") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n{") << false << int(ErrorCode::TooLarge);
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << false << int(ErrorCode::ProtocolViolation);
        QTest::newRow("garbage") << ScriptedServer::reply("\x01\xff{{{") << false << int(ErrorCode::ProtocolViolation);
        QTest::newRow("a page") << ScriptedServer::reply("<html>log in</html>") << false << int(ErrorCode::ProtocolViolation);
        QTest::newRow("another object") << ScriptedServer::reply("{\"ok\":true}") << false << int(ErrorCode::ProtocolViolation);
        QTest::newRow("deep") << ScriptedServer::reply(QByteArray(100'000, '[')) << false << int(ErrorCode::ProtocolViolation);
    }
    void controlPlaneThatIsAway()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, closes);
        QFETCH(int, code);
        NeonStand stand;
        stand.misbehave({.times = -1, .bytes = bytes, .closes = closes});
        QElapsedTimer since;
        since.start();
        const Result<NeonProject> looked = apiAt(stand).project(2500ms);
        QVERIFY(!looked);
        QCOMPARE(int(looked.error().code), code);
        QVERIFY2(since.elapsed() < 4000, qPrintable(QString::number(since.elapsed())));
    }
    void controlPlaneThatRefusesConnectionsIsDown()
    {
        NeonStand stand;
        const NeonApi api = apiAt(stand);
        stand.die();
        const Result<NeonChange> made = api.createBranch({.name = copyName}, 5s);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::ControlPlaneDown);
        QVERIFY2(!made.error().message.contains(QLatin1String("not known")), qPrintable(made.error().message));
        QVERIFY(made.error().hint.contains(QLatin1String("plan B")));
    }
    void nameWithoutAnAddressIsDown()
    {
        NeonPlan plan{.project = QStringLiteral("p"), .api = QStringLiteral("http://no-such-host.invalid/api/v2")};
        const Result<NeonProject> looked = NeonApi(plan, Secret("k")).project(5s);
        QVERIFY(!looked);
        QCOMPARE(looked.error().code, ErrorCode::ControlPlaneDown);
    }

    void passingTroubleIsWaitedFor_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("times");
        QTest::addColumn<int>("least"); // ms
        QTest::newRow("locked") << NeonStand::errorReply(423, "", "locked") << 2 << 0;
        QTest::newRow("locked for a while") << NeonStand::errorReply(423, "", "locked") << 5 << 1500;
        QTest::newRow("429") << NeonStand::errorReply(429, "", "slow down") << 1 << 0;
        QTest::newRow("429 with a time") << NeonStand::errorReply(429, "", "slow down", "Retry-After: 1\r\n") << 1 << 1000;
        QTest::newRow("503") << NeonStand::errorReply(503, "", "maintenance") << 1 << 0;
    }
    void passingTroubleIsWaitedFor()
    {
        QFETCH(QByteArray, reply);
        QFETCH(int, times);
        QFETCH(int, least);
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = times, .bytes = reply});
        QElapsedTimer since;
        since.start();
        const Result<NeonChange> made = apiAt(stand).createBranch(newBranch(stand), 20s);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
        QVERIFY2(since.elapsed() >= least && since.elapsed() < 10'000, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(stand.asked("POST", {}).size(), times + 1);
        QCOMPARE(branchesNamed(stand, copyName), 1);
    }

    void lostAnswerIsLookedForByName_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("carriesOut");
        QTest::addColumn<int>("posts");
        const QByteArray none, half = halfReply(), gateway = NeonStand::errorReply(502, "", "bad gateway"), garbage = ScriptedServer::reply("{}", "201 Created");
        QTest::newRow("done, cut without an answer") << none << true << 1;
        QTest::newRow("done, cut in the body") << half << true << 1;
        QTest::newRow("done, 502") << gateway << true << 1;
        QTest::newRow("done, an answer without a branch") << garbage << true << 1;
        QTest::newRow("not done, cut without an answer") << none << false << 2;
        QTest::newRow("not done, 502") << gateway << false << 2;
    }
    void lostAnswerIsLookedForByName()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, carriesOut);
        QFETCH(int, posts);
        NeonStand stand;
        stand.misbehave({.method = "POST", .carriesOut = carriesOut, .bytes = bytes, .closes = true});
        const Result<NeonChange> made = apiAt(stand).createBranch(newBranch(stand), 20s);
        QVERIFY2(made, made ? "" : qPrintable(made.error().text()));
        QCOMPARE(made->branch.name, copyName);
        QCOMPARE(made->operations.size(), 2);
        QCOMPARE(stand.asked("POST", {}).size(), posts);
        QCOMPARE(branchesNamed(stand, copyName), 1);
    }
    void twiceLostAndNotThereIsSaidToBeUnknown()
    {
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = -1, .closes = true});
        const Result<NeonChange> made = apiAt(stand).createBranch(newBranch(stand), 20s);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::ControlPlaneDown);
        QVERIFY2(made.error().message.contains(QLatin1String("not known")), qPrintable(made.error().message));
        QCOMPARE(stand.asked("POST", {}).size(), 2);
    }
    void lostAndNotFindableIsNotSentAgain()
    {
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = -1, .closes = true});
        stand.misbehave({.method = "GET", .times = -1, .bytes = NeonStand::errorReply(500, "", "oops")});
        const Result<NeonChange> made = apiAt(stand).createBranch(newBranch(stand), 20s);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::ControlPlaneDown);
        QCOMPARE(stand.asked("POST", {}).size(), 1);
    }
    void changeThatMadeTwiceIsAsGoodIsSentAgain()
    {
        NeonStand stand;
        stand.misbehave({.method = "PATCH", .carriesOut = true, .closes = true});
        QVERIFY(apiAt(stand).updateBranch(QStringLiteral("br-calm-tree-1"), {.isProtected = true}, 5s));
        QCOMPARE(stand.asked("PATCH", {}).size(), 2);
    }

    void cancelEndsTheWait_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::newRow("for an answer") << QByteArray();
        QTest::newRow("for a lock") << NeonStand::errorReply(423, "", "locked");
        QTest::newRow("as asked to") << NeonStand::errorReply(429, "", "x", "Retry-After: 3\r\n");
    }
    void cancelEndsTheWait()
    {
        QFETCH(QByteArray, reply);
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = -1, .bytes = reply});
        const NeonNewBranch wanted = newBranch(stand);
        const CancelToken cancel;
        QElapsedTimer sinceCancel;
        std::unique_ptr<QThread> canceller(QThread::create([&] {
            QThread::msleep(2200); // among the longer pauses
            sinceCancel.start();
            cancel.cancel();
        }));
        canceller->start();
        const Result<NeonChange> made = apiAt(stand).createBranch(wanted, 20s, cancel);
        canceller->wait();
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Cancelled);
        QVERIFY2(sinceCancel.elapsed() < 150, qPrintable(QString::number(sinceCancel.elapsed())));
    }

    void keyIsNowhereInAnError()
    {
        NeonStand stand;
        NeonPlan plan = stand.plan();
        // The stand-in's 401 repeats what it was sent; a proxy's page may do so without the word Bearer.
        const Result<NeonProject> wrong = NeonApi(plan, Secret("napi_another")).project(2s);
        stand.misbehave({.bytes = ScriptedServer::reply("you sent " + NeonStand::key(), "400 Bad Request")});
        const Result<NeonProject> shown = apiAt(stand).project(2s);
        for (const Result<NeonProject> &one : {wrong, shown}) {
            QVERIFY(!one);
            QVERIFY2(!one.error().text().contains(QString::fromLatin1(NeonStand::key())), qPrintable(one.error().text()));
        }
        QVERIFY(shown.error().cause.contains(QLatin1String("***")));
    }
    void missingKeyIsToldBeforeAnythingIsSent()
    {
        NeonStand stand;
        const Result<NeonProject> looked = NeonApi(stand.plan(), Secret(" \n")).project(2s);
        QVERIFY(!looked);
        QCOMPARE(looked.error().code, ErrorCode::SecretMissing);
        QVERIFY(stand.asked().isEmpty());
    }
    void newlineOfAKeyFileDoesNoHarm()
    {
        NeonStand stand;
        QVERIFY(NeonApi(stand.plan(), Secret(NeonStand::key() + "\r\n")).project(2s));
    }
};

QTEST_GUILESS_MAIN(NeonApiTest)
#include "tst_neonapi.moc"
