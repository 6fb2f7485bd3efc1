// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/controlclient.h"
#include "app/lab/httpcall.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QHostAddress>
#include <QTcpSocket>
#include <QThread>

namespace understudy::lab {
namespace {

bool answers(const LabState &state, const QString &name)
{
    const quint16 port = state.port(name == QLatin1String("nginx") ? QStringLiteral("entry") : name);
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return socket.waitForConnected(500);
}

/// Until a process other than `before` has the name and accepts connections.
Result<Unit> waitForNew(const LabFolder &folder, const QString &name, const ProcessIdentity &before)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + std::chrono::seconds(15);
    while (clock.monotonic() < until) {
        const Result<LabState> state = LabState::read(folder);
        const ProcessState *process = state ? state->process(name) : nullptr;
        if (process && process->identity != before && isAlive(process->identity) && answers(*state, name))
            return Unit{};
        QThread::msleep(20);
    }
    return fail(ErrorCode::NotProved, QStringLiteral("%1 did not come back").arg(name),
                QStringLiteral("Look into %1.").arg(folder.logFile(name)));
}

/// Until no process has the name any more.
Result<Unit> waitForNone(const LabFolder &folder, const QString &name, const ProcessIdentity &before)
{
    const SystemClock clock;
    const Milliseconds until = clock.monotonic() + std::chrono::seconds(15);
    while (clock.monotonic() < until) {
        if (!isAlive(before))
            return Unit{};
        QThread::msleep(20);
    }
    return fail(ErrorCode::NotProved, QStringLiteral("%1 did not end").arg(name), QStringLiteral("Look into %1.").arg(folder.logFile(name)));
}

} // namespace

int runProcess(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Restarts or stops one process of a lab; an instance reads its env file anew when it starts."));
    parser.addPositionalArgument(QStringLiteral("restart|stop"), QStringLiteral("What to do; what is stopped comes back by restart."));
    parser.addPositionalArgument(QStringLiteral("NAME"), QStringLiteral("A name that `status` shows, such as blue-1."));
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("process"), arguments, exitCode))
        return exitCode;
    const QStringList words = parser.positionalArguments();
    if (words.size() != 2 || (words[0] != QLatin1String("restart") && words[0] != QLatin1String("stop")))
        return failWith({ErrorCode::InvalidInput, QStringLiteral("wrong arguments"), QStringLiteral("Write `understudy-lab process restart NAME` or `process stop NAME`.")});
    const LabFolder folder(folderOption(parser));
    const Result<LabState> state = LabState::read(folder);
    if (!state)
        return failWith(state.error());
    const ProcessState *process = state->process(words[1]);
    if (!process) {
        QStringList names;
        for (const ProcessState &candidate : state->processes)
            names.append(candidate.name);
        return failWith({ErrorCode::InvalidInput, QStringLiteral("no process named \"%1\"").arg(words[1]),
                         QStringLiteral("Its processes are: %1.").arg(names.join(QStringLiteral(", ")))});
    }
    const Result<Unit> asked = askSupervisor(*state, {{QStringLiteral("do"), words[0]}, {QStringLiteral("name"), words[1]}});
    if (!asked)
        return failWith(asked.error());
    const Result<Unit> back = words[0] == QLatin1String("stop") ? waitForNone(folder, words[1], process->identity)
                                                                : waitForNew(folder, words[1], process->identity);
    return back ? 0 : failWith(back.error());
}

} // namespace understudy::lab
