// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/planecaller.h"

#include "app/lab/faults/appdatabase.h"
#include "app/lab/labports.h"

#include <QElapsedTimer>
#include <QUrl>

#include <csignal>
#include <memory>

using namespace understudy;
using namespace understudy::lab;

namespace {

const QStringList &bothDone()
{
    static const QStringList ends{QStringLiteral("create_branch finished"), QStringLiteral("start_compute finished")};
    return ends;
}

} // namespace

/// Branches of a running lab: real servers, made by real recovery.
class LabPlaneTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<RehearsalLab> m_lab;
    std::unique_ptr<PlaneCaller> m_plane;

    QString mainUri() const { return m_plane->uri(PlaneBook::rootId()); }
    QString processOf(const QString &branchId) const { return m_lab->state().ports.key(quint16(QUrl(m_plane->uri(branchId)).port())); }
    void remove(const QString &branchId) const
    {
        const PlaneReply reply = m_plane->call("DELETE", QStringLiteral("/branches/") + branchId);
        QCOMPARE(reply.status, 200);
        QCOMPARE(m_plane->wait(reply), (QStringList{QStringLiteral("suspend_compute finished"), QStringLiteral("delete_timeline finished")}));
    }
    bool fault(const char *verb, const QString &name, const QStringList &options = {}) const
    {
        const LabAnswer answer = m_lab->call(QStringList{QString::fromLatin1(verb), name} + options);
        if (answer.code != 0)
            qWarning("%s", answer.err.constData());
        return answer.code == 0;
    }
    void pointApplicationAt(const QString &uri) const
    {
        for (const QString &colour : {QStringLiteral("blue"), QStringLiteral("green")}) {
            QFile file(m_lab->folder().environmentFile(colour));
            QVERIFY(file.open(QIODevice::Append));
            for (const char *key : {"DATABASE_URL=", "POSTGRES_URL="})
                file.write(key + uri.toUtf8() + '\n');
        }
    }
    /// What the process was really started with.
    QString addressOf(const QString &process) const
    {
        Result<LabDesk> desk = LabDesk::open(m_lab->folder());
        return desk ? environmentOf(*desk, process).value(QStringLiteral("DATABASE_URL")) : QString();
    }

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<RehearsalLab>();
        const LabAnswer up = m_lab->up();
        QVERIFY2(up.code == 0, up.err);
        m_plane = std::make_unique<PlaneCaller>(*m_lab);
        QCOMPARE(m_plane->call("GET", {}).status, 200);
    }
    void cleanupTestCase() { m_lab.reset(); }

    void aBranchBeforeACorruptionHasWhatTheParentHasLost()
    {
        const QString before = askDatabase(mainUri(), QStringLiteral("select count(*) from scenes"));
        QVERIFY(before.toInt() > 0);
        const LabAnswer hit = m_lab->call({QStringLiteral("break"), QStringLiteral("database-corrupted"), QStringLiteral("--json")});
        QVERIFY2(hit.code == 0, hit.err);
        const QString detail = hit.json()[QStringLiteral("detail")].toString();
        const std::optional<Moment> corrupted = readMoment(detail.section(QLatin1Char(' '), -1));
        QVERIFY2(corrupted, qPrintable(detail));

        QElapsedTimer elapsed;
        elapsed.start();
        const PlaneReply made = m_plane->create(momentText(*corrupted - 1), QStringLiteral("before-it"));
        QCOMPARE(made.status, 201);
        QCOMPARE(m_plane->wait(made), bothDone());
        qInfo("a branch in %lld ms", elapsed.elapsed());
        const QString branch = m_plane->uri(made.branchId());
        QVERIFY(branch != mainUri());
        QCOMPARE(askDatabase(branch, QStringLiteral("select count(*) from scenes")), before);
        QCOMPARE(askDatabase(branch, QStringLiteral("select count(*) from projects where title = 'Untitled'")), QStringLiteral("0"));
        QVERIFY(askDatabase(mainUri(), QStringLiteral("select count(*) from scenes")).isNull());
        QVERIFY2(!askDatabase(branch, QStringLiteral("insert into projects (user_id, title) values (1, 'written') returning id")).isNull(), "it can be written to");

        // At the commit itself, a microsecond later, the harm is in it.
        const PlaneReply after = m_plane->create(momentText(*corrupted));
        QCOMPARE(m_plane->wait(after), bothDone());
        QVERIFY(askDatabase(m_plane->uri(after.branchId()), QStringLiteral("select count(*) from scenes")).isNull());
        remove(after.branchId());
        remove(made.branchId());
        QVERIFY(fault("mend", QStringLiteral("database-corrupted")));
    }

    void deletingLeavesNoProcessAndNoFolder()
    {
        const PlaneReply made = m_plane->create();
        // While it is being made nothing else can be.
        QCOMPARE(m_plane->create().status, 423);
        QCOMPARE(m_plane->wait(made), bothDone());
        const QString process = processOf(made.branchId());
        const ProcessState *running = m_lab->state().process(process);
        QVERIFY(running && isAlive(running->identity));
        const ProcessIdentity identity = running->identity;
        QVERIFY(!QDir(m_lab->folder().file(QStringLiteral("branches"))).isEmpty());
        remove(made.branchId());
        QVERIFY(!isAlive(identity));
        QVERIFY(!m_lab->state().process(process));
        QVERIFY(QDir(m_lab->folder().file(QStringLiteral("branches"))).isEmpty());
        QCOMPARE(m_plane->call("GET", QStringLiteral("/branches/") + made.branchId()).status, 404);
        QCOMPARE(m_lab->call({QStringLiteral("status")}).code, 0);
    }

    void aKilledControlPlaneFindsItsBranchesAndEndsWhatItBegan()
    {
        const PlaneReply old = m_plane->create({}, QStringLiteral("old"));
        QCOMPARE(m_plane->wait(old), bothDone());
        const PlaneReply made = m_plane->create({}, QStringLiteral("begun"));
        QVERIFY(fault("break", QStringLiteral("control-plane-down")));
        QCOMPARE(m_plane->call("GET", {}).status, 0);
        QVERIFY(fault("mend", QStringLiteral("control-plane-down")));
        QCOMPARE(m_plane->wait(made), bothDone());
        QCOMPARE(m_plane->call("GET", QStringLiteral("/branches")).json[QStringLiteral("branches")].toArray().size(), 3);
        QVERIFY(askDatabase(m_plane->uri(made.branchId()), QStringLiteral("select count(*) from scenes")).toInt() > 0);
        QVERIFY(askDatabase(m_plane->uri(old.branchId()), QStringLiteral("select count(*) from scenes")).toInt() > 0);
        remove(old.branchId());
        remove(made.branchId());
    }

    void aBranchOfABranchHasWhatWasWrittenThere()
    {
        const PlaneReply first = m_plane->create();
        QCOMPARE(m_plane->wait(first), bothDone());
        QVERIFY(!askDatabase(m_plane->uri(first.branchId()), QStringLiteral("insert into projects (user_id, title) values (1, 'on the branch') returning id")).isNull());
        const PlaneReply second = m_plane->create({}, {}, first.branchId());
        QCOMPARE(m_plane->wait(second), bothDone());
        QCOMPARE(askDatabase(m_plane->uri(second.branchId()), QStringLiteral("select count(*) from projects where title = 'on the branch'")), QStringLiteral("1"));
        QCOMPARE(m_plane->call("DELETE", QStringLiteral("/branches/") + first.branchId()).status, 422);
        remove(second.branchId());
        remove(first.branchId());
    }

    void aBranchIsMadeOfAnArchiveWhoseDatabaseIsDead()
    {
        QVERIFY(fault("break", QStringLiteral("database-killed")));
        const PlaneReply made = m_plane->create(momentText(momentNow()));
        QCOMPARE(m_plane->wait(made), bothDone());
        QVERIFY(askDatabase(m_plane->uri(made.branchId()), QStringLiteral("select count(*) from scenes")).toInt() > 0);
        QVERIFY(fault("mend", QStringLiteral("database-killed")));
        remove(made.branchId());
    }

    void aRecoveryThatFailsIsAnOperationWithAnError()
    {
        // Without the backup's own first segment there is nothing to begin with.
        const QDir archive(m_lab->folder().archive());
        const QString first = archive.entryList({QStringLiteral("*.backup")}, QDir::Files).value(0).section(QLatin1Char('.'), 0, 0);
        QVERIFY(QFile::rename(archive.filePath(first), archive.filePath(QStringLiteral("aside"))));
        const PlaneReply made = m_plane->create(momentText(momentNow()));
        const QStringList ends = m_plane->wait(made);
        QVERIFY(QFile::rename(archive.filePath(QStringLiteral("aside")), archive.filePath(first)));
        QCOMPARE(ends, (QStringList{QStringLiteral("create_branch error"), QStringLiteral("start_compute cancelled")}));
        const QString operation = made.json[QStringLiteral("operations")][0][QStringLiteral("id")].toString();
        QVERIFY(!m_plane->call("GET", QStringLiteral("/operations/") + operation).json[QStringLiteral("operation")][QStringLiteral("error")].toString().isEmpty());
        remove(made.branchId());
    }

    void anExpiredBranchIsDeleted()
    {
        const PlaneReply made = m_plane->create();
        QCOMPARE(m_plane->wait(made), bothDone());
        const QByteArray soon = wholeSecondText(momentNow() + 1'500'000).toLatin1();
        QCOMPARE(m_plane->call("PATCH", QStringLiteral("/branches/") + made.branchId(), "{\"branch\":{\"expires_at\":\"" + soon + "\"}}").status, 200);
        QTRY_COMPARE_WITH_TIMEOUT(m_plane->call("GET", QStringLiteral("/branches/") + made.branchId()).status, 404, 10'000);
    }

    void faultIsBrokenAndMended_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("broken");
        QTest::addColumn<int>("whole");
        QTest::newRow("control-plane-down") << QByteArray("GET") << 0 << 200;
        QTest::newRow("control-plane-slow") << QByteArray("GET") << 0 << 200;
        QTest::newRow("control-plane-locked") << QByteArray("POST") << 423 << 405;
        QTest::newRow("control-plane-rate-limited") << QByteArray("GET") << 429 << 200;
        QTest::newRow("control-plane-unavailable") << QByteArray("GET") << 503 << 200;
    }
    void faultIsBrokenAndMended()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, broken);
        QFETCH(int, whole);
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        QVERIFY(fault("break", name));
        QCOMPARE(m_plane->call(method, {}, {}, 700).status, broken);
        QVERIFY(fault("mend", name));
        QVERIFY(!m_lab->state().fault(name));
        QCOMPARE(m_plane->call(method, {}, {}, 700).status, whole);
    }

    void aLateAnswerToWhoIsGoneHarmsNobody()
    {
        const ProcessIdentity before = m_lab->state().process(QStringLiteral("control-plane"))->identity;
        QVERIFY(fault("break", QStringLiteral("control-plane-slow"), {QStringLiteral("--delay"), QStringLiteral("400ms")}));
        QCOMPARE(m_plane->call("GET", {}, {}, 100).status, 0);
        // Answered after the one that nobody waits for.
        QCOMPARE(m_plane->call("GET", {}, {}, 5000).status, 200);
        QVERIFY(fault("mend", QStringLiteral("control-plane-slow")));
        QVERIFY(m_lab->state().process(QStringLiteral("control-plane"))->identity == before);
    }

    void aBranchAtTheWrongTimeClaimsTheAskedOne()
    {
        QVERIFY(fault("break", QStringLiteral("branch-at-wrong-time"), {QStringLiteral("--delay"), QStringLiteral("5s")}));
        QVERIFY(!askDatabase(mainUri(), QStringLiteral("insert into projects (user_id, title) values (1, 'just now') returning id")).isNull());
        const QString now = momentText(momentNow());
        const QString count = QStringLiteral("select count(*) from projects where title = 'just now'");
        const PlaneReply wrong = m_plane->create(now);
        QCOMPARE(m_plane->wait(wrong), bothDone());
        QCOMPARE(wrong.json[QStringLiteral("branch")][QStringLiteral("parent_timestamp")].toString(), now);
        QCOMPARE(askDatabase(m_plane->uri(wrong.branchId()), count), QStringLiteral("0"));
        QVERIFY(fault("mend", QStringLiteral("branch-at-wrong-time")));
        const PlaneReply right = m_plane->create(now);
        QCOMPARE(m_plane->wait(right), bothDone());
        QCOMPARE(askDatabase(m_plane->uri(right.branchId()), count), QStringLiteral("1"));
        remove(wrong.branchId());
        remove(right.branchId());
    }

    void theApplicationCanBeMovedToABranch()
    {
        const QString main = mainUri();
        const PlaneReply made = m_plane->create();
        QCOMPARE(m_plane->wait(made), bothDone());
        const QString branch = m_plane->uri(made.branchId());
        QVERIFY(fault("break", QStringLiteral("app-keeps-old-url"), {QStringLiteral("--at"), QStringLiteral("blue-2")}));
        pointApplicationAt(branch);
        for (const QString &name : instanceNames())
            QCOMPARE(m_lab->call({QStringLiteral("process"), QStringLiteral("restart"), name}).code, 0);
        QVERIFY(addressOf(QStringLiteral("blue-1")) == branch);
        QVERIFY(addressOf(QStringLiteral("blue-2")) == main);
        QVERIFY(fault("mend", QStringLiteral("app-keeps-old-url")));
        QVERIFY(addressOf(QStringLiteral("blue-2")) == branch);

        // Everybody writes to the branch now, and nobody to the old database.
        const QString drafts = QStringLiteral("select count(distinct title) from projects where title like 'Draft of%' and updated_at > clock_timestamp() - interval '2 s'");
        QTRY_COMPARE_WITH_TIMEOUT(askDatabase(branch, drafts), QStringLiteral("4"), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(askDatabase(main, drafts), QStringLiteral("0"), 5'000);

        // What breaks the database breaks the one that the application is on.
        QVERIFY(fault("break", QStringLiteral("database-corrupted")));
        const QString scenes = QStringLiteral("select count(*) from scenes");
        QVERIFY(askDatabase(branch, scenes).isNull());
        QVERIFY(askDatabase(main, scenes).toInt() > 0);
        QVERIFY(fault("mend", QStringLiteral("database-corrupted")));
        QVERIFY(askDatabase(branch, scenes).toInt() > 0);

        // A killed branch is mended like everything else, and it is said where the application is.
        QVERIFY(sendSignal(m_lab->state().process(processOf(made.branchId()))->identity, SIGKILL));
        const LabAnswer mended = m_lab->call({QStringLiteral("mend"), QStringLiteral("--all")});
        QVERIFY2(mended.code == 0, mended.err);
        QVERIFY2(mended.err.contains("blue is on branch-"), mended.err);
        QTRY_COMPARE_WITH_TIMEOUT(askDatabase(branch, drafts), QStringLiteral("4"), 10'000);

        // Its database deleted from under it, mending says so instead of waiting for ever.
        remove(made.branchId());
        const LabAnswer lost = m_lab->call({QStringLiteral("mend"), QStringLiteral("--all")});
        QVERIFY2(lost.code != 0 && lost.err.contains("none of this lab's"), lost.err);
        pointApplicationAt(main);
        QCOMPARE(m_lab->call({QStringLiteral("mend"), QStringLiteral("--all")}).code, 0);
    }

    void endingTheLabEndsItsBranches()
    {
        const PlaneReply made = m_plane->create();
        QCOMPARE(m_plane->wait(made), bothDone());
        const ProcessIdentity server = m_lab->state().process(processOf(made.branchId()))->identity;
        QCOMPARE(m_lab->call({QStringLiteral("down")}).code, 0);
        QVERIFY(!isAlive(server));
        QVERIFY(leftovers(m_lab->dir()).isEmpty());
        QVERIFY(!QFile::exists(m_lab->folder().file(QStringLiteral("branches"))));
    }
};

QTEST_GUILESS_MAIN(LabPlaneTest)
#include "tst_labplane.moc"
