// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labstate.h"

#include <QProcess>
#include <QTimer>

#include <csignal>

namespace understudy::lab {

/// How one process of the lab is started and ended.
struct ProcessSpec
{
    QString name;
    QString program;
    QStringList arguments;
    QString folder;             ///< its working folder: inside the lab's, so that it can be found again
    QString environmentFile;    ///< dotenv, read anew at each start; empty: none
    QString keptEnvironmentFile; ///< the same, and it beats the other; empty: none
    QMap<QString, QString> environment;
    int stopSignal = SIGTERM;
    int deathSignal = SIGKILL;  ///< what the kernel sends when the supervisor dies
    bool comesBack = false;     ///< started again when it ends by itself, as a process manager does
    bool onDemand = false;      ///< not running is its ordinary state
    bool dropsRightsItself = false; ///< our own program may lie where only root can read it
};

/// One supervised process. Its environment holds nothing of the supervisor's but PATH.
class LabProcess : public QObject
{
    Q_OBJECT
public:
    LabProcess(ProcessSpec spec, const LabUser &user, const LabFolder &folder, QObject *parent);

    const ProcessSpec &spec() const { return m_spec; }
    ProcessState state() const;
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    /// Lifts a hold. Idempotent.
    [[nodiscard]] Result<Unit> start();
    /// Also to a stopped one. `family`: to its children too. `hold`: it stays down until started.
    void signal(int number, bool family, bool hold);
    /// Ends it, by force after two seconds, then starts it again.
    void restart();
    /// Ends it for good, by force after two seconds; changed() tells when it has ended.
    void end();
    bool isRetired() const { return m_retired; }
    /// It will not come back, whatever happens.
    void retire() { m_retired = true; }

signals:
    /// Any field of state() has changed.
    void changed();

private:
    void onFinished();
    QProcessEnvironment environment() const;

    ProcessSpec m_spec;
    LabUser m_user;
    LabFolder m_folder;
    QProcess m_process;
    QTimer m_comeBack;
    QTimer m_force;
    ProcessIdentity m_identity;
    QDateTime m_startedAt;
    int m_restarts = 0;
    bool m_held = false;
    bool m_retired = false;
    bool m_restarting = false;
};

} // namespace understudy::lab
