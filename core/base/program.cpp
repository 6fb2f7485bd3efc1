// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/program.h"

#include "core/base/childsetup.h"

#include <QElapsedTimer>
#include <QProcess>

namespace understudy {
namespace {

void keep(QByteArray &into, const QByteArray &more, qint64 limit)
{
    if (into.size() < limit)
        into += more.left(limit - into.size());
}

void stop(QProcess &process)
{
    process.terminate();
    if (!process.waitForFinished(2000)) {
        process.kill();
        process.waitForFinished(2000);
    }
}

} // namespace

Result<ProgramOutput> runProgram(const ProgramCall &call, const CancelToken &cancel)
{
    QProcess process;
    process.setProgram(call.program);
    process.setArguments(call.arguments);
    process.setProcessEnvironment(call.environment);
    if (!call.folder.isEmpty())
        process.setWorkingDirectory(call.folder);
    process.setChildProcessModifier([] { childsetup::standAlone(); });
    QElapsedTimer elapsed;
    elapsed.start();
    process.start();
    if (!process.waitForStarted(int(call.deadline.count())))
        return fail(ErrorCode::ProgramMissing, QStringLiteral("cannot start %1").arg(call.program),
                    QStringLiteral("Install it, or correct the path in the plan."), process.errorString());
    process.write(call.input);
    process.closeWriteChannel();
    ProgramOutput output;
    while (process.state() != QProcess::NotRunning) {
        process.waitForFinished(50);
        keep(output.standardOutput, process.readAllStandardOutput(), call.outputLimit);
        keep(output.standardError, process.readAllStandardError(), call.outputLimit);
        if (process.state() == QProcess::NotRunning)
            break;
        if (cancel.isCancelled()) {
            stop(process);
            return fail(ErrorCode::Cancelled, QStringLiteral("%1 was cancelled").arg(call.program));
        }
        if (elapsed.hasExpired(call.deadline.count())) {
            stop(process);
            return fail(ErrorCode::TimedOut,
                        QStringLiteral("%1 did not end within %2 s").arg(call.program).arg(call.deadline.count() / 1000));
        }
    }
    keep(output.standardOutput, process.readAllStandardOutput(), call.outputLimit);
    keep(output.standardError, process.readAllStandardError(), call.outputLimit);
    output.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 128;
    return output;
}

} // namespace understudy
