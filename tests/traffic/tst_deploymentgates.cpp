// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/deploymentsteps.h"
#include "tests/http/scriptedserver.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <map>

using namespace understudy;

namespace {

using Verdict = PreflightCheck::Verdict;

class NoSecrets : public SecretResolver
{
public:
    Result<Secret> resolve(const SecretReference &) const override { return Secret(); }
    void provide(const SecretReference &, const Secret &) override {}
};

/// Says what it is told to, and accepts everything.
class SaidTraffic : public TrafficProvider
{
public:
    QStringList names{QStringLiteral("blue")};
    std::optional<Error> refusal;
    bool told = true;
    mutable int switched = 0, putBacks = 0;
    std::function<void()> afterPutBack = [] {};
    Result<TrafficLook> look(const CancelToken &) const override { return TrafficLook{.told = told, .colours = names, .disk = QStringLiteral("the file names %1").arg(names.join(QLatin1Char(' '))), .running = {}, .state = {}}; }
    Result<QString> check(const QString &, const CancelToken &) const override { return refusal ? Result<QString>(fail(*refusal)) : Result<QString>(QStringLiteral("accepted")); }
    Result<QString> switchTo(const QString &, const TrafficLook &, const QString &, const CancelToken &) const override { ++switched; return QString(); }
    Result<QString> putBack(const QString &, const QString &, const CancelToken &) const override
    {
        ++putBacks;
        afterPutBack();
        return QString();
    }
    QStringList willDo(const QString &) const override { return {}; }
    QString where() const override { return QStringLiteral("somewhere"); }
    QString restoreText() const override { return {}; }
    QStringList byHand(const QString &) const override { return {}; }
};

/// What one process behind a port answers.
struct Process
{
    QByteArray startTime, build;
    int startup = 200, ready = 200;
};

std::unique_ptr<ScriptedServer> instance(const Process &process)
{
    return std::make_unique<ScriptedServer>([process](const ScriptedServer::Request &request) {
        const bool startup = request.path.startsWith("/health/startup"), ready = request.path.startsWith("/health/ready"), version = request.path.startsWith("/version");
        const int status = startup ? process.startup : ready ? process.ready : version && process.build.isEmpty() ? 404 : 200;
        const QByteArray body = QByteArray(version ? "{\"commit\": \"" : "{\"startTime\": \"") + (version ? process.build : process.startTime) + "\"}";
        request.socket.write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    });
}

} // namespace

/// Each gate before a switch to green, blue serving: what it lets through and what it refuses, with the reason.
class DeploymentGatesTest : public QObject
{
    Q_OBJECT

    std::map<QByteArray, Process> m_processes; ///< as they stand; those of init() are all well
    std::shared_ptr<SaidTraffic> m_traffic;
    QByteArray m_entry; ///< start time of who answers there
    int m_minimum = 1;
    int m_entryFails = 0; ///< its n-th answer is a 502; 0: none is; below 0: all are
    NoSecrets m_secrets;
    SystemClock m_clock;

