// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/haproxytraffic.h"

#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"
#include "core/systems/traffic/colournames.h"

#include <QDeadlineTimer>
#include <QLocalSocket>
#include <QTcpSocket>

namespace understudy {
namespace {

constexpr Milliseconds haproxyAnswer{5000};
constexpr qint64 mostAnswer = 4'000'000;

/// One command for one connection, which HAProxy closes when it has said everything.
template<typename Socket>
Result<QByteArray> conversation(Socket &socket, const QString &command, const CancelToken &cancel)
{
    QDeadlineTimer timer(haproxyAnswer);
    const auto error = [&socket](const QString &what) {
        return fail(ErrorCode::Unreachable, what, QStringLiteral("Name in the plan the `stats socket` of HAProxy's configuration; it has to be of `level admin`, and this user has to be let in."), socket.errorString());
    };
    if (!socket.waitForConnected(int(timer.remainingTime())))
        return error(QStringLiteral("HAProxy's runtime API cannot be reached"));
    socket.write(command.toUtf8() + '\n');
    QByteArray answer;
    while (!cancel.isCancelled() && !timer.hasExpired()) {
        const bool more = socket.waitForReadyRead(100);
        answer += socket.readAll();
        if (answer.size() > mostAnswer)
            return fail(ErrorCode::TooLarge, QStringLiteral("HAProxy answers more than %1 bytes").arg(mostAnswer));
        if (!more && socket.state() != Socket::ConnectedState)
            return answer;
    }
    if (cancel.isCancelled())
        return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
    return error(QStringLiteral("HAProxy's runtime API does not answer"));
}

Result<QByteArray> askHere(const QString &address, const QString &command, const CancelToken &cancel)
{
    if (address.startsWith(QLatin1Char('/'))) {
        QLocalSocket socket;
        socket.connectToServer(address);
        return conversation(socket, command, cancel);
    }
    QTcpSocket socket;
    socket.connectToHost(address.section(QLatin1Char(':'), 0, -2), quint16(address.section(QLatin1Char(':'), -1).toUInt()));
    return conversation(socket, command, cancel);
}

Result<QByteArray> askThere(const Host &host, const QString &address, const QString &command, const CancelToken &cancel)
{
    const QString target = (address.startsWith(QLatin1Char('/')) ? QStringLiteral("UNIX-CONNECT:") : QStringLiteral("TCP:")) + address;
    const Result<ProgramOutput> output = runOnHost(host, {.words = {QStringLiteral("socat"), QStringLiteral("-t5"), QStringLiteral("-"), target}, .input = command.toUtf8() + '\n',
                                                          .deadline = std::chrono::seconds(10), .outputLimit = mostAnswer}, cancel);
    if (!output && output.error().code == ErrorCode::ProgramMissing)
        return fail(ErrorCode::ProgramMissing, QStringLiteral("socat is not installed on %1").arg(hostLabel(host)), QStringLiteral("It carries the words to HAProxy's socket there: apt-get install socat."));
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::Unreachable, QStringLiteral("HAProxy's runtime API on %1 cannot be reached").arg(hostLabel(host)),
                    QStringLiteral("Name in the plan the `stats socket` of its configuration; the login user has to be let in."), complaintOf(*output));
    return output->standardOutput;
}

/// The plan's words end up in a line of commands: what could end one and begin another is refused.
bool isOneWord(const QString &word)
{
    return std::none_of(word.begin(), word.end(), [](QChar c) { return c.isSpace() || c == QLatin1Char(';') || c == QLatin1Char('\\') || c.unicode() < 0x20; });
}

} // namespace

HaproxyTraffic::HaproxyTraffic(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    m_host = hostOf(plan, values.value(QStringLiteral("host")));
    m_socket = values.value(QStringLiteral("socket"));
    m_backend = values.value(QStringLiteral("backend"));
    m_map = values.value(QStringLiteral("map"));
    m_pools = plan.application->pools;
}

