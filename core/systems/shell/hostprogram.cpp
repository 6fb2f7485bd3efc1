// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/hostprogram.h"

#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshfault.h"

namespace understudy {
namespace {

constexpr int sshFailed = 255;
constexpr int notFound = 127;

/// What a shell and env(1) answer for a program that is not there.
Result<ProgramOutput> unlessMissing(const Host &host, const HostCall &call,
                                    const Result<ProgramOutput> &output)
{
    if (!output || output->exitCode != notFound)
        return output;
    const QString where = hostLabel(host);
    return fail(
        ErrorCode::ProgramMissing,
        QStringLiteral("%1 is not found on %2").arg(call.program(), where),
        host.isLocal()
            ? QStringLiteral("Install it, or start this console with a PATH that leads to it.")
            : QStringLiteral("Install it there, or put it into the PATH that ssh gives a command "
                             "(which reads no profile)."));
}

/// ssh joins its words for the login shell over there; each is quoted for that.
QString remoteLine(const HostCall &call)
{
    QStringList words;
    if (!call.folder.isEmpty())
        words << QStringLiteral("cd") << shellQuoted(call.folder) << QStringLiteral("&&");
    words << QStringLiteral("exec");
    for (const QString &word : call.words)
        words << shellQuoted(word);
    return words.join(QLatin1Char(' '));
}

} // namespace

Result<ProgramOutput> runOnHost(const Host &host, const HostCall &call, const CancelToken &cancel)
{
    ProgramCall run{.program = call.words.value(0),
                    .arguments = call.words.mid(1),
                    .folder = call.folder,
                    .input = call.input,
                    .deadline = call.deadline,
                    .outputLimit = call.outputLimit};
    if (host.isLocal()) {
        for (const QString &name : call.unset)
            run.environment.remove(name);
        return unlessMissing(host, call, runProgram(run, cancel));
    }
    run.program = QStringLiteral("ssh");
    run.arguments = sshRunArguments(host) << remoteLine(call);
    run.folder.clear();
    const Result<ProgramOutput> output = runProgram(run, cancel);
    if (!output && output.error().code == ErrorCode::ProgramMissing)
        return fail(sshfault::failed(host, -1, output.error().cause.toUtf8()));
    if (!output)
        return output;
    if (output->exitCode == sshFailed)
        return fail(sshfault::failed(host, output->exitCode, output->standardError));
    return unlessMissing(host, call, output);
}

Host hostOf(const Plan &plan, const QString &name)
{
    const Host *host = plan.host(name);
    return host ? *host : Host{};
}

QString hostLabel(const Host &host)
{
    return host.name.isEmpty() ? QStringLiteral("this machine") : host.name;
}

QString shellQuoted(const QString &word)
{
    QString inside = word;
    return QLatin1Char('\'') + inside.replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
           QLatin1Char('\'');
}

} // namespace understudy
