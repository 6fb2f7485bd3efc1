// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/neon/neonlink.h"
#include "core/systems/neon/neonvalues.h"

#include <optional>

namespace understudy {

/// A branch to be made from another one's past, with one read-write endpoint.
struct NeonNewBranch
{
    QString parentId; ///< empty: the project's default branch
    QString name;     ///< 1 to 256 characters; a lost answer is found again by it
    QDateTime at = {};  ///< UTC, milliseconds count; invalid: the parent's present
    QDateTime expiresAt = {}; ///< whole seconds; invalid: never
};

/// What a branch shall become; what is not set stays.
struct NeonBranchUpdate
{
    std::optional<QString> name = {};
    std::optional<bool> isProtected = {};
    std::optional<QDateTime> expiresAt = {}; ///< an invalid time takes the expiry away
};

struct NeonInPlace
{
    QString sourceBranchId;
    QDateTime at = {};      ///< invalid: the source's present; needed when the source is the branch itself
    QString preserveUnderName; ///< the state before it is kept as a branch of that name
};

struct NeonConnection
{
    QString database, role;
    QString branchId;
    QString endpointId = {}; ///< empty: the branch's read-write one
    bool pooled = false;
};

/// The oldest of that name; the service allows one, unless two requests raced.
std::optional<NeonBranch> neonBranchNamed(const QString &name, const QList<NeonBranch> &branches);

/// The plan's project by Neon's API v2. Blocks, for a run's thread or a worker's; thread safe: it holds
/// only values. Every call keeps to its deadline and ends within 100 ms of a cancel (Cancelled).
/// Errors as neon::refusal and neon::outage, ProtocolViolation for an answer that is not the API's, TooLarge
/// above 8 MB. None holds the key or a password.
class NeonApi
{
public:
    static QString publicAddress(); ///< "https://console.neon.tech/api/v2"

    /// The key is resolved by whoever makes this.
    NeonApi(const NeonPlan &plan, const Secret &key);

    [[nodiscard]] Result<NeonProject> project(Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// All of them, 20,000 at most. An empty list is possible only of a broken project.
    [[nodiscard]] Result<QList<NeonBranch>> branches(Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<NeonBranch> branch(const QString &id, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<std::optional<NeonBranch>> branchNamed(const QString &name, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<QList<NeonEndpoint>> endpoints(Milliseconds deadline, const CancelToken &cancel = {}) const; ///< the project's
    [[nodiscard]] Result<QList<NeonEndpoint>> endpoints(const QString &branchId, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<NeonOperation> operation(const QString &id, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// The newest first, at most `most` of them.
    [[nodiscard]] Result<QList<NeonOperation>> operations(int most, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// Of each action on a branch the newest, as far as the project's newest 200 tell.
    [[nodiscard]] Result<QList<NeonOperation>> operationsOf(const QString &branchId, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<NeonAddress> connectionUri(const NeonConnection &wanted, Milliseconds deadline, const CancelToken &cancel = {}) const;

    /// When the answer is lost, the branch is looked for by its name before anything is sent again,
    /// and it is sent twice at most. An error whose message says that it is not known whether it was done
    /// leaves it to a later branchNamed(). `say` is told, in this thread, while the service puts it off.
    [[nodiscard]] Result<NeonChange> createBranch(const NeonNewBranch &wanted, Milliseconds deadline, const CancelToken &cancel = {},
                                                  const std::function<void(const QString &)> &say = {}) const;
    /// Overwrites the branch. A lost answer is looked for by `preserveUnderName`, and never sent again.
    [[nodiscard]] Result<NeonChange> restoreInPlace(const QString &branchId, const NeonInPlace &wanted, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// Moves no endpoint: applications stay on the host that they know.
    [[nodiscard]] Result<NeonChange> setAsDefault(const QString &branchId, Milliseconds deadline, const CancelToken &cancel = {}) const;
    [[nodiscard]] Result<NeonChange> updateBranch(const QString &branchId, const NeonBranchUpdate &wanted, Milliseconds deadline, const CancelToken &cancel = {}) const;
    /// What still has to end; empty also when there is no such branch.
    [[nodiscard]] Result<QList<NeonOperation>> deleteBranch(const QString &branchId, Milliseconds deadline, const CancelToken &cancel = {}) const;

    /// For previews and for doing it by hand.
    QString address(const QString &path) const { return m_link.address(path).toString(QUrl::FullyEncoded); }
    static QJsonObject bodyOf(const NeonNewBranch &wanted);
    static QString uriPath(const NeonConnection &wanted);

private:
    Result<NeonChange> change(const NeonCall &call, const NeonTime &time) const;
    Result<std::optional<NeonChange>> lookForLost(const QString &name, const NeonTime &time) const;

    NeonLink m_link;
};

} // namespace understudy
