// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/neon/neonwait.h"
#include "core/systems/restore/restoreprovider.h"

#include <mutex>

namespace understudy {

/// Restores to new branches of the plan's Neon project. The source is the plan's branch by id or name, else
/// the project's default branch. The window is what Neon promises (its history, from the branch's
/// beginning on); a free project may keep less, and only a restore tells.
/// Error codes beside NeonApi's: NotProved for a restore that failed half-way, InvalidInput for what
/// is refused here (a source to be removed, a name that another branch's child has).
class NeonProvider : public RestoreProvider
{
public:
    /// The key is resolved by whoever makes this.
    NeonProvider(const NeonPlan &plan, const Secret &key, const NeonPace &pace = {});

    QString name() const override;
    /// With the address's host and port where the plan names database and role.
    Result<RestoredCopy> source(Milliseconds deadline, const CancelToken &cancel) const override;
    /// NotFound when the project keeps no history at all.
    Result<RestoreWindow> window(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<QList<RestoredCopy>> copies(Milliseconds deadline, const CancelToken &cancel) const override;
    Result<std::optional<RestoredCopy>> find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<RestoredCopy> restore(const RestoreRequest &request, const RestoreProgress &progress) const override;
    /// Refuses the project's default branch too. Waits until it is gone.
    Result<Unit> remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const override;
    Result<Kept> keepSource(Milliseconds deadline, const CancelToken &cancel) const override;
    /// InvalidInput when `before` has passed meanwhile: put back, it would delete the branch at once.
    Result<Unit> releaseSource(const QString &before, Milliseconds deadline, const CancelToken &cancel) const override;

    /// The parent's id stands in it once source() has told it.
    QString restoreText(const RestoreRequest &request) const override;
    QString restoreOn() const override;
    QStringList byHand(const RestoreRequest &request) const override;

private:
    Result<NeonBranch> sourceAmong(const QList<NeonBranch> &branches) const;
    Result<NeonBranch> sourceBranch(const NeonTime &time) const;
    /// Makes the branch, or takes the one that is there.
    Result<NeonChange> beginRestore(const RestoreRequest &request, const NeonTime &time, const std::function<void(const QString &)> &say) const;
    Result<RestoredCopy> copyOf(const NeonBranch &branch, const NeonTime &time) const;
    Result<Unit> addAddresses(RestoredCopy &copy, const NeonServed &served, const NeonTime &time) const;
    NeonNewBranch wanted(const RestoreRequest &request) const;
    std::optional<Error> cannotConnect() const;

    const NeonPlan m_plan;
    const NeonApi m_api;
    const NeonPace m_pace;
    mutable std::mutex m_mutex;
    mutable QString m_sourceId; ///< for the texts only, guarded by m_mutex
};

} // namespace understudy