Result<QByteArray> HaproxyTraffic::ask(const QString &command, const CancelToken &cancel) const
{
    if (!isOneWord(m_backend) || !isOneWord(m_map))
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan's backend or map for HAProxy holds a blank"), QStringLiteral("Write it as HAProxy has it."));
    return m_host.isLocal() ? askHere(m_socket, command, cancel) : askThere(m_host, m_socket, command, cancel);
}

Result<Unit> HaproxyTraffic::tell(const QString &command, const CancelToken &cancel) const
{
    const Result<QByteArray> answer = ask(command, cancel);
    if (!answer)
        return fail(answer.error());
    if (answer->trimmed().isEmpty())
        return Unit{};
    return fail(ErrorCode::ProgramFailed, QStringLiteral("HAProxy refuses: %1").arg(command),
                answer->contains("ermission denied") ? QStringLiteral("Give its `stats socket` the level admin.") : QString(), QString::fromUtf8(answer->left(200)).simplified());
}

Result<QList<haproxystate::Server>> HaproxyTraffic::servers(const CancelToken &cancel) const
{
    const Result<QByteArray> answer = ask(m_backend.isEmpty() ? QStringLiteral("show servers state") : QStringLiteral("show servers state %1").arg(m_backend), cancel);
    if (!answer)
        return fail(answer.error());
    if (answer->contains("Can't find backend"))
        return fail(ErrorCode::NotFound, QStringLiteral("HAProxy has no backend %1").arg(m_backend), QStringLiteral("Mend `backend` in the plan's haproxy."));
    return haproxystate::servers(*answer);
}

Result<QList<haproxystate::MapEntry>> HaproxyTraffic::entries(const CancelToken &cancel) const
{
    const Result<QByteArray> answer = ask(QStringLiteral("show map %1").arg(m_map), cancel);
    if (!answer)
        return fail(answer.error());
    if (answer->contains("Unknown map"))
        return fail(ErrorCode::NotFound, QStringLiteral("HAProxy has no map %1").arg(m_map), QStringLiteral("Mend `map` in the plan's haproxy; `show map` lists them."));
    return haproxystate::mapEntries(*answer);
}

QString HaproxyTraffic::where() const
{
    const QString what = byMap() ? QStringLiteral("map %1").arg(m_map) : m_backend.isEmpty() ? QStringLiteral("all backends") : QStringLiteral("backend %1").arg(m_backend);
    return QStringLiteral("HAProxy on %1, %2").arg(hostLabel(m_host), what);
}

Result<TrafficLook> HaproxyTraffic::look(const CancelToken &cancel) const
{
    TrafficLook seen{.disk = QStringLiteral("its configuration on disk is not looked at"), .running = {}};
    QStringList words;
    const auto add = [&seen](const QString &colour) {
        if (!colour.isEmpty() && !seen.colours.contains(colour))
            seen.colours.append(colour);
    };
    if (byMap()) {
        const Result<QList<haproxystate::MapEntry>> all = entries(cancel);
        if (!all)
            return fail(all.error());
        for (const haproxystate::MapEntry &entry : *all) {
            add(colournames::in(entry.value, colournames::of(m_pools)));
            words.append(QStringLiteral("%1 %2").arg(entry.key, entry.value));
        }
    } else {
        const Result<QList<haproxystate::Server>> all = servers(cancel);
        if (!all)
            return fail(all.error());
        for (const haproxystate::Server &server : *all) {
            const QString colour = colournames::ofServer(server.address, server.port, m_pools);
            if (colour.isEmpty())
                continue;
            if (server.isEnabled())
                add(colour);
            words.append(QStringLiteral("%1/%2 %3").arg(server.backend, server.name, server.stateWord()));
        }
    }
    seen.running = words.isEmpty() ? QStringLiteral("%1 names no instance of the plan").arg(where()) : QStringLiteral("%1 runs with: %2").arg(where(), words.mid(0, 12).join(QStringLiteral(", ")));
    seen.disk = seen.colours.isEmpty() ? seen.running : QStringLiteral("%1 sends to %2").arg(where(), seen.colours.join(QStringLiteral(" and ")));
    seen.state = words.join(QLatin1Char('\n')).toUtf8();
    return seen;
}

