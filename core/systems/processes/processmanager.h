// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/plan/plan.h"
#include "core/systems/envfile/envedit.h"

#include <optional>

namespace understudy {

/// Which variables have got new values, and which.
struct ChangedEnvironment
{
    QStringList keys;
    EnvEdit::Change value;
};

/// Restarts the processes of a plan's application, each on its host. Blocks; thread safe.
class ProcessManager
{
public:
    explicit ProcessManager(const Plan &plan);

    Host host(const PoolInstance &instance) const;
    ProcessesPlan::Kind kind() const { return m_processes.kind; }
    const QString &folder() const { return m_processes.folder; }

    /// What `restart` runs, a command a line, as a person would type it on that host. With a
    /// changed environment it is another one: a mere restart keeps the old environment under PM2
    /// and compose.
    QStringList commands(const PoolInstance &instance, bool changedEnvironment) const;
    /// Whether `stop` can be done at all: commands of the plan's own may leave it out.
    bool canStop() const { return m_processes.kind != ProcessesPlan::Kind::Commands || !m_processes.stop.isEmpty(); }
    /// What `stop` runs.
    QStringList stopCommands(const PoolInstance &instance) const;
    /// It stays stopped until `restart`. As there, an exit code of 0 proves nothing yet.
    [[nodiscard]] Result<Unit> stop(const PoolInstance &instance, const CancelToken &cancel) const;
    /// An exit code of 0 proves nothing yet: see processsight.h.
    [[nodiscard]] Result<Unit> restart(const PoolInstance &instance,
                                       const std::optional<ChangedEnvironment> &changed,
                                       const CancelToken &cancel) const;

private:
    QList<QStringList> calls(const PoolInstance &instance, bool changedEnvironment) const;
    QStringList stopCall(const PoolInstance &instance) const;
    [[nodiscard]] Result<Unit> run(const PoolInstance &instance, const QStringList &words,
                                   const QStringList &unset, const CancelToken &cancel) const;

    QList<Host> m_hosts;
    ProcessesPlan m_processes;
};

} // namespace understudy