    Plan platform(std::vector<std::unique_ptr<ScriptedServer>> &servers)
    {
        Plan plan;
        plan.application.emplace();
        plan.application->build = {.path = QStringLiteral("/version"), .field = QStringLiteral("commit"), .header = {}};
        plan.application->minimumServing = m_minimum;
        for (const char *colour : {"blue", "green"}) {
            Pool pool{.colour = QString::fromLatin1(colour), .instances = {}};
            for (const auto &[key, process] : m_processes) {
                if (!key.startsWith(colour))
                    continue;
                servers.push_back(instance(process));
                pool.instances.append({.url = servers.back()->url()});
            }
            plan.application->pools.append(pool);
        }
        servers.push_back(m_entryFails ? std::make_unique<ScriptedServer>([this](const ScriptedServer::Request &request) {
            const bool fails = m_entryFails < 0 || request.nth == m_entryFails;
            const QByteArray body = "{\"startTime\": \"" + m_entry + "\"}";
            request.socket.write(QByteArray(fails ? "HTTP/1.1 502 X" : "HTTP/1.1 200 X") + "\r\nContent-Length: " + QByteArray::number(fails ? 0 : body.size()) + "\r\n\r\n" + (fails ? QByteArray() : body));
        }) : instance({m_entry, {}}));
        plan.application->entry = servers.back()->url();
        return plan;
    }
    PreflightCheck gate(const QString &name)
    {
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        const Plan plan = platform(servers);
        const deployment::Rollback rollback{plan, QStringLiteral("green"), m_secrets, m_traffic};
        const QList<PreflightCheck> all = deployment::gates(rollback, {});
        const auto found = std::find_if(all.begin(), all.end(), [&name](const PreflightCheck &one) { return one.check == name; });
        return found == all.end() ? PreflightCheck{} : *found;
    }
    deployment::RollbackPtr rollbackOf(const Plan &plan)
    {
        return std::make_shared<const deployment::Rollback>(deployment::Rollback{plan, QStringLiteral("green"), m_secrets, m_traffic});
    }
    /// A function of a step, with these facts of the switch.
    Result<QString> called(const std::function<Result<QString>(StepContext &)> &function, const QJsonObject &switched, const CancelToken &cancel = {})
    {
        const QJsonObject facts{{QStringLiteral("switch"), switched}};
        StepContext context{.facts = facts, .clock = m_clock, .cancel = cancel, .say = [](const QString &) {}, .note = [](const QJsonObject &) { return Result<Unit>(Unit{}); }};
        m_traffic->afterPutBack = [cancel] { cancel.cancel(); }; // whether they arrive is another matter
        return function(context);
    }
    void expect(const char *name, Verdict verdict, const char *words = "")
    {
        const PreflightCheck seen = gate(QString::fromLatin1(name));
        QVERIFY2(seen.verdict == verdict, qPrintable(verdictName(seen.verdict) + QStringLiteral(": ") + seen.why));
        QVERIFY2(seen.why.contains(QLatin1String(words)), qPrintable(seen.why));
    }

private slots:
    void init()
    {
        m_processes = {{"blue-1", {"t1", "bad"}}, {"blue-2", {"t2", "bad"}}, {"green-1", {"t3", "good"}}, {"green-2", {"t4", "good"}}};
        m_traffic = std::make_shared<SaidTraffic>();
        m_entry = "t1";
        m_minimum = 1;
        m_entryFails = 0;
    }

