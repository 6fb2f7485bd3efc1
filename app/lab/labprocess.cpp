// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labprocess.h"

#include "app/lab/environmentfile.h"

#include <unistd.h>

namespace understudy::lab {

LabProcess::LabProcess(ProcessSpec spec, const LabUser &user, const LabFolder &folder, QObject *parent)
    : QObject(parent), m_spec(std::move(spec)), m_user(user), m_folder(folder)
{
    m_comeBack.setSingleShot(true);
    m_comeBack.setInterval(1000);
    m_force.setSingleShot(true);
    m_force.setInterval(2000);
    connect(&m_comeBack, &QTimer::timeout, this, [this] {
        if (!m_held && !m_retired && !isRunning())
            static_cast<void>(start());
    });
    connect(&m_force, &QTimer::timeout, this, [this] { signal(SIGKILL, true, false); });
    connect(&m_process, &QProcess::finished, this, &LabProcess::onFinished);
    const LabUser drop = m_spec.dropsRightsItself ? LabUser{} : m_user;
    const int deathSignal = m_spec.deathSignal;
    m_process.setChildProcessModifier([drop, deathSignal] {
        ::setsid();
        if (!becomeLabUser(drop, deathSignal))
            ::_exit(126);
    });
    m_process.setProgram(m_spec.program);
    m_process.setArguments(m_spec.arguments);
    m_process.setWorkingDirectory(m_spec.folder);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.logFile(m_spec.name), QIODevice::Append);
}

ProcessState LabProcess::state() const
{
    const bool running = isRunning();
    return {m_spec.name, running ? m_identity : ProcessIdentity{},
            running ? QStringLiteral("online") : m_comeBack.isActive() ? QStringLiteral("waiting")
            : m_spec.onDemand ? QStringLiteral("idle") : QStringLiteral("stopped"),
            m_restarts, m_startedAt, m_held};
}

QProcessEnvironment LabProcess::environment() const
{
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("HOME"), m_spec.folder);
    // What the process manager was given beats the file, as dotenv has it.
    for (const QString &path : {m_spec.environmentFile, m_spec.keptEnvironmentFile}) {
        const QMap<QString, QString> file = path.isEmpty() ? QMap<QString, QString>{} : readEnvironmentFile(path);
        for (auto entry = file.begin(); entry != file.end(); ++entry)
            environment.insert(entry.key(), entry.value());
    }
    for (auto entry = m_spec.environment.begin(); entry != m_spec.environment.end(); ++entry)
        environment.insert(entry.key(), entry.value());
    return environment;
}

Result<Unit> LabProcess::start()
{
    m_held = false;
    m_comeBack.stop();
    if (isRunning())
        return Unit{};
    m_process.setProcessEnvironment(environment());
    m_process.start();
    if (!m_process.waitForStarted(5000))
        return fail(ErrorCode::ProgramMissing, QStringLiteral("cannot start %1").arg(m_spec.program), {}, m_process.errorString());
    const std::optional<ProcessIdentity> identity = identify(m_process.processId());
    m_identity = identity.value_or(ProcessIdentity{});
    m_startedAt = QDateTime::currentDateTimeUtc();
    emit changed();
    return Unit{};
}

void LabProcess::signal(int number, bool family, bool hold)
{
    if (hold) {
        m_held = true;
        m_comeBack.stop();
    }
    if (isRunning()) {
        const QList<ProcessIdentity> members = family ? familyOf(m_identity.pid) : QList<ProcessIdentity>{m_identity};
        for (const ProcessIdentity &member : members)
            sendSignal(member, number);
    }
    emit changed();
}

void LabProcess::restart()
{
    m_held = false;
    if (!isRunning()) {
        ++m_restarts;
        static_cast<void>(start());
        return;
    }
    m_restarting = true;
    signal(SIGCONT, true, false);
    signal(m_spec.stopSignal, false, false);
    m_force.start();
}

void LabProcess::end()
{
    m_retired = true;
    m_comeBack.stop();
    signal(SIGCONT, true, false);
    signal(m_spec.stopSignal, false, false);
    if (isRunning())
        m_force.start();
}

void LabProcess::onFinished()
{
    m_force.stop();
    if (m_retired || m_held) {
        m_restarting = false;
    } else if (m_restarting) {
        m_restarting = false;
        ++m_restarts;
        static_cast<void>(start());
        return;
    } else if (m_spec.comesBack) {
        ++m_restarts;
        m_comeBack.start();
    }
    emit changed();
}

} // namespace understudy::lab
