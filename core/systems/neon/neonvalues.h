// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QJsonValue>
#include <QList>

namespace understudy {

/// What Neon's API tells, as values. Texts are cut to a line and redacted; ids are fit for a path;
/// times are UTC, the service's clock, and invalid when not told. States and actions stay words: the
/// service may invent new ones, which are shown as they are. `fromJson` fails with ProtocolViolation
/// that names the field.
struct NeonProject
{
    QString id, name, region;
    Milliseconds historyKept{0}; ///< an upper bound of how far back one can restore; 0: restoring is off
    QDateTime createdAt;
    QDateTime clock;  ///< the service's own, by its Date header: whole seconds, rounded down
    [[nodiscard]] static Result<NeonProject> fromJson(const QJsonValue &json);
};

struct NeonBranch
{
    QString id, name;
    QString parentId;      ///< empty: a root branch
    QString state;         ///< "init", "resetting", "ready", "archived", or new
    QString pendingState;
    bool isDefault = false, isProtected = false;
    QDateTime createdAt, parentTimestamp, lastResetAt, expiresAt;
    bool operator==(const NeonBranch &) const = default;
    /// Can be queried; an archived one slowly.
    bool isUsable() const { return state == QLatin1String("ready") || state == QLatin1String("archived"); }
    [[nodiscard]] static Result<NeonBranch> fromJson(const QJsonValue &json);
};

/// A compute that serves a branch.
struct NeonEndpoint
{
    QString id, branchId;
    QString host;
    QString type;  ///< "read_write", "read_only"
    QString state; ///< "init", "active", "idle" (scaled to zero: wakes at a connection, no fault)
    bool isDisabled = false;
    bool operator==(const NeonEndpoint &) const = default;
    bool isReadWrite() const { return type == QLatin1String("read_write"); }
    bool isUsable() const { return !isDisabled && (state == QLatin1String("active") || state == QLatin1String("idle")); }
    [[nodiscard]] static Result<NeonEndpoint> fromJson(const QJsonValue &json);
};

/// Something that Neon does meanwhile.
struct NeonOperation
{
    enum class Stage { Waiting, Done, Failed };
    QString id, branchId, endpointId;
    QString action; ///< "create_branch", "start_compute", …
    QString status;
    qint64 failures = 0;
    QString error;
    QDateTime createdAt, retryAt;
    bool operator==(const NeonOperation &) const = default;
    /// finished and skipped are done; error and cancelled are failures; "failed" is tried again by the
    /// service, so it waits, as does any word that is not known.
    Stage stage() const;
    /// "start_compute failed (2 failures: no capacity)"
    QString words() const;
    [[nodiscard]] static Result<NeonOperation> fromJson(const QJsonValue &json);
};

/// What a change answers: the branch, and what has to end before it is true.
struct NeonChange
{
    NeonBranch branch;
    QList<NeonOperation> operations;
};

/// A connection URI with its password, and the "host:port" in it, which is no secret.
struct NeonAddress
{
    Secret uri;
    QString server;
    [[nodiscard]] static Result<NeonAddress> fromJson(const QJsonValue &json);
};

} // namespace understudy
