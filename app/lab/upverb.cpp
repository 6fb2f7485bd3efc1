// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/bringup.h"
#include "app/lab/detach.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"
#include "app/lab/visitor.h"
#include "core/base/log.h"
#include "core/base/quantity.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QSocketNotifier>
#include <QUuid>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <unistd.h>

namespace understudy::lab {
namespace {

// A signal handler reaches nothing but globals of its file.
std::atomic_bool s_interrupted = false;
int s_wakeUp[2] = {-1, -1};

void onSignal(int)
{
    s_interrupted = true;
    const char byte = 0;
    static_cast<void>(::write(s_wakeUp[1], &byte, 1));
}

void catchSignals()
{
    if (::pipe2(s_wakeUp, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    struct sigaction action = {};
    action.sa_handler = &onSignal;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::sigaction(number, &action, nullptr);
}

struct UpOptions
{
    LabFolder folder;
    quint16 portBase = 0;
    Milliseconds warmUp{3000};
    bool json = false;
    int reportTo = -1; ///< descriptor of the pipe to who detached us
};

QJsonObject readyReport(const LabFolder &folder, const LabState &state)
{
    QJsonObject ports;
    for (auto port = state.ports.begin(); port != state.ports.end(); ++port)
        ports[port.key()] = port.value();
    return {{QStringLiteral("plan"), folder.planFile()}, {QStringLiteral("ports"), ports},
            {QStringLiteral("pid"), state.supervisor.pid}, {QStringLiteral("dir"), folder.path()}};
}

void tellReady(const QJsonObject &report, bool json)
{
    if (json) {
        printJson(QJsonDocument(report));
        return;
    }
    say(QStringLiteral("The lab is ready: http://127.0.0.1:%1").arg(report[QStringLiteral("ports")][QStringLiteral("entry")].toInt()));
    say(QStringLiteral("Its plan: %1").arg(report[QStringLiteral("plan")].toString()));
}

void reportTo(int descriptor, const QJsonObject &line)
{
    QFile pipe;
    if (pipe.open(descriptor, QIODevice::WriteOnly, QFileDevice::AutoCloseHandle))
        pipe.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
}

/// Takes the folder and makes ready for the first process: from here on it is this program's lab.
Result<LabSetup> makeReady(const UpOptions &options)
{
    const Result<LabUser> user = findLabUser();
    if (!user)
        return fail(user.error());
    const Result<Unit> checked = options.folder.check(*user);
    if (!checked)
        return fail(checked.error());
    const Result<Unit> taken = options.folder.take(*user);
    if (!taken)
        return fail(taken.error());
    // The lock was free, so what still runs in here lost its supervisor.
    const QList<ProcessIdentity> orphans = leftovers(options.folder.path());
    for (const ProcessIdentity &orphan : orphans)
        sendSignal(orphan, SIGKILL);
    waitForEnd(orphans, std::chrono::seconds(3));
    const Result<Unit> prepared = options.folder.prepare(*user);
    if (!prepared)
        return fail(prepared.error());
    const Result<QMap<QString, quint16>> ports = choosePorts(options.portBase);
    if (!ports)
        return fail(ports.error());
    return makeSetup(options.folder, *user, *ports, options.warmUp);
}

Result<int> supervise(const UpOptions &options, const std::function<void(const QJsonObject &)> &onReady)
{
    Result<LabSetup> setup = makeReady(options);
    if (!setup)
        return fail(setup.error());
    log::start(options.folder.file(QStringLiteral("log")), QStringLiteral("supervisor"), false);
    LabState state;
    state.supervisor = identify(::getpid()).value_or(ProcessIdentity{});
    state.ports = setup->ports;
    state.user = setup->user;
    state.program = setup->program;
    state.controlToken = Secret(QUuid::createUuid().toRfc4122().toHex() + QUuid::createUuid().toRfc4122().toHex());
    Supervisor supervisor(options.folder, state);
    Result<Unit> up = supervisor.listen();
    if (up)
        up = bringUp(supervisor, *setup, [] { return s_interrupted.load(); });
    if (!up) {
        supervisor.endAll();
        return fail(up.error());
    }
    supervisor.save();
    onReady(readyReport(options.folder, state));
    const std::future<void> tidied = std::async(std::launch::async, [&options] { options.folder.discardOld(); });
    Visitor visitor(state.port(QStringLiteral("entry")));
    QSocketNotifier wake(s_wakeUp[0], QSocketNotifier::Read);
    QObject::connect(&wake, &QSocketNotifier::activated, qApp, &QCoreApplication::quit);
    QObject::connect(&supervisor, &Supervisor::endAsked, qApp, &QCoreApplication::quit);
    const int code = s_interrupted ? 0 : QCoreApplication::exec();
    visitor.stop();
    supervisor.endAll();
    return code;
}

int runAttached(const UpOptions &options)
{
    catchSignals();
    const bool detached = options.reportTo >= 0;
    const Result<int> code = supervise(options, [&options, detached](const QJsonObject &report) {
        if (detached) {
            reportTo(options.reportTo, report);
            return;
        }
        tellReady(report, options.json);
        if (!options.json)
            say(QStringLiteral("It ends with Ctrl-C."));
    });
    if (code)
        return *code;
    if (detached)
        reportTo(options.reportTo, {{QStringLiteral("error"), errorToJson(code.error())}});
    return failWith(code.error());
}

int runDetached(const UpOptions &options)
{
    const Result<QJsonObject> report = startDetached(
        {QStringLiteral("up"), QStringLiteral("--dir"), options.folder.path(), QStringLiteral("--port-base"),
         QString::number(options.portBase), QStringLiteral("--warm-up"), QStringLiteral("%1ms").arg(options.warmUp.count())});
    if (!report)
        return failWith(report.error());
    tellReady(*report, options.json);
    return 0;
}

} // namespace

int runUp(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Builds a lab and starts it."));
    QCommandLineOption report(QStringLiteral("report-to"), {}, QStringLiteral("N"));
    report.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({{QStringLiteral("port-base"), QStringLiteral("First of the lab's ports (default: free ones)."), QStringLiteral("N"), QStringLiteral("0")},
                       {QStringLiteral("detach"), QStringLiteral("Return when the lab is ready; it goes on until `down`.")},
                       {QStringLiteral("json"), QStringLiteral("Print plan, ports and pid as JSON once ready.")},
                       {QStringLiteral("warm-up"), QStringLiteral("How long an instance says \"starting\" (default: 3s)."), QStringLiteral("DURATION"), QStringLiteral("3s")},
                       report});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("up"), arguments, exitCode))
        return exitCode;
    bool isPort = false;
    const uint base = parser.value(QStringLiteral("port-base")).toUInt(&isPort);
    const Result<Milliseconds> warmUp = parseDuration(parser.value(QStringLiteral("warm-up")));
    if (!isPort || base > 65'000 || (base > 0 && base < 1024) || !parser.positionalArguments().isEmpty())
        return failWith({ErrorCode::InvalidInput, QStringLiteral("wrong arguments"), QStringLiteral("Write --port-base as a number from 1024 to 65000, and nothing besides the options.")});
    if (!warmUp)
        return failWith(warmUp.error());
    const UpOptions options{LabFolder(folderOption(parser)), quint16(base), *warmUp, parser.isSet(QStringLiteral("json")),
                            parser.isSet(report) ? parser.value(report).toInt() : -1};
    return parser.isSet(QStringLiteral("detach")) ? runDetached(options) : runAttached(options);
}

} // namespace understudy::lab
