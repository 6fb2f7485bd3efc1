// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"
#include "core/health/reading.h"
#include "core/health/redistopology.h"
#include "core/plan/plan.h"

#include <QList>
#include <QMetaType>

#include <optional>

namespace understudy {

/// One system as seen now: its health comes from its deciding readings only.
struct SystemHealth
{
    QString name; ///< database, redis, pools, objects, cost, slo, pager
    Health health = Health::Unknown;
    QDateTime since; ///< when it entered this health, UTC; invalid: one look cannot tell
    QDateTime downUntil; ///< when the newest outage that was seen from here ended, UTC; invalid: none has
    QDateTime refusedWritesAt; ///< the newest look that found it refusing writes, UTC; invalid: none did
    QString reason;  ///< in words; what decided
    QDateTime lookedAt; ///< newest look that ended, good or bad
    QList<Reading> readings;
    bool operator==(const SystemHealth &) const = default;
    const Reading *reading(const QString &name) const;
};

struct ObjectiveState
{
    enum class Kind { RecoveryTime, RecoveryPoint };
    enum class State { Met, AtRisk, Missed, Unknown };
    QString name;
    Kind kind = Kind::RecoveryTime;
    Milliseconds within{0};
    std::optional<Milliseconds> now; ///< used so far (outage so far, or age of the newest restorable point)
    State state = State::Unknown;
    bool atLeast = false; ///< the outage was under way when the console first looked: `now` is its least
    QString reason;       ///< what `now` rests on, or why it is unknown
    bool operator==(const ObjectiveState &) const = default;
};
QString objectiveKindName(ObjectiveState::Kind kind);    ///< "recovery_time", "recovery_point"
QString objectiveStateName(ObjectiveState::State state); ///< "met", "at_risk", "missed", "unknown"

struct Contradiction
{
    struct Saying
    {
        QString source, value;
        QDateTime observedAt;
        bool operator==(const Saying &) const = default;
    };
    QString about;
    QList<Saying> says; ///< two or more that disagree
    QDateTime since;
    bool operator==(const Contradiction &) const = default;
};

/// What triage says to do, with its evidence.
struct Recommendation
{
    QString scenario; ///< redis-master-failure, database-loss, bad-deployment
    QStringList because; ///< evidence, strongest first
    QString command; ///< what ctl would be told
    QString title; ///< for the overview: "Redis master failure: scenario B"
    bool operator==(const Recommendation &) const = default;
};

/// Something that happened, for the event line and the event flow; never lost, sent in batches.
struct Event
{
    enum class Weight { Plain, Warning, Critical };
    QDateTime at;
    QString system; ///< redis, database, pools, …
    QString source; ///< "Sentinel 127.0.0.1:26379"
    QString name;   ///< "+sdown"
    QString text;   ///< "master mymaster 127.0.0.1 6379"
    Weight weight = Weight::Plain;
    bool operator==(const Event &) const = default;
};

/// Everything the console shows of the platform, at one moment. Sent by the engine thread at most
/// once in 100 ms (at once when a system's health changes), the newest wins.
struct HealthSnapshot
{
    QDateTime at;
    Health overall = Health::Unknown;
    QList<SystemHealth> systems; ///< only those the plan names, in CLI order
    QList<ObjectiveState> objectives;
    QList<Contradiction> contradictions;
    QList<Recommendation> recommendations;
    std::optional<RedisTopology> redis;
    std::optional<PoolsView> pools;
    bool operator==(const HealthSnapshot &) const = default;
    const SystemHealth *system(const QString &name) const;
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::HealthSnapshot)
Q_DECLARE_METATYPE(QList<understudy::Event>)
