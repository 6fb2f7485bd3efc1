// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QProcessEnvironment>
#include <QStringList>

namespace understudy {

/// What a program left behind. An exit code is evidence, never proof.
struct ProgramOutput
{
    int exitCode = -1;
    QByteArray standardOutput; ///< bounded, see ProgramCall::outputLimit
    QByteArray standardError;
    bool operator==(const ProgramOutput &) const = default;
};

/// A program by path or name and an argument list; never a shell, never a joined string.
struct ProgramCall
{
    QString program;
    QStringList arguments;
    QString folder = {};
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QByteArray input = {};
    Milliseconds deadline = std::chrono::seconds(30);
    qint64 outputLimit = 1'000'000; ///< bytes of each stream that are kept; the rest is read and dropped
};

/// Runs it and waits; for worker threads. Without a controlling terminal, so that nothing can ask.
/// At the deadline or on cancel it gets SIGTERM, 2 s later SIGKILL. A start failure is ProgramMissing;
/// a non-zero exit is a value, not an Error. The output may hold secrets: redact before showing.
[[nodiscard]] Result<ProgramOutput> runProgram(const ProgramCall &call, const CancelToken &cancel = {});

} // namespace understudy
