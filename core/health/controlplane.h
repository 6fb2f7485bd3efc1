// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/probe.h"
#include "core/systems/restore/restoreprovider.h"

namespace understudy {

/// One look at the interface of whoever restores the database.
struct ControlPlaneLook
{
    QDateTime at; ///< when it ended, the console's clock
    std::optional<RestoreWindow> window; ///< empty: it failed
    QList<RestoredCopy> copies = {};     ///< what stands beside the database, newest first
    std::optional<Error> failure;
};

/// What the judging of those looks needs to know.
struct ControlPlaneExpectations
{
    QString source; ///< "neon console.neon.tech"
    Milliseconds every{60'000};
    std::optional<Milliseconds> restoreWindow; ///< how long the plan wants history to be kept
    std::optional<Milliseconds> recoveryPoint; ///< the plan's strictest for the database
};

/// Adds to what is known of the database what its provider says: "control plane" (text), "restore window" (s
/// that history is kept; normal: at least the plan's), "oldest restorable" and "newest restorable" (s
/// before the look). A control plane that is
/// away or refuses makes a healthy database degraded, with the reason, and never down: it serves all
/// the same. The same holds for a window shorter than the plan's. What was last seen of the window stays,
/// and ages.
class ControlPlaneReadings
{
public:
    explicit ControlPlaneReadings(const ControlPlaneExpectations &expectations);

    /// Returns what happened since the look before: it fell silent, or answers again.
    QList<Event> learn(const ControlPlaneLook &look);
    SystemObservation added(SystemObservation database) const;

private:
    Reading make(const char *name, const char *unit, const QDateTime &at) const;
    Reading answering() const;
    Reading windowKept() const;
    Reading newestRestorable() const;
    Reading oldestRestorable() const;
    Reading copiesBeside() const;
    QStringList complaints() const;
    QString shortWindow() const;

    const ControlPlaneExpectations m_expected;
    std::optional<ControlPlaneLook> m_last, m_lastGood;
};

} // namespace understudy
