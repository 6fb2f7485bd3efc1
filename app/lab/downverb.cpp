// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/controlclient.h"
#include "app/lab/terminal.h"
#include "app/lab/verbs.h"

#include <QCommandLineParser>
#include <QFile>

#include <csignal>

namespace understudy::lab {
namespace {

/// Everything that lab.json or the folder itself tells of.
QList<ProcessIdentity> remaining(const LabFolder &folder, const LabState &state)
{
    QList<ProcessIdentity> all = leftovers(folder.path());
    for (const ProcessState &process : state.processes) {
        if (isAlive(process.identity))
            all += familyOf(process.identity.pid);
    }
    return all;
}

} // namespace

int runDown(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Ends a lab: afterwards none of its processes is left."));
    int exitCode = 0;
    if (!parse(parser, QStringLiteral("down"), arguments, exitCode))
        return exitCode;
    const LabFolder folder(folderOption(parser));
    const Result<LabState> state = LabState::read(folder);
    if (!state && !QFile::exists(folder.lockFile())) {
        say(QStringLiteral("No lab in %1.").arg(folder.path()));
        return 0;
    }
    LabState known = state ? *state : LabState{};
    if (known.isRunning()) {
        static_cast<void>(askSupervisor(known, {{QStringLiteral("do"), QStringLiteral("down")}}));
        if (!waitForEnd({known.supervisor}, std::chrono::seconds(12))) {
            sendSignal(known.supervisor, SIGKILL);
            waitForEnd({known.supervisor}, std::chrono::seconds(2));
        }
    }
    QList<ProcessIdentity> rest = remaining(folder, known);
    for (const ProcessIdentity &process : std::as_const(rest))
        sendSignal(process, SIGKILL);
    waitForEnd(rest, std::chrono::seconds(5));
    rest = remaining(folder, known);
    if (!rest.isEmpty())
        return failWith({ErrorCode::NotProved, QStringLiteral("process %1 of the lab does not end").arg(rest.first().pid),
                         QStringLiteral("Run the command as the user who started the lab.")});
    folder.discardBranches();
    known.supervisor = {};
    known.processes.clear();
    known.faults.clear();
    static_cast<void>(known.write(folder));
    say(QStringLiteral("The lab in %1 is down.").arg(folder.path()));
    return 0;
}

} // namespace understudy::lab
