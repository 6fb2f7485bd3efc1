// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/postgres/condition.h"

#include <QDateTime>

#include <optional>

namespace understudy {

/// One of the plan's checks, asked of the running database.
struct LiveCheck
{
    QString name;
    ConditionAnswer answer;
    QDateTime at; ///< the console's clock; invalid when not asked yet
};

/// The raw facts that one look at a PostgreSQL brought home. A value that is not set was not learned;
/// the failure beside it says why. Times ending in At are the server's clock unless said otherwise.
struct DatabaseLook
{
    QDateTime began, ended; ///< the console's clock
    QString server;         ///< "127.0.0.1:5432"; empty when not even the address is known
    QString database;

    // What decides the health.
    std::optional<Error> failure; ///< set: nothing below was learned
    bool standby = false;
    bool readOnly = false; ///< sessions are read-only by default, for everybody
    double latencyMs = 0;
    QString version;
    QDateTime clock; ///< the server's, at the deciding answer
    double skew = 0; ///< server minus console, seconds
    bool newConnection = false;

    // Counters and settings that every role may read.
    std::optional<Error> countersFailure;
    double connections = 0, connectionsMax = 0, deadlocks = 0, commits = 0;
    std::optional<double> checksumFailures; ///< unset: checksums are off
    QDateTime countersReset, startedAt;
    bool seesOthers = false; ///< has the rights of pg_read_all_stats
    double replicas = 0;
    std::optional<double> standbyLag; ///< seconds, of a standby that has replayed something

    // WAL.
    QString archiveMode;
    bool archiveCommandSet = false;
    double archivedCount = 0, archiveFailures = 0;
    QString lastArchivedWal, lastFailedWal;
    QDateTime lastArchivedAt, lastFailedAt;
    quint64 position = 0;      ///< current WAL position, or the replayed one of a standby
    quint64 segmentSize = 0;   ///< bytes
    quint64 oldestRunning = 0, nextTransaction = 0; ///< equal: no writing transaction runs
    QDateTime segmentWrittenAt; ///< last write into lastArchivedWal, where the role may look

    // What needs pg_monitor.
    std::optional<Error> othersFailure;
    double oldestTransaction = 0; ///< seconds
    std::optional<double> replicationLag, replicationLagBytes; ///< the worst replica's

    // Slow ones, asked once a minute.
    std::optional<double> size;
    QDateTime sizeAt; ///< the console's clock
    QString sizeWhy;
    QList<LiveCheck> checks; ///< the plan's, in its order
};

/// The archiver's newest attempt failed.
inline bool archiveFails(const DatabaseLook &look)
{
    return look.lastFailedAt.isValid()
           && (!look.lastArchivedAt.isValid() || look.lastFailedAt > look.lastArchivedAt);
}

} // namespace understudy