Result<QStringList> HaproxyTraffic::commandsFor(const QString &colour, const CancelToken &cancel) const
{
    QStringList in, out;
    if (byMap()) {
        const Result<QList<haproxystate::MapEntry>> all = entries(cancel);
        if (!all)
            return fail(all.error());
        for (const haproxystate::MapEntry &entry : *all) {
            const QString value = colournames::replaced(entry.value, colournames::of(m_pools), colour);
            if (!value.isEmpty() && value != entry.value)
                in.append(QStringLiteral("set map %1 #%2 %3").arg(m_map, entry.id, value));
        }
        return in;
    }
    const Result<QList<haproxystate::Server>> all = servers(cancel);
    if (!all)
        return fail(all.error());
    int there = 0;
    for (const haproxystate::Server &server : *all) {
        const QString its = colournames::ofServer(server.address, server.port, m_pools);
        const QString name = server.backend + QLatin1Char('/') + server.name;
        there += its == colour ? 1 : 0;
        if (its == colour && !server.isEnabled())
            in.append(QStringLiteral("set server %1 state ready").arg(name));
        else if (!its.isEmpty() && its != colour && server.isEnabled())
            out.append(QStringLiteral("set server %1 state maint").arg(name));
    }
    if (there == 0)
        return fail(ErrorCode::NotFound, QStringLiteral("%1 has no server of %2").arg(where(), colour), QStringLiteral("Each instance of the plan needs a server line; the idle colour's may be `disabled`."));
    return in + out;
}

Result<QString> HaproxyTraffic::check(const QString &colour, const CancelToken &cancel) const
{
    const Result<QStringList> commands = commandsFor(colour, cancel);
    if (!commands)
        return fail(commands.error());
    if (byMap() && commands->isEmpty())
        return QStringLiteral("the map has nothing to change");
    return QStringLiteral("HAProxy answers and knows what is to be set: %1 commands").arg(commands->size());
}

Result<QString> HaproxyTraffic::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    Q_UNUSED(tag);
    const Result<TrafficLook> now = look(cancel);
    if (!now)
        return fail(now.error());
    if (now->state != seen.state)
        return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(where()), QStringLiteral("Look again."), now->running);
    const Result<QStringList> commands = commandsFor(colour, cancel);
    if (!commands)
        return fail(commands.error());
    for (const QString &command : *commands) {
        const Result<Unit> told = tell(command, cancel);
        if (told)
            continue;
        // Not with the run's token: a cancel must not leave it between two minds.
        const Result<QStringList> back = commandsBack(seen.state, {});
        bool isBack = back.has_value();
        for (const QString &one : back ? *back : QStringList())
            isBack = tell(one, {}).has_value() && isBack;
        if (!isBack && command != commands->first())
            return fail(ErrorCode::NeedsOperator, QStringLiteral("HAProxy was switched in part, and could not be put back"), QStringLiteral("See `show servers state` at its socket."), told.error().text());
        return fail(told.error());
    }
    return QStringLiteral("%1: %2").arg(where(), commands->isEmpty() ? QStringLiteral("nothing had to be set") : commands->join(QStringLiteral("; ")));
}

/// Each server as it was, not every one of the colour made ready: one of them may have been in maintenance.
QByteArray HaproxyTraffic::stateToNote(const TrafficLook &seen) const
{
    constexpr qsizetype mostNoted = 100'000;
    return seen.state.size() > mostNoted ? QByteArray() : seen.state;
}

