// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

/// The one place that understands what OpenSSH writes to standard error (not translated; 9.2
/// and 10.0).
namespace understudy::sshfault {

struct Ended
{
    Error error; ///< of code TunnelDown
    bool lasting =
        false; ///< trying again changes nothing until a person has, and may get us locked out
};

/// How long ssh is left alone after what only a person can mend: servers bar addresses that are
/// refused five times in ten minutes.
inline constexpr std::chrono::minutes lastingPause{3};

/// Why an ssh has ended. `exitCode` as ChildProgram tells it; `words` is what it wrote to standard
/// error.
Ended ended(const Host &host, int exitCode, const QByteArray &words);
/// Why an ssh that was to run one command there has failed (exit code 255); nothing is tried again.
Error failed(const Host &host, int exitCode, const QByteArray &words);
/// It runs, but takes no connection in time.
Error notOpen(const Host &host, Milliseconds within, const QByteArray &words);

/// Of "channel 3: open failed: connect failed: Connection refused" what follows "open failed: ";
/// else empty.
QString reasonNotReached(const QByteArray &line);
/// The far side could not connect to `peer`, for one of these reasons.
Error notReached(const Host &host, const Endpoint &peer, const QStringList &reasons);

} // namespace understudy::sshfault
