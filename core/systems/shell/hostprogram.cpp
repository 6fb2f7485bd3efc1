// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/hostprogram.h"

#include "core/systems/shell/sshcommand.h"
#include "core/systems/shell/sshfault.h"

namespace understudy {
namespace {

constexpr int sshFailed = 255;
constexpr int notFound = 127;

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
        return runProgram(run, cancel);
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
    if (output->exitCode == notFound)
        return fail(ErrorCode::ProgramMissing,
                    QStringLiteral("%1 is not found on %2").arg(call.words.value(0), host.name),
                    QStringLiteral("Install it there, or put it into the PATH that ssh gives a command "
                                   "(which reads no profile)."));
    return output;
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
