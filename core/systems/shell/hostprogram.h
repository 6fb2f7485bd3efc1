// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/program.h"
#include "core/plan/plan.h"

namespace understudy {

/// A program on a host of the plan: run here, or there by the operator's own ssh.
struct HostCall
{
    QStringList words; ///< program and arguments; seen by everybody on that host: never a secret
    QString folder = {};
    QStringList unset = {}; ///< variables of our own environment that it must not inherit
    QByteArray input = {};  ///< the way for secrets
    Milliseconds deadline = std::chrono::seconds(30);
    qint64 outputLimit = 1'000'000;
    QString about = {}; ///< which program it is, where `words` begin with a shell's
    QString program() const { return about.isEmpty() ? words.value(0) : about; }
};

/// As runProgram. Over ssh, what keeps us from the host is TunnelDown with what to do about it;
/// a program that is not there is ProgramMissing.
[[nodiscard]] Result<ProgramOutput> runOnHost(const Host &host, const HostCall &call,
                                              const CancelToken &cancel = {});

/// The host of that name; an empty or unknown name is this machine (the plan's reader refuses
/// unknown ones).
Host hostOf(const Plan &plan, const QString &name);
/// "app-1", or "this machine".
QString hostLabel(const Host &host);

/// One word for a POSIX shell, whatever it holds.
QString shellQuoted(const QString &word);

} // namespace understudy