    void allWellPasses()
    {
        for (const char *name : {"green is warm and healthy", "enough of it", "another build", "each port has its own process", "file, nginx and traffic agree", "the new configuration is accepted"})
            expect(name, Verdict::Pass);
    }
    void coldInstanceIsRefused()
    {
        m_processes["green-2"].startup = 503;
        expect("green is warm and healthy", Verdict::Fail, "503");
    }
    void instanceThatIsNotReadyIsRefused()
    {
        m_processes["green-1"].ready = 503;
        expect("green is warm and healthy", Verdict::Fail, "ready 503");
    }
    void fewerThanThePlanWantsIsRefused()
    {
        m_minimum = 3;
        expect("enough of it", Verdict::Fail, "2 healthy, the plan wants 3");
    }
    void sameBuildIsRefused()
    {
        m_processes["green-1"].build = m_processes["green-2"].build = "bad";
        expect("another build", Verdict::Fail, "no rollback");
    }
    void sameBuildIsRefusedThoughSomeAnswersFail()
    {
        m_processes["green-1"].build = m_processes["green-2"].build = "bad";
        m_entryFails = 1;
        expect("another build", Verdict::Fail, "both colours run bad");
    }
    void commandThatTellsNothingIsNotRunWhenItsColourServes_data()
    {
        QTest::addColumn<QByteArray>("serves");
        QTest::addColumn<int>("runs");
        QTest::newRow("it serves: it might turn back") << QByteArray("t3") << 0;
        QTest::newRow("the other serves") << QByteArray("t1") << 1;
    }
    void commandThatTellsNothingIsNotRunWhenItsColourServes()
    {
        QFETCH(QByteArray, serves);
        QFETCH(int, runs);
        m_entry = serves;
        m_traffic->told = false;
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        const Plan plan = platform(servers);
        QVERIFY(called(deployment::switchTraffic(rollbackOf(plan)).act, {}));
        QCOMPARE(m_traffic->switched, runs);
    }
    void nobodyIsSentBackToAColdColour_data()
    {
        QTest::addColumn<int>("startup");
        QTest::addColumn<bool>("goes");
        QTest::newRow("warm") << 200 << true;
        QTest::newRow("stopped or cold") << 503 << false;
    }
    void nobodyIsSentBackToAColdColour()
    {
        QFETCH(int, startup);
        QFETCH(bool, goes);
        m_entry = "t3";
        m_processes["blue-1"].startup = m_processes["blue-2"].startup = startup;
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        const Plan plan = platform(servers);
        CancelToken cancel;
        const Result<QString> back = called(deployment::switchTraffic(rollbackOf(plan)).undo, {{QStringLiteral("from"), QStringLiteral("blue")}}, cancel);
        QCOMPARE(m_traffic->putBacks, goes ? 1 : 0);
        if (!goes)
            QVERIFY2(back.error().code == ErrorCode::NeedsOperator && back.error().message.contains(QLatin1String("0 of 2 instances are warm")), qPrintable(back.error().text()));
    }
    void colourThatServesAlreadyIsNotRefusedForItsBuild()
    {
        m_entry = "t3";
        expect("another build", Verdict::Pass, "serves already");
    }
    void twoBuildsInOneColourAreRefused()
    {
        m_processes["green-2"].build = "other";
        expect("another build", Verdict::Fail, "several builds");
    }
    void unknownBuildIsSaidAndNotRefused()
    {
        m_processes["green-1"].build = m_processes["green-2"].build = QByteArray();
        expect("another build", Verdict::Warn, "may be the bad one again");
    }
    void processOfBlueOnGreensPortIsRefused()
    {
        // An occupied port makes the platform listen on the next one: a second blue where green belongs.
        m_processes["green-1"].startTime = "t1";
        expect("each port has its own process", Verdict::Fail, "answered by one process");
    }
    void fileThatNamesAnotherColourThanTheTrafficIsSaid()
    {
        m_traffic->names = {QStringLiteral("green")};
        expect("file, nginx and traffic agree", Verdict::Warn, "counted: 9 of 9 from blue");
    }
    void processThatNobodyKnowsIsCountedAsThat()
    {
        m_entry = "t9";
        expect("file, nginx and traffic agree", Verdict::Warn, "none of the plan's");
    }
    void refusedConfigurationIsRefused()
    {
        m_traffic->refusal = Error{ErrorCode::ProgramFailed, QStringLiteral("nginx would not accept it")};
        expect("the new configuration is accepted", Verdict::Fail, "would not accept");
    }

    void proofIsGivenUpSoonWhenNobodyAnswersUsers()
    {
        m_entryFails = -1;
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        const Plan plan = platform(servers);
        const auto rollback = std::make_shared<const deployment::Rollback>(deployment::Rollback{plan, QStringLiteral("green"), m_secrets, m_traffic});
        QStringList said;
        const QJsonObject facts;
        StepContext context{.facts = facts, .clock = m_clock, .cancel = {}, .say = [&said](const QString &line) { said << line; },
                            .note = [](const QJsonObject &) { return Result<Unit>(Unit{}); }};
        QElapsedTimer since;
        since.start();
        const Result<QString> proved = deployment::proveServing(rollback).verify(context);
        QVERIFY(!proved);
        QVERIFY2(since.elapsed() < 15'000, qPrintable(QString::number(since.elapsed()))); // half of what a slow switch may take
        QVERIFY2(proved.error().message.startsWith(QLatin1String("users get no answer: the last ")), qPrintable(proved.error().message));
        QVERIFY2(!said.isEmpty() && said.first().startsWith(QLatin1String("users get no answer")), qPrintable(said.join(QLatin1Char('\n'))));
    }
};

QTEST_GUILESS_MAIN(DeploymentGatesTest)
#include "tst_deploymentgates.moc"
