// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/redislook.h"
#include "core/recovery/step.h"

namespace understudy {

/// How writes to a master that still answers are held off while another is promoted. With min-replicas
/// every write gets NOREPLICAS and the Sentinels stay connected; it does not expire, so its old values
/// are journaled before it is set. A pause is shorter than down-after, and expires.
struct RedisFence
{
    enum class Kind { None, MinReplicas, Pause };
    Kind kind = Kind::None;
    Endpoint node;
    QString runId;
    QString oldMinimum, oldLag; ///< min-replicas-to-write and min-replicas-max-lag as they were
    int minimum = 0;            ///< what is set instead
    QString why;                ///< of Pause and None
    qint64 setAt = 0;           ///< tells one fence from the next on the same node; ms since the epoch
    bool operator==(const RedisFence &) const = default;
    QJsonObject toJson() const;
    static RedisFence fromJson(const QJsonObject &json);
    /// The commands that set it, and those that take it back.
    QList<QList<QByteArray>> setting() const;
    QList<QList<QByteArray>> lifting() const;
};

namespace redisfence {

/// What can be had on that master. Only looks.
RedisFence possible(const RedisAccess &access, const RedisNode &master, int replicas, const CancelToken &cancel);
/// Whether exactly this fence stands.
[[nodiscard]] Result<bool> stands(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel);
[[nodiscard]] Result<Unit> set(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel);
/// Proves it by a write that is refused, and returns when every replica that answers holds all the master
/// has; the offset, in bytes.
[[nodiscard]] Result<qint64> prove(StepContext &context, const RedisAccess &access, const RedisFence &fence);
/// Takes it back if it stands; a node that has restarted since may have forgotten it.
[[nodiscard]] Result<Unit> lift(const RedisAccess &access, const RedisFence &fence, const CancelToken &cancel);
/// Waits until the replicas of `look` that answer have reached the master's offset; that offset.
[[nodiscard]] Result<qint64> waitEqual(StepContext &context, const RedisAccess &access, const Endpoint &master,
                                       const QList<Endpoint> &replicas, Milliseconds deadline);

} // namespace redisfence
} // namespace understudy
