// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonprovider.h"
#include "tests/neon/neonstand.h"

#include <QProcess>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

const NeonPace quickPace{.first = 20ms, .most = 100ms, .silence = 600ms, .endpoint = 300ms};
const QString copyName = QStringLiteral("understudy-7");

RestoreRequest request(int secondsAgo = 60)
{
    return {.name = copyName, .moment = QDateTime::currentDateTimeUtc().addSecs(-secondsAgo), .expiresAt = {}};
}

/// One restore, and the lines that it said.
struct Told
{
    Result<RestoredCopy> copy;
    QStringList lines;
};

Told restoreOf(const NeonProvider &provider, const RestoreRequest &wanted = request(), Milliseconds deadline = 15s, const CancelToken &cancel = {})
{
    Told told;
    told.copy = provider.restore(wanted, {.cancel = cancel, .deadline = deadline, .say = [&told](const QString &line) { told.lines << line; }});
    return told;
}

QString textOf(const Told &told)
{
    return told.lines.join(QLatin1Char('\n')) + (told.copy ? QString() : QStringLiteral("\nERROR ") + told.copy.error().text());
}

} // namespace

class NeonProviderTest : public QObject
{
    Q_OBJECT

    static NeonProvider *providerOf(NeonStand &stand, std::function<void(NeonPlan &)> change = {})
    {
        NeonPlan plan = stand.plan();
        if (change)
            change(plan);
        return new NeonProvider(plan, stand.secret(), quickPace);
    }
    using Provider = std::unique_ptr<NeonProvider>;

private slots:
    void restoreMakesABranchAndItsAddresses()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const RestoreRequest wanted = request();
        const Told told = restoreOf(*provider, wanted);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
        QCOMPARE(told.copy->name, copyName);
        QCOMPARE(told.copy->moment, wanted.moment);
        QVERIFY(told.copy->ready);
        QCOMPARE(told.copy->server, QStringLiteral("ep-still-sun-2.eu-central-1.aws.neon.tech:5432"));
        QCOMPARE(QUrl(QString::fromUtf8(told.copy->url.reveal())).password(QUrl::FullyDecoded), QStringLiteral("s3cr3t/of@the:role"));
        QVERIFY(told.copy->pooledUrl.reveal().contains("ep-still-sun-2-pooler."));
        QVERIFY2(textOf(told).contains(QLatin1String("create_branch running")), qPrintable(textOf(told)));
        const QList<NeonAsked> uris = stand.asked("GET", QStringLiteral("/connection_uri"));
        QCOMPARE(uris.size(), 2);
        QCOMPARE(uris.first().query.queryItemValue(QStringLiteral("branch_id")), told.copy->id);
    }
    void restoreAddsLittleToTheProvidersOwnTime()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.operationMs = 3000; });
        const NeonProvider provider(stand.plan(), stand.secret()); // at the pace of production
        QElapsedTimer since;
        since.start();
        const Told told = restoreOf(provider);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
        QVERIFY2(since.elapsed() >= 3000 && since.elapsed() < 3900, qPrintable(QString::number(since.elapsed())));
        QVERIFY2(stand.asked().size() < 45, qPrintable(QString::number(stand.asked().size())));
    }
    void sleepingEndpointIsNoFault()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.endpointState = QStringLiteral("idle"); });
        const Provider provider(providerOf(stand));
        QVERIFY(restoreOf(*provider).copy);
    }
    void copyWithoutAPoolerHasNoPooledAddress()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.hasPooler = false; });
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
        QVERIFY(told.copy->pooledUrl.isEmpty() && !told.copy->url.isEmpty());
    }
    void copyThatExistsIsGoneOnWith()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.operationMs = 1000; });
        const Provider provider(providerOf(stand));
        const Told first = restoreOf(*provider, request(), 300ms); // the console gives up
        QVERIFY(!first.copy);
        QCOMPARE(first.copy.error().code, ErrorCode::TimedOut);
        const Told second = restoreOf(*provider);
        QVERIFY2(second.copy, qPrintable(textOf(second)));
        QVERIFY(textOf(second).contains(QLatin1String("going on with")));
        QCOMPARE(stand.asked("POST", {}).size(), 1);
    }
    void copyWhoseOperationsAreNotListedYetIsWaitedFor()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) {
            book.operationMs = 700;
            book.listLags = true;
        });
        stand.misbehave({.method = "POST", .carriesOut = true, .closes = true});
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
        QVERIFY2(textOf(told).contains(QLatin1String("branch init, endpoint init")), qPrintable(textOf(told)));
        QCOMPARE(stand.asked("POST", {}).size(), 1);
    }
    void copyThatWorksIsTakenWhateverFailedOnItSince()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const Told first = restoreOf(*provider);
        QVERIFY2(first.copy, qPrintable(textOf(first)));
        stand.with([&](NeonBook &book) { book.addOperation(first.copy->id, QStringLiteral("check_availability"), QStringLiteral("error")); });
        const Told second = restoreOf(*provider);
        QVERIFY2(second.copy, qPrintable(textOf(second)));
        QCOMPARE(second.copy->id, first.copy->id);
    }
    void copyOfAnotherBranchIsNotTaken()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.addBranch(copyName, QStringLiteral("br-another-1"), QDateTime::currentDateTimeUtc(), {}); });
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider);
        QVERIFY(!told.copy);
        QCOMPARE(told.copy.error().code, ErrorCode::InvalidInput);
        QVERIFY(told.copy.error().message.contains(QLatin1String("not made from main")));
    }
    void copyWithoutAnEndpointIsSaidToBe()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) {
            book.addBranch(copyName, book.mainId(), QDateTime::currentDateTimeUtc(), {});
            book.endpoints.removeLast();
        });
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider);
        QVERIFY(!told.copy);
        QCOMPARE(told.copy.error().code, ErrorCode::NotProved);
        QVERIFY(told.copy.error().message.contains(QLatin1String("no read-write endpoint")));
    }

    void operationsDecide_data()
    {
        QTest::addColumn<QStringList>("statuses");
        QTest::addColumn<int>("code"); // 0: restored
        const auto row = [](const char *name, const char *statuses, int code) { QTest::newRow(name) << QString::fromLatin1(statuses).split(QLatin1Char(' ')) << code; };
        row("the ordinary way", "scheduling running finished", 0);
        row("failed, and tried again", "running failed failed running finished", 0);
        row("a new word", "pondering pondering finished", 0);
        row("error", "running error", int(ErrorCode::NotProved));
        row("cancelled", "running cancelling cancelled", int(ErrorCode::NotProved));
        row("failed, and never again", "running failed", int(ErrorCode::TimedOut));
        row("a new word that stays", "pondering", int(ErrorCode::TimedOut));
    }
    void operationsDecide()
    {
        QFETCH(QStringList, statuses);
        QFETCH(int, code);
        NeonStand stand;
        stand.with([&](NeonBook &book) {
            book.statuses = statuses;
            book.failures = 3;
            book.operationError = QStringLiteral("no capacity");
        });
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider, request(), 1500ms);
        QCOMPARE(told.copy ? 0 : int(told.copy.error().code), code);
        if (code != 0)
            QVERIFY2(told.copy.error().message.contains(QLatin1String("3 failures: no capacity")), qPrintable(told.copy.error().message));
    }
    void oneThatFailedIsSaidAgainUntilItIsRemoved()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.statuses = QStringList{QStringLiteral("error")}; });
        const Provider provider(providerOf(stand));
        QCOMPARE(restoreOf(*provider).copy.error().code, ErrorCode::NotProved);
        QCOMPARE(restoreOf(*provider).copy.error().code, ErrorCode::NotProved);
        QCOMPARE(stand.asked("POST", {}).size(), 1);
        stand.with([](NeonBook &book) { book.statuses.clear(); });
        const Result<std::optional<RestoredCopy>> left = provider->find(copyName, 3s, {});
        QVERIFY(left && *left);
        QVERIFY(provider->remove((*left)->id, 5s, {}));
        QVERIFY(restoreOf(*provider).copy);
    }
    void projectThatIsLockedIsWaitedForAndSaid()
    {
        NeonStand stand;
        stand.misbehave({.method = "POST", .times = 5, .bytes = NeonStand::errorReply(423, "", "project already has running conflicting operations")});
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
        QVERIFY2(textOf(told).contains(QLatin1String("locked by another operation")), qPrintable(textOf(told)));
    }
    void shortSilenceWhileItWaitsIsBridged_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("500") << NeonStand::errorReply(500, "", "oops", "Retry-After: 60\r\n");
        QTest::newRow("a page in between") << ScriptedServer::reply("<html>one moment</html>");
    }
    void shortSilenceWhileItWaitsIsBridged()
    {
        QFETCH(QByteArray, bytes);
        NeonStand stand;
        stand.misbehave({.method = "GET", .path = QStringLiteral("/operations/"), .times = 1, .bytes = bytes});
        const NeonPace pace{.first = 20ms, .most = 100ms, .silence = 10s};
        const NeonProvider provider(stand.plan(), stand.secret(), pace);
        const Told told = restoreOf(provider);
        QVERIFY2(told.copy, qPrintable(textOf(told)));
    }
    void controlPlaneThatDiesHalfWayIsDown()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.operationMs = 60'000; });
        const Provider provider(providerOf(stand));
        stand.misbehave({.method = "GET", .path = QStringLiteral("/operations/"), .times = -1, .closes = true});
        QElapsedTimer since;
        since.start();
        const Told told = restoreOf(*provider, request(), 60s);
        QVERIFY(!told.copy);
        QCOMPARE(told.copy.error().code, ErrorCode::ControlPlaneDown);
        QVERIFY2(since.elapsed() < 10'000, qPrintable(QString::number(since.elapsed())));
        QVERIFY2(textOf(told).contains(QLatin1String("asking again")), qPrintable(textOf(told)));
    }
    void refusalsComeThrough_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("code");
        QTest::newRow("no more branches") << "limit" << int(ErrorCode::LimitReached);
        QTest::newRow("outside the window") << "window" << int(ErrorCode::InvalidInput);
        QTest::newRow("no such branch") << "branch" << int(ErrorCode::NotFound);
        QTest::newRow("no role in the plan") << "role" << int(ErrorCode::InvalidInput);
        QTest::newRow("no moment") << "moment" << int(ErrorCode::InvalidInput);
    }
    void refusalsComeThrough()
    {
        QFETCH(QString, what);
        QFETCH(int, code);
        NeonStand stand;
        stand.with([&](NeonBook &book) { book.branchesLimit = what == QLatin1String("limit") ? 1 : 10; });
        const Provider provider(providerOf(stand, [&](NeonPlan &plan) {
            if (what == QLatin1String("branch"))
                plan.branch = QStringLiteral("mian");
            if (what == QLatin1String("role"))
                plan.role.clear();
        }));
        RestoreRequest wanted = request(what == QLatin1String("window") ? 100'000 : 60);
        if (what == QLatin1String("moment"))
            wanted.moment = {};
        const Told told = restoreOf(*provider, wanted);
        QVERIFY(!told.copy);
        QCOMPARE(int(told.copy.error().code), code);
        int copies = -1;
        stand.with([&](NeonBook &book) { copies = book.named(copyName); });
        QCOMPARE(copies, 0);
        if (what == QLatin1String("branch"))
            QVERIFY2(told.copy.error().hint.contains(QLatin1String("main")), qPrintable(told.copy.error().hint));
        if (what == QLatin1String("window"))
            QVERIFY2(told.copy.error().cause.contains(QLatin1String("outside of the history window")), qPrintable(told.copy.error().cause));
    }
    void cancelLeavesAtOnce()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.operationMs = 60'000; });
        const NeonProvider provider(stand.plan(), stand.secret());
        const CancelToken cancel;
        QElapsedTimer since;
        std::unique_ptr<QThread> canceller(QThread::create([&] {
            QThread::msleep(800);
            since.start();
            cancel.cancel();
        }));
        canceller->start();
        const Told told = restoreOf(provider, request(), 60s, cancel);
        canceller->wait();
        QVERIFY(!told.copy);
        QCOMPARE(told.copy.error().code, ErrorCode::Cancelled);
        QVERIFY2(since.elapsed() < 150, qPrintable(QString::number(since.elapsed())));
    }

    void sourceIsThePlansBranch_data()
    {
        QTest::addColumn<QString>("branch");
        QTest::addColumn<QString>("id");
        QTest::newRow("by name") << "other" << "br-calm-tree-2";
        QTest::newRow("by id") << "br-calm-tree-2" << "br-calm-tree-2";
        QTest::newRow("the default one") << "" << "br-calm-tree-1";
    }
    void sourceIsThePlansBranch()
    {
        QFETCH(QString, branch);
        QFETCH(QString, id);
        NeonStand stand;
        stand.with([](NeonBook &book) { book.addBranch(QStringLiteral("other"), book.mainId(), QDateTime::currentDateTimeUtc(), {}); });
        const Provider provider(providerOf(stand, [&](NeonPlan &plan) { plan.branch = branch; }));
        const Result<RestoredCopy> source = provider->source(3s, {});
        QVERIFY2(source, source ? "" : qPrintable(source.error().text()));
        QCOMPARE(source->id, id);
        QVERIFY(source->server.endsWith(QLatin1String(".aws.neon.tech:5432")));
        QVERIFY(source->url.isEmpty() && source->pooledUrl.isEmpty());
    }

    void windowIsWhatCanBeProved_data()
    {
        QTest::addColumn<int>("createdAgo"); // seconds
        QTest::addColumn<int>("resetAgo");   // 0: never
        QTest::addColumn<int>("earliestAgo");
        QTest::addColumn<QString>("by");
        QTest::newRow("history") << 30 * 86'400 << 0 << 86'400 << "history is kept for 1 d";
        QTest::newRow("a young branch") << 3600 << 0 << 3600 << "branch main was created";
        QTest::newRow("one that was reset") << 30 * 86'400 << 600 << 600 << "branch main was reset";
    }
    void windowIsWhatCanBeProved()
    {
        QFETCH(int, createdAgo);
        QFETCH(int, resetAgo);
        QFETCH(int, earliestAgo);
        QFETCH(QString, by);
        NeonStand stand;
        stand.with([&](NeonBook &book) {
            book.branches.first()[QStringLiteral("created_at")] = toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-createdAgo));
            if (resetAgo > 0)
                book.branches.first()[QStringLiteral("last_reset_at")] = toRfc3339(QDateTime::currentDateTimeUtc().addSecs(-resetAgo));
        });
        const Provider provider(providerOf(stand));
        const Result<RestoreWindow> window = provider->window(3s, {});
        QVERIFY2(window, window ? "" : qPrintable(window.error().text()));
        QCOMPARE(window->kept, Milliseconds(24h));
        QVERIFY2(qAbs(window->earliest.secsTo(window->latest) - earliestAgo) <= 2, qPrintable(toRfc3339(window->earliest)));
        QVERIFY2(window->earliestBy.contains(by), qPrintable(window->earliestBy));
        QCOMPARE(window->latestBy, QStringLiteral("the API's clock"));
        QVERIFY(window->latest <= QDateTime::currentDateTimeUtc());
    }
    void projectWithoutHistoryHasNoWindow()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.kept = 0; });
        const Provider provider(providerOf(stand));
        const Result<RestoreWindow> window = provider->window(3s, {});
        QVERIFY(!window);
        QVERIFY2(window.error().message.contains(QLatin1String("keeps no history")), qPrintable(window.error().message));
    }

    void copyIsFoundByName()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const Result<std::optional<RestoredCopy>> none = provider->find(copyName, 3s, {});
        QVERIFY(none && !*none);
        const Told told = restoreOf(*provider);
        QVERIFY(told.copy);
        const Result<std::optional<RestoredCopy>> found = provider->find(copyName, 3s, {});
        QVERIFY(found && *found);
        QCOMPARE((*found)->id, told.copy->id);
        QCOMPARE((*found)->url.reveal(), told.copy->url.reveal());
    }
    void copiesAreListedWithoutTheSource()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const Result<QList<RestoredCopy>> before = provider->copies(3s, {});
        QVERIFY(before);
        const Told told = restoreOf(*provider);
        QVERIFY(told.copy);
        const Result<QList<RestoredCopy>> after = provider->copies(3s, {});
        QVERIFY(after);
        QCOMPARE(after->size(), before->size() + 1);
        QCOMPARE(after->first().id, told.copy->id);
        QVERIFY(after->first().url.isEmpty());
    }
    void copyThatIsNotReadyIsFoundWithoutAddresses()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) { book.operationMs = 60'000; });
        const Provider provider(providerOf(stand));
        QVERIFY(!restoreOf(*provider, request(), 200ms).copy);
        const Result<std::optional<RestoredCopy>> found = provider->find(copyName, 3s, {});
        QVERIFY(found && *found);
        QVERIFY(!(*found)->ready && (*found)->url.isEmpty());
    }

    void removing_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("code"); // 0: removed
        QTest::newRow("a copy") << "br-calm-tree-3" << 0;
        QTest::newRow("what is not there") << "br-calm-tree-9" << 0;
        QTest::newRow("the source") << "br-calm-tree-2" << int(ErrorCode::InvalidInput);
        QTest::newRow("the default branch") << "br-calm-tree-1" << int(ErrorCode::InvalidInput);
    }
    void removing()
    {
        QFETCH(QString, id);
        QFETCH(int, code);
        NeonStand stand;
        stand.with([](NeonBook &book) {
            for (const QString &name : {QStringLiteral("production"), copyName})
                book.addBranch(name, book.mainId(), QDateTime::currentDateTimeUtc(), {});
        });
        const Provider provider(providerOf(stand, [](NeonPlan &plan) { plan.branch = QStringLiteral("production"); }));
        const Result<Unit> removed = provider->remove(id, 5s, {});
        QCOMPARE(removed ? 0 : int(removed.error().code), code);
        QCOMPARE(stand.asked("DELETE", {}).size(), id == QLatin1String("br-calm-tree-3") ? 1 : 0);
        if (!removed)
            return;
        const Result<std::optional<RestoredCopy>> left = provider->find(copyName, 3s, {});
        QCOMPARE(left && left->has_value(), id == QLatin1String("br-calm-tree-9"));
    }

    void sourceIsKeptAndLetGo()
    {
        NeonStand stand;
        const QString expiry = QStringLiteral("2030-06-09T18:02:16Z");
        stand.with([&](NeonBook &book) { book.branches.first()[QStringLiteral("expires_at")] = expiry; });
        const Provider provider(providerOf(stand));
        const Result<RestoreProvider::Kept> kept = provider->keepSource(3s, {});
        QVERIFY2(kept, kept ? "" : qPrintable(kept.error().text()));
        QCOMPARE(kept->before, QStringLiteral("2030-06-09T18:02:16.000Z"));
        QString now;
        stand.with([&](NeonBook &book) { now = book.branches.first()[QStringLiteral("expires_at")].toString(); });
        QCOMPARE(now, QString());
        QVERIFY(provider->releaseSource(kept->before, 3s, {}));
        stand.with([&](NeonBook &book) { now = book.branches.first()[QStringLiteral("expires_at")].toString(); });
        QCOMPARE(now, expiry);
    }
    void sourceThatDoesNotExpireIsLeftAlone()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const Result<RestoreProvider::Kept> kept = provider->keepSource(3s, {});
        QVERIFY(kept);
        QCOMPARE(kept->words, QStringLiteral("no expiry is set"));
        QVERIFY(provider->releaseSource(kept->before, 3s, {}));
        QVERIFY(stand.asked("PATCH", {}).isEmpty());
    }
    void expiryThatHasPassedIsNotPutBack()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        const Result<Unit> released = provider->releaseSource(QStringLiteral("2020-06-09T18:02:16Z"), 3s, {});
        QVERIFY(!released);
        QCOMPARE(released.error().code, ErrorCode::InvalidInput);
        QVERIFY(stand.asked("PATCH", {}).isEmpty());
    }

    void previewIsWhatIsSent()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        QVERIFY(provider->source(3s, {}));
        const RestoreRequest wanted = request();
        const QString text = provider->restoreText(wanted);
        QVERIFY(restoreOf(*provider, wanted).copy);
        const NeonAsked sent = stand.asked("POST", {}).first();
        QVERIFY2(text.endsWith(QLatin1Char(' ') + QString::fromUtf8(sent.body)), qPrintable(text));
        QVERIFY2(text.startsWith(QStringLiteral("POST ") + provider->restoreOn() + QStringLiteral("/api/v2/projects/shiny-wind-028834/branches ")), qPrintable(text));
    }
    void commandsByHandWork()
    {
        NeonStand stand;
        const Provider provider(providerOf(stand));
        QVERIFY(provider->source(3s, {}));
        RestoreRequest wanted = request();
        wanted.name = QStringLiteral("it's $HOME `id`");
        QProcess shell;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NEON_API_KEY"), QString::fromLatin1(NeonStand::key()));
        shell.setProcessEnvironment(environment);
        shell.start(QStringLiteral("sh"), {QStringLiteral("-ec"), provider->byHand(wanted).join(QLatin1Char('\n'))});
        QVERIFY(shell.waitForFinished(20'000));
        QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError());
        int made = 0;
        stand.with([&](NeonBook &book) { made = book.named(wanted.name); });
        QCOMPARE(made, 1);
        QCOMPARE(stand.asked("GET", QStringLiteral("/connection_uri")).last().query.queryItemValue(QStringLiteral("branch_id")), QStringLiteral("BRANCH_ID"));
    }

    void noSecretIsToldAnywhere_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status");
        for (const int status : {200, 400, 500}) {
            for (const char *path : {"/branches", "/operations", "/connection_uri"})
                QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(QLatin1String(path)).arg(status))) << QString::fromLatin1(path) << status;
        }
    }
    void noSecretIsToldAnywhere()
    {
        QFETCH(QString, path);
        QFETCH(int, status);
        NeonStand stand;
        const QByteArray leak = "Bearer " + NeonStand::key() + " postgresql://app:hunter22@ep-1.neon.tech/db";
        stand.misbehave({.method = "GET", .path = path, .times = -1,
                         .bytes = status == 200 ? ScriptedServer::reply("{\"uri\":\"" + leak + "\",\"branches\":[{\"id\":\"br-1\",\"name\":\"" + leak + "\"}]}")
                                                : NeonStand::errorReply(status, "", leak)});
        const Provider provider(providerOf(stand));
        const Told told = restoreOf(*provider, request(), 8s);
        QVERIFY(!told.copy);
        QString all = textOf(told) + provider->restoreText(request()) + provider->byHand(request()).join(QLatin1Char('\n')) + provider->name() + provider->restoreOn();
        if (const Result<std::optional<RestoredCopy>> found = provider->find(copyName, 3s, {}); !found)
            all += found.error().text();
        QVERIFY2(!all.contains(QString::fromLatin1(NeonStand::key())), qPrintable(all));
        QVERIFY2(!all.contains(QLatin1String("hunter22")), qPrintable(all));
    }
};

QTEST_GUILESS_MAIN(NeonProviderTest)
#include "tst_neonprovider.moc"
