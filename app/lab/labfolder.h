// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labuser.h"
#include "core/base/secret.h"

namespace understudy::lab {

/// The one folder of a lab. Everything a lab writes is in here.
/// lab.json, plan.yaml and secrets/ belong to who started it, the servers' folders to the lab user.
class LabFolder
{
public:
    explicit LabFolder(const QString &path);

    const QString &path() const { return m_path; }
    QString file(const QString &relative) const { return m_path + QLatin1Char('/') + relative; }
    QString lockFile() const { return file(QStringLiteral("lab.lock")); }
    QString stateFile() const { return file(QStringLiteral("lab.json")); }
    QString planFile() const { return file(QStringLiteral("plan.yaml")); }
    QString logFile(const QString &process) const { return file(QStringLiteral("log/") + process + QStringLiteral(".log")); }
    QString postgres() const { return file(QStringLiteral("pg")); }
    QString archive() const { return file(QStringLiteral("wal-archive")); }
    QString baseBackup() const { return file(QStringLiteral("base-backup")); }
    /// A branch of the database: its server's files and its own WAL archive. Slots count from 1.
    QString branch(int slot) const { return file(QStringLiteral("branches/") + branchName(slot)); }
    QString branchData(int slot) const { return branch(slot) + QStringLiteral("/data"); }
    QString branchArchive(int slot) const { return branch(slot) + QStringLiteral("/wal-archive"); }
    static QString branchName(int slot) { return QStringLiteral("branch-%1").arg(slot); }
    QString application() const { return file(QStringLiteral("app")); }
    /// What the control plane knows of its branches.
    QString planeFile() const { return file(QStringLiteral("app/control-plane.json")); }
    QString nginx() const { return file(QStringLiteral("nginx")); }
    /// The live colour's upstream, in the form that the platform keeps it.
    QString trafficFile() const { return file(QStringLiteral("nginx/sites/theeeecopy")); }
    QString environmentFile(const QString &colour) const { return file(QStringLiteral("app/.env.") + colour); }
    /// What of its environment an instance keeps over restarts, instead of what its env file says; usually absent.
    QString keptEnvironmentFile(const QString &instance) const { return file(QStringLiteral("app/") + instance + QStringLiteral(".kept-env")); }
    /// What an instance of the application is told to do wrong; see standin/misbehaviour.h.
    QString misbehaviourFile(const QString &instance) const { return file(QStringLiteral("app/") + instance + QStringLiteral(".faults")); }

    /// Says why no lab can be here: a foreign folder, a name that servers' files cannot hold, or a way
    /// that the lab user may not go. Changes nothing.
    [[nodiscard]] Result<Unit> check(const LabUser &user) const;
    /// Makes the folder where it is missing, and takes it for as long as this process lives.
    [[nodiscard]] Result<Unit> take(const LabUser &user) const;
    /// Puts an old lab aside and makes the folders of a new one. Only for who has taken it.
    [[nodiscard]] Result<Unit> prepare(const LabUser &user) const;
    /// Deletes what prepare() has put aside: thousands of files, which may take seconds.
    void discardOld() const;
    /// Deletes the branches of the database. Only when none of their servers runs.
    void discardBranches() const;
    /// 0600, and the lab user's own when `user` is given.
    [[nodiscard]] Result<Unit> write(const QString &path, const QByteArray &text, const LabUser *user = nullptr) const;
    /// Makes a random password of at most 48 hex digits and keeps it in secrets/NAME.
    [[nodiscard]] Result<Secret> makeSecret(const QString &name, qsizetype length = 48) const;
    [[nodiscard]] Result<Secret> secret(const QString &name) const;

private:
    void setAside(const QString &name) const;

    QString m_path; ///< absolute and clean
};

} // namespace understudy::lab