Result<QStringList> HaproxyTraffic::commandsBack(const QByteArray &state, const CancelToken &cancel) const
{
    QMap<QString, QString> noted;
    for (const QString &line : QString::fromUtf8(state).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        noted.insert(line.section(QLatin1Char(' '), 0, -2), line.section(QLatin1Char(' '), -1));
    QStringList in, out;
    if (byMap()) {
        const Result<QList<haproxystate::MapEntry>> all = entries(cancel);
        if (!all)
            return fail(all.error());
        for (const haproxystate::MapEntry &entry : *all) {
            const QString was = noted.value(entry.key, entry.value);
            // What names none of the plan's colours is somebody else's, and was not ours to set.
            const bool isOurs = !colournames::in(entry.value, colournames::of(m_pools)).isEmpty();
            if (was != entry.value && isOurs && isOneWord(was))
                in.append(QStringLiteral("set map %1 #%2 %3").arg(m_map, entry.id, was));
        }
        return in;
    }
    const Result<QList<haproxystate::Server>> all = servers(cancel);
    if (!all)
        return fail(all.error());
    for (const haproxystate::Server &server : *all) {
        const QString name = server.backend + QLatin1Char('/') + server.name;
        const QString was = noted.value(name, server.stateWord());
        if (was == server.stateWord() || colournames::ofServer(server.address, server.port, m_pools).isEmpty())
            continue;
        if (was == QLatin1String("ready"))
            in.append(QStringLiteral("set server %1 state ready").arg(name));
        else if (was == QLatin1String("drain") || was == QLatin1String("maint"))
            out.append(QStringLiteral("set server %1 state %2").arg(name, was));
    }
    return in + out;
}

Result<QString> HaproxyTraffic::putBackState(const QByteArray &state, const QString &colour, const QString &tag, const CancelToken &cancel) const
{
    if (state.isEmpty())
        return putBack(colour, tag, cancel);
    const Result<QStringList> commands = commandsBack(state, cancel);
    if (!commands)
        return fail(commands.error());
    // Those that serve first: at no time nobody does. One that failed half-way is gone on with by asking anew.
    for (const QString &command : *commands) {
        if (const Result<Unit> told = tell(command, cancel); !told)
            return fail(told.error());
    }
    return QStringLiteral("%1: %2").arg(where(), commands->isEmpty() ? QStringLiteral("nothing had to be set") : commands->join(QStringLiteral("; ")));
}

QStringList HaproxyTraffic::willDo(const QString &colour) const
{
    if (byMap())
        return {QStringLiteral("set map %1: every value that names another colour names %2").arg(m_map, colour)};
    const QString backend = m_backend.isEmpty() ? QStringLiteral("BACKEND") : m_backend;
    QStringList lines{QStringLiteral("set server %1/… state ready, for the servers of %2").arg(backend, colour)};
    lines.append(QStringLiteral("then set server %1/… state maint, for those of the other colours").arg(backend));
    return lines;
}

QString HaproxyTraffic::restoreText() const
{
    return QStringLiteral("the same the other way round. HAProxy forgets both when it is started anew: change its configuration as well once it is decided");
}

QStringList HaproxyTraffic::byHand(const QString &colour) const
{
    const QString target = (m_socket.startsWith(QLatin1Char('/')) ? QStringLiteral("UNIX-CONNECT:") : QStringLiteral("TCP:")) + m_socket;
    const QString ask = byMap() ? QStringLiteral("show map %1").arg(m_map) : QStringLiteral("show servers state");
    const QString set = byMap() ? QStringLiteral("set map %1 KEY %2").arg(m_map, colour) : QStringLiteral("set server BACKEND/SERVER-OF-%1 state ready").arg(colour.toUpper());
    return {QStringLiteral("echo %1 | socat - %2").arg(shellQuoted(ask), target), QStringLiteral("echo %1 | socat - %2").arg(shellQuoted(set), target)};
}

} // namespace understudy
