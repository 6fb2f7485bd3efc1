// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"

#include <QMap>
#include <QTimer>

namespace understudy {

/// Folds what the probes say into one snapshot of the platform. Lives on the engine thread.
/// A system of which nothing has been heard for three intervals turns unknown by itself.
class HealthBoard : public QObject
{
    Q_OBJECT
public:
    /// `systems` are those that some probe will report about; no other appears in a snapshot.
    HealthBoard(const Plan &plan, const QStringList &systems, const Clock &clock,
                QObject *parent = nullptr);

    void observe(const SystemObservation &observation);
    void record(const QList<Event> &events);
    /// Turns systems unknown that have been silent for too long; called every second by itself.
    void age();
    HealthSnapshot snapshot() const;
    bool everySystemSeen() const;

signals:
    /// At most once in 100 ms, at once when a system's health changes; the newest wins. Events that
    /// came before it have been sent before it.
    void snapshotReady(const understudy::HealthSnapshot &snapshot);
    /// In batches, in order, each event once.
    void eventsHappened(const QList<understudy::Event> &events);
    /// Once: every target of every system has been looked at (answered or given up).
    void everySystemLookedAt();

private:
    struct Tracked
    {
        SystemObservation last;
        Health health = Health::Unknown;
        QDateTime since;
        QString reason;
        bool seen = false; ///< a complete look has ended
        bool aged = false;
        QDateTime heardAt; ///< when the newest observation arrived here
        QDateTime downSince;
        QDateTime downUntil;
        QDateTime refusedWritesAt;
        bool downAtFirstLook = false;
    };

    void enter(Tracked &tracked, Health health, const QDateTime &at);
    void noteContradictions(const QDateTime &now);
    void publishSoon();
    void publish();

    const Plan m_plan;
    const QStringList m_systems; ///< in the order of the command line's contract
    const Clock &m_clock;
    QMap<QString, Tracked> m_tracked;
    QList<Contradiction> m_contradictions;
    QList<Event> m_events;
    QTimer m_hold; ///< runs for 100 ms after a snapshot went out
    QTimer m_tick;
    bool m_pending = false;
    bool m_saidSeen = false;
    HealthSnapshot m_sent;
};

} // namespace understudy
