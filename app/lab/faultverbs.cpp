// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/controlclient.h"
#include "app/lab/faults/fault.h"
#include "app/lab/labports.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"
#include "core/base/quantity.h"

#include <QCommandLineParser>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>

#include <fcntl.h>
#include <sys/file.h>

namespace understudy::lab {
namespace {

std::optional<Fault> faultNamed(const QString &name)
{
    const QList<Fault> all = allFaults();
    for (const Fault &fault : all) {
        if (fault.name == name)
            return fault;
    }
    return std::nullopt;
}

Error unknownFault(const QString &name)
{
    return {ErrorCode::InvalidInput, QStringLiteral("no fault named \"%1\"").arg(name),
            QStringLiteral("`understudy-lab faults` lists them.")};
}

/// One break or mend at a time in a lab; the next waits. The lock lives as long as the process.
void waitForTurn(const LabFolder &folder)
{
    const int descriptor = ::open(QFile::encodeName(folder.file(QStringLiteral("faults.lock"))).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        ::flock(descriptor, LOCK_EX);
}

/// --at is a place or a time, --rate "30%" or a plain number.
struct BreakOptions
{
    FaultRequest request;
    Milliseconds startsIn{0};
    Milliseconds lasts{0};
};

Result<Unit> readAt(const QStringList &values, BreakOptions &options)
{
    for (const QString &value : values) {
        if (const Result<Milliseconds> delay = parseDuration(value)) {
            options.startsIn = *delay;
        } else if (const Result<QDateTime> time = parseTime(value)) {
            options.startsIn = Milliseconds(qMax<qint64>(1, QDateTime::currentDateTimeUtc().msecsTo(*time)));
        } else if (portNames().contains(value) || !instanceNames().filter(value + QLatin1Char('-')).isEmpty()) {
            options.request.place = value;
        } else {
            return fail(ErrorCode::InvalidInput, QStringLiteral("--at %1 is no place and no time").arg(value),
                        QStringLiteral("Write a process or colour (redis-2, blue), a delay (30s) or a time with its zone (2026-11-23T14:00:00Z)."));
        }
    }
    return Unit{};
}

Result<Unit> readRate(const QString &text, BreakOptions &options)
{
    bool isNumber = false;
    const double plain = text.toDouble(&isNumber);
    const Result<double> percentage = parsePercentage(text);
    if (!isNumber && !percentage)
        return fail(ErrorCode::InvalidInput, QStringLiteral("--rate %1 is no rate").arg(text), QStringLiteral("Write 30%, or a plain number."));
    options.request.rate = percentage ? *percentage : plain;
    return Unit{};
}

Result<BreakOptions> readOptions(const QCommandLineParser &parser)
{
    BreakOptions options;
    if (const Result<Unit> at = readAt(parser.values(QStringLiteral("at")), options); !at)
        return fail(at.error());
    if (parser.isSet(QStringLiteral("rate"))) {
        if (const Result<Unit> rate = readRate(parser.value(QStringLiteral("rate")), options); !rate)
            return fail(rate.error());
    }
    if (parser.isSet(QStringLiteral("for"))) {
        const Result<Milliseconds> lasts = parseDuration(parser.value(QStringLiteral("for")));
        if (!lasts)
            return fail(lasts.error());
        options.lasts = *lasts;
    }
    if (parser.isSet(QStringLiteral("delay"))) {
        const Result<Milliseconds> delay = parseDuration(parser.value(QStringLiteral("delay")));
        if (!delay)
            return fail(delay.error());
        options.request.delay = *delay;
    }
    return options;
}

Result<Unit> refuseUnknownOptions(const Fault &fault, const BreakOptions &options)
{
    const QList<QPair<QString, bool>> given{{QStringLiteral("--at PLACE"), !options.request.place.isEmpty()},
                                            {QStringLiteral("--rate"), options.request.rate.has_value()},
                                            {QStringLiteral("--delay"), options.request.delay.has_value()}};
    for (const auto &[option, isGiven] : given) {
        if (isGiven && !fault.options.contains(option))
            return fail(ErrorCode::InvalidInput, QStringLiteral("%1 takes no %2").arg(fault.name, option), QStringLiteral("Leave it out."));
    }
    return Unit{};
}

Result<Unit> record(const LabDesk &desk, const QString &name, bool on, const QString &detail = {}, Milliseconds lasts = {})
{
    return askSupervisor(desk.state(), {{QStringLiteral("do"), QStringLiteral("fault")}, {QStringLiteral("name"), name},
                                        {QStringLiteral("on"), on}, {QStringLiteral("detail"), detail},
                                        {QStringLiteral("mend_after_ms"), qint64(lasts.count())}});
}

/// The same command without its time, for the supervisor to run then.
Result<Unit> schedule(const LabDesk &desk, const QString &name, const BreakOptions &options)
{
    QJsonArray again{QStringLiteral("break"), name};
    const auto add = [&again](const QString &option, const QString &value) {
        again.append(option);
        again.append(value);
    };
    if (!options.request.place.isEmpty())
        add(QStringLiteral("--at"), options.request.place);
    if (options.request.rate)
        add(QStringLiteral("--rate"), QString::number(*options.request.rate));
    if (options.request.delay)
        add(QStringLiteral("--delay"), QStringLiteral("%1ms").arg(options.request.delay->count()));
    if (options.lasts.count() > 0)
        add(QStringLiteral("--for"), QStringLiteral("%1ms").arg(options.lasts.count()));
    return askSupervisor(desk.state(), {{QStringLiteral("do"), QStringLiteral("schedule")}, {QStringLiteral("arguments"), again},
                                        {QStringLiteral("after_ms"), qint64(options.startsIn.count())}});
}

/// A page that cannot be sent is lost, as it would be in the world.
void page(const LabDesk &desk, const Fault &fault, bool over)
{
    if (!fault.pages)
        return;
    if (const Result<Unit> sent = desk.page(fault.name, fault.what, over); !sent)
        say(QStringLiteral("Nobody was paged: %1.").arg(sent.error().message));
}

Result<QString> breakNow(LabDesk &desk, const Fault &fault, const BreakOptions &options)
{
    desk.refresh();
    if (desk.state().fault(fault.name))
        return fail(ErrorCode::PermissionDenied, QStringLiteral("%1 is broken already").arg(fault.name),
                    QStringLiteral("Mend it first: `understudy-lab mend %1`.").arg(fault.name));
    const Result<QString> detail = fault.breakIt(desk, options.request);
    if (!detail)
        return detail;
    page(desk, fault, false);
    const Result<Unit> recorded = record(desk, fault.name, true, *detail, options.lasts);
    return recorded ? detail : fail(recorded.error());
}

Result<Unit> mendNow(LabDesk &desk, const Fault &fault)
{
    desk.refresh();
    const ActiveFault *active = desk.state().fault(fault.name);
    if (!active) {
        say(QStringLiteral("%1 is not broken.").arg(fault.name));
        return Unit{};
    }
    // A copy: mending reads the state anew.
    const QString detail = active->detail;
    const Result<Unit> mended = fault.mend(desk, detail);
    if (!mended)
        return mended;
    say(QStringLiteral("Mended: %1.").arg(fault.name));
    page(desk, fault, true);
    return record(desk, fault.name, false);
}

Result<Unit> mendEverything(LabDesk &desk)
{
    const QList<Fault> all = allFaults();
    for (const Fault &fault : all) {
        desk.refresh();
        if (!desk.state().fault(fault.name))
            continue;
        if (const Result<Unit> mended = mendNow(desk, fault); !mended)
            return mended;
    }
    return mendWholeLab(desk);
}

} // namespace

int runFaults(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Lists what can be broken, what it does and how it is mended."));
    parser.addOption({QStringLiteral("json"), QStringLiteral("Print them as JSON.")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("faults"), arguments, exitCode))
        return exitCode;
    const Result<LabState> state = LabState::read(LabFolder(folderOption(parser)));
    QJsonArray list;
    const QList<Fault> all = allFaults();
    for (const Fault &fault : all) {
        const ActiveFault *active = state ? state->fault(fault.name) : nullptr;
        list.append(QJsonObject{{QStringLiteral("name"), fault.name}, {QStringLiteral("what"), fault.what},
                                {QStringLiteral("mended"), fault.mended},
                                {QStringLiteral("options"), QJsonArray::fromStringList(fault.options)},
                                {QStringLiteral("broken"), active != nullptr},
                                {QStringLiteral("detail"), active ? active->detail : QString()}});
        if (!parser.isSet(QStringLiteral("json")))
            print(QStringLiteral("%1 %2%3 Mend: %4").arg(fault.name, -20).arg(active ? QStringLiteral("(BROKEN: %1) ").arg(active->detail) : QString(), fault.what, fault.mended));
    }
    if (parser.isSet(QStringLiteral("json")))
        printJson(QJsonDocument(list));
    return 0;
}

int runBreak(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Breaks something in a running lab; returns when it is broken."));
    parser.addPositionalArgument(QStringLiteral("FAULT"), QStringLiteral("A name that `faults` lists."));
    parser.addOptions({{QStringLiteral("at"), QStringLiteral("Where (redis-2, blue) or when (30s, 2026-11-23T14:00:00Z); may be given twice."), QStringLiteral("PLACE|TIME")},
                       {QStringLiteral("for"), QStringLiteral("Mend it by itself after this time."), QStringLiteral("DURATION")},
                       {QStringLiteral("rate"), QStringLiteral("How much: a share of the requests, or USD a minute."), QStringLiteral("RATE")},
                       {QStringLiteral("delay"), QStringLiteral("How slow."), QStringLiteral("DURATION")},
                       {QStringLiteral("json"), QStringLiteral("Print what was hit as JSON.")}});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("break"), arguments, exitCode))
        return exitCode;
    const QString name = parser.positionalArguments().value(0);
    const std::optional<Fault> fault = faultNamed(name);
    if (!fault || parser.positionalArguments().size() != 1)
        return failWith(unknownFault(name));
    const Result<BreakOptions> options = readOptions(parser);
    if (!options)
        return failWith(options.error());
    if (const Result<Unit> fitting = refuseUnknownOptions(*fault, *options); !fitting)
        return failWith(fitting.error());
    const LabFolder folder(folderOption(parser));
    Result<LabDesk> desk = LabDesk::open(folder);
    if (!desk)
        return failWith(desk.error());
    if (options->startsIn.count() > 0) {
        const Result<Unit> scheduled = schedule(*desk, name, *options);
        return scheduled ? 0 : failWith(scheduled.error());
    }
    waitForTurn(folder);
    const Result<QString> detail = breakNow(*desk, *fault, *options);
    if (!detail)
        return failWith(detail.error());
    if (parser.isSet(QStringLiteral("json")))
        printJson(QJsonDocument(QJsonObject{{QStringLiteral("fault"), name}, {QStringLiteral("detail"), *detail},
                                            {QStringLiteral("at"), toRfc3339(QDateTime::currentDateTimeUtc())}}));
    else
        say(QStringLiteral("Broken: %1 (%2).").arg(name, *detail));
    return 0;
}

int runMend(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Mends a fault, or all; returns when it has been seen whole again."));
    parser.addPositionalArgument(QStringLiteral("FAULT"), QStringLiteral("A name that `faults` lists."), QStringLiteral("[FAULT]"));
    parser.addOption({QStringLiteral("all"), QStringLiteral("Mend everything, whoever broke it.")});
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("mend"), arguments, exitCode))
        return exitCode;
    const bool all = parser.isSet(QStringLiteral("all"));
    const QString name = parser.positionalArguments().value(0);
    const std::optional<Fault> fault = faultNamed(name);
    if (all ? !parser.positionalArguments().isEmpty() : !fault || parser.positionalArguments().size() != 1)
        return failWith(unknownFault(name));
    const LabFolder folder(folderOption(parser));
    Result<LabDesk> desk = LabDesk::open(folder);
    if (!desk)
        return failWith(desk.error());
    waitForTurn(folder);
    const Result<Unit> mended = all ? mendEverything(*desk) : mendNow(*desk, *fault);
    if (!mended)
        return failWith(mended.error());
    if (all)
        say(QStringLiteral("The lab is whole."));
    return 0;
}

} // namespace understudy::lab
