// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"
#include "core/health/restorablemoment.h"

namespace understudy {

/// What the judging of looks needs to know of the plan.
struct DatabaseExpectations
{
    Milliseconds every{std::chrono::seconds(5)};
    std::optional<Milliseconds> recoveryPoint; ///< the plan's strictest for the database
    bool neon = false; ///< its WAL is the vendor's affair
};

/// Turns looks into what the board is told. Keeps what needs more than one look: rates, and the newest
/// restorable moment. Names of the readings: reachable, latency, role, version, started, connections,
/// oldest transaction, deadlocks, checksum failures, commits, size, replicas, replication lag,
/// replication lag bytes, archiver, last archived, archive failures, newest restorable, clock skew, and
/// "checks that fail" when the plan has checks.
class DatabaseReadings
{
public:
    explicit DatabaseReadings(const DatabaseExpectations &expectations);
    SystemObservation observe(const DatabaseLook &look);

private:
    Reading make(const char *name, const char *unit) const;
    Reading number(const char *name, const char *unit, double value) const;
    Reading text(const char *name, const QString &value) const;
    Reading unknown(const char *name, const char *unit, const QString &why) const;
    Reading unlessHidden(const char *name, const char *unit, std::optional<double> value) const;
    Reading commitsPerSecond() const;
    Reading newestRestorable();
    QList<Reading> deciding() const;
    QList<Reading> counters() const;
    QList<Reading> replication() const;
    QList<Reading> archiving();
    QList<Reading> checks() const;
    QList<Reading> allUnknown(const QString &why) const;

    const DatabaseExpectations m_expected;
    DatabaseLook m_look, m_previous; ///< the one being told, and the last good one before
    bool m_hasPrevious = false;
    double m_failuresAtSuccess = 0; ///< archive failures counted when archiving last worked
    RestorableMoment m_restorable;
    Reading m_lastRestorable;
};

/// Of the plan's checks, those that do not hold in the running database.
QList<LiveCheck> brokenChecks(const QList<LiveCheck> &checks);

/// The health that a failed look tells. What the server itself refuses or leaves unanswered is down;
/// what only says that this console cannot look is unknown.
Health healthOfFailure(const Error &failure);

} // namespace understudy
