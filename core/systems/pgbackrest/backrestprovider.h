// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/systems/pgbackrest/backrestinfo.h"
#include "core/systems/pgbackrest/backrestwords.h"
#include "core/systems/restore/restoreprovider.h"

namespace understudy {

/// Restores a self-hosted PostgreSQL by pgBackRest into a folder and a port of their own on the database's host,
/// beside the server that runs there. The work is done there by a process that outlives an ssh that breaks, and
/// this console; it is gone on with by the copy's name. Before a copy is called ready it is out of recovery, synced
/// to the disk, and started with the old server's settings. It does not archive: its WAL must not meet the old one's.
class BackrestProvider : public RestoreProvider
{
public:
    /// `url` is the application's address of the database, with a password: a copy has the same roles, and
    /// another port.
    BackrestProvider(const PgBackRestPlan &plan, const Host &host, const Secret &url);

    QString name() const override;
    Result<RestoredCopy> source(Milliseconds deadline, const CancelToken &cancel) const override;
    /// `latest` is the newest commit in the newest archived segments, read from them: proved, not promised.
    /// How long backups are kept is not told: that is a matter of retention by count.
    Result<RestoreWindow> window(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<QList<RestoredCopy>> copies(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<std::optional<RestoredCopy>> find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<RestoredCopy> restore(const RestoreRequest &request, const RestoreProgress &progress) const override;
    /// Stops it and deletes its folder; refuses what does not bear our mark.
    Result<Unit> remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<Kept> keepSource(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<Unit> releaseSource(const QString &before, Milliseconds deadline, const CancelToken &cancel) const override;

    QString restoreText(const RestoreRequest &request) const override;
    QStringList willNot() const override;
    QString restoreOn() const override;
    QStringList byHand(const RestoreRequest &request) const override;

private:
    Result<QByteArray> run(const QString &what, const QString &script, const QStringList &arguments, Milliseconds deadline, const CancelToken &cancel) const;
    Result<BackrestInfo> info(Milliseconds deadline, const CancelToken &cancel) const;
    Result<QDateTime> newestCommitIn(const BackrestInfo &info, Milliseconds deadline, const CancelToken &cancel) const;
    Result<BackrestCopy> look(const QString &folder, Milliseconds deadline, const CancelToken &cancel) const;
    RestoredCopy copyOf(const BackrestCopy &seen) const;
    QString folderOf(const QString &copyName) const;
    QStringList pgBackRestWords() const;

    const PgBackRestPlan m_plan;
    const Host m_host;
    const Secret m_url;
};

} // namespace understudy
