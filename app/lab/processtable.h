// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QString>

#include <optional>

namespace understudy::lab {

/// A process for certain: a pid is reused, a pid with its start time is not.
struct ProcessIdentity
{
    qint64 pid = 0;
    quint64 started = 0; ///< clock ticks since boot, field 22 of /proc/PID/stat
    bool operator==(const ProcessIdentity &) const = default;
};

/// Who has this pid now; nothing when nobody has, or a zombie.
std::optional<ProcessIdentity> identify(qint64 pid);
bool isAlive(const ProcessIdentity &process);
/// Stopped by SIGSTOP.
bool isStopped(const ProcessIdentity &process);
/// Never reaches another process that got the same pid since. False when it is gone.
bool sendSignal(const ProcessIdentity &process, int signal);
/// The process and everything below it, parents first.
QList<ProcessIdentity> familyOf(qint64 pid);
/// Servers of the kinds that a lab starts and that work inside `folder`: what a killed supervisor
/// leaves, found without its notes.
QList<ProcessIdentity> leftovers(const QString &folder);
/// Waits until none is left; true when that came before the deadline.
bool waitForEnd(const QList<ProcessIdentity> &processes, Milliseconds deadline);

} // namespace understudy::lab
