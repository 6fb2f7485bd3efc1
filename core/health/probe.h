// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/snapshot.h"

#include <QObject>

namespace understudy {

/// All that a probe knows of one system after a look: replaces what it said before.
struct SystemObservation
{
    QString system;
    Health health = Health::Unknown; ///< from the deciding readings only
    QString reason;
    QList<Reading> readings;
    QDateTime lookedAt;
    bool refusesWrites = false; ///< a database that answers and takes no writes (read-only by default, a standby)
    bool complete = false; ///< every target of this system has been looked at (answered or given up) once
    QList<Contradiction> contradictions; ///< within this system
    std::optional<RedisTopology> redis;
    std::optional<PoolsView> pools;
    bool operator==(const SystemObservation &) const = default;
};

/// Looks at one or more systems at an interval. Lives on the engine thread, never blocks it, has a
/// deadline on everything, and one hanging target delays no other.
class Probe : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual QStringList systems() const = 0; ///< what it will report about
    virtual void start() = 0;   ///< first look at once
    virtual void stop() = 0;    ///< no signal after it returns
    virtual void lookNow() = 0; ///< an extra look as soon as possible (after an act, or on request)
    /// What another probe has seen happen; may be a reason to look earlier. By default it is none.
    virtual void hear(const QList<Event> &events) { Q_UNUSED(events); }
signals:
    /// After every look, and at once when an event changes the health.
    void observed(const understudy::SystemObservation &observation);
    void eventsHappened(const QList<understudy::Event> &events);
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::SystemObservation)
