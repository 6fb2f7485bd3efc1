// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/processmanager.h"

#include "core/systems/processes/pm2restart.h"
#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"

#include <QRegularExpression>

#include <algorithm>

namespace understudy {
namespace {

using Kind = ProcessesPlan::Kind;
using namespace std::chrono_literals;

constexpr Milliseconds restartDeadline = 90s;

/// As a person types it: quoted only where a shell would touch it.
QString typed(const QStringList &words)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:@=+,-]+$"));
    QStringList shown;
    for (const QString &word : words)
        shown.append(plain.match(word).hasMatch() ? word : shellQuoted(word));
    return shown.join(QLatin1Char(' '));
}

} // namespace

ProcessManager::ProcessManager(const Plan &plan)
    : m_hosts(plan.hosts)
    , m_processes(plan.application ? plan.application->processes : ProcessesPlan())
{}

Host ProcessManager::host(const PoolInstance &instance) const
{
    const QString name = instance.host.isEmpty() ? m_processes.host : instance.host;
    const auto found = std::find_if(m_hosts.begin(), m_hosts.end(),
                                    [&name](const Host &one) { return one.name == name; });
    return found == m_hosts.end() ? Host{} : *found;
}

QList<QStringList> ProcessManager::calls(const PoolInstance &instance,
                                         bool changedEnvironment) const
{
    const QString &process = instance.process;
    const QString docker = QStringLiteral("docker"), compose = QStringLiteral("compose"),
                  systemctl = QStringLiteral("systemctl");
    switch (m_processes.kind) {
    case Kind::Pm2:
        if (changedEnvironment)
            return {{QStringLiteral("pm2"), QStringLiteral("delete"), process},
                    {QStringLiteral("pm2"), QStringLiteral("start"),
                     QStringLiteral("SETTINGS-OF-%1.json").arg(process),
                     QStringLiteral("--update-env")}};
        return {{QStringLiteral("pm2"), QStringLiteral("restart"), process}};
    case Kind::DockerCompose:
        // `restart` takes the old container with its old environment (docker/compose#4140).
        if (changedEnvironment)
            return {{docker, compose, QStringLiteral("up"), QStringLiteral("-d"),
                     QStringLiteral("--force-recreate"), QStringLiteral("--no-deps"), process}};
        return {{docker, compose, QStringLiteral("restart"), process}};
    case Kind::Systemd:
        return {{systemctl, QStringLiteral("restart"), process}};
    case Kind::Commands: {
        QStringList words = m_processes.restart;
        words.replaceInStrings(QStringLiteral("{process}"), process);
        return {words};
    }
    case Kind::None:
        break;
    }
    return {};
}

QStringList ProcessManager::stopCall(const PoolInstance &instance) const
{
    const QString stop = QStringLiteral("stop");
    switch (m_processes.kind) {
    case Kind::Pm2:
        return {QStringLiteral("pm2"), stop, instance.process};
    case Kind::DockerCompose:
        return {QStringLiteral("docker"), QStringLiteral("compose"), stop, instance.process};
    case Kind::Systemd:
        return {QStringLiteral("systemctl"), stop, instance.process};
    case Kind::Commands: {
        QStringList words = m_processes.stop;
        words.replaceInStrings(QStringLiteral("{process}"), instance.process);
        return words;
    }
    case Kind::None:
        break;
    }
    return {};
}

QStringList ProcessManager::stopCommands(const PoolInstance &instance) const
{
    const QStringList words = stopCall(instance);
    return words.isEmpty() ? QStringList() : QStringList{typed(words)};
}

Result<Unit> ProcessManager::stop(const PoolInstance &instance, const CancelToken &cancel) const
{
    const QStringList words = stopCall(instance);
    if (words.isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no command that stops %1").arg(instance.process),
                    QStringLiteral("Add `stop` to application.processes.commands."));
    return run(instance, words, {}, cancel);
}

QStringList ProcessManager::commands(const PoolInstance &instance, bool changedEnvironment) const
{
    QStringList lines;
    for (const QStringList &words : calls(instance, changedEnvironment))
        lines.append(typed(words));
    return lines;
}

Result<Unit> ProcessManager::restart(const PoolInstance &instance,
                                     const std::optional<ChangedEnvironment> &changed,
                                     const CancelToken &cancel) const
{
    if (changed && m_processes.kind == Kind::Pm2)
        return pm2::remake(host(instance), instance.process, changed->keys, changed->value, cancel);
    if (m_processes.kind == Kind::Systemd) {
        // A unit file that was edited counts only after this; EnvironmentFile is read at each
        // start.
        const Result<ProgramOutput> stale =
            runOnHost(host(instance),
                      {.words = {QStringLiteral("systemctl"), QStringLiteral("show"),
                                 QStringLiteral("-p"), QStringLiteral("NeedDaemonReload"),
                                 QStringLiteral("--value"), instance.process}},
                      cancel);
        if (stale && stale->standardOutput.trimmed() == "yes") {
            if (const Result<Unit> read =
                    run(instance, {QStringLiteral("systemctl"), QStringLiteral("daemon-reload")},
                        {}, cancel);
                !read)
                return read;
        }
    }
    for (const QStringList &words : calls(instance, changed.has_value())) {
        // A variable of ours would win over the file that was changed.
        if (const Result<Unit> done =
                run(instance, words, changed ? changed->keys : QStringList(), cancel);
            !done)
            return done;
    }
    return Unit{};
}

Result<Unit> ProcessManager::run(const PoolInstance &instance, const QStringList &words,
                                 const QStringList &unset, const CancelToken &cancel) const
{
    const Result<ProgramOutput> output = runOnHost(
        host(instance),
        {.words = words, .folder = m_processes.folder, .unset = unset, .deadline = restartDeadline},
        cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode != 0)
        return fail(ErrorCode::ProgramFailed,
                    QStringLiteral("%1 for %2 ended with %3")
                        .arg(typed(words.mid(0, 2)), instance.process)
                        .arg(output->exitCode),
                    QStringLiteral("See what it says, mend it, then try again."),
                    complaintOf(*output));
    return Unit{};
}

} // namespace understudy
