// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/systems/objects/objectstore.h"
#include "core/systems/restore/restoreprovider.h"
#include "core/systems/secrets/secretresolver.h"

namespace understudy {

/// Plan B: loads the newest logical backup of the plan's store, or the one named, into a database of its own on the
/// plan's standby server. Its moments are those at which dumps were uploaded: what was written after a dump began is
/// not in it. A database that it has made bears a comment that says so; without that it deletes nothing.
class DumpProvider : public RestoreProvider
{
public:
    struct Setup
    {
        ObjectStore store;
        QString prefix;
        QString key;     ///< the one to load; empty: the newest
        Secret standby;  ///< URL with password; its database is where commands that make databases are sent
        QString folder;  ///< where backups are kept while they are loaded; this user's alone
    };
    explicit DumpProvider(Setup setup);
    /// Resolves the plan's keys. InvalidInput where the plan has no store or no standby.
    [[nodiscard]] static Result<std::shared_ptr<const DumpProvider>> forPlan(const Plan &plan, const SecretResolver &secrets, const QString &key = {});

    /// Newest first; only what looks like a dump.
    [[nodiscard]] Result<QList<StoredObject>> backups(Milliseconds deadline, const CancelToken &cancel) const;
    /// The one that would be loaded.
    [[nodiscard]] Result<StoredObject> chosen(Milliseconds deadline, const CancelToken &cancel) const;

    QString name() const override;
    Result<RestoredCopy> source(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<RestoreWindow> window(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<std::optional<RestoredCopy>> find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<RestoredCopy> restore(const RestoreRequest &request, const RestoreProgress &progress) const override;
    Result<Unit> remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<Kept> keepSource(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<Unit> releaseSource(const QString &before, Milliseconds deadline, const CancelToken &cancel) const override;
    QString restoreText(const RestoreRequest &request) const override;
    QString restoreOn() const override;
    QStringList byHand(const RestoreRequest &request) const override;

private:
    /// "restoring KEY" or "ready KEY TIME" behind our mark; empty: there is none, or it is not ours.
    struct Mark
    {
        bool exists = false, ours = false, ready = false;
        QDateTime moment;
    };
    Result<Mark> markOf(const QString &database, Milliseconds deadline, const CancelToken &cancel) const;
    Result<Unit> command(const QString &sql, Milliseconds deadline, const CancelToken &cancel) const;
    QString fileFor(const QString &copyName) const; ///< the beginning of its name
    Secret urlOf(const QString &database) const;

    const Setup m_setup;
};

} // namespace understudy
