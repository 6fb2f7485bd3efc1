// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/recipe.h"
#include "core/systems/metrics/trafficcounters.h"
#include "core/systems/traffic/trafficprovider.h"

#include <QMap>

#include <optional>

/// Who serves and with what, by asking the instances and the entry. Blocks; for a run's thread.
namespace understudy::deployment {

/// One instance on its own port.
struct InstanceSeen
{
    QString url, colour;
    QStringList startTimes; ///< of its processes: several behind one port take turns
    int startup = 0, ready = 0; ///< status; 0: no answer
    QString build;              ///< empty: not known
    bool isWell() const { return startup == 200 && ready == 200; }
};

/// Answers counted through the entry, each on a fresh connection.
struct EntryCount
{
    QMap<QString, int> byColour; ///< answers whose process is known
    int unknown = 0;             ///< answers from a process that is none of the plan's
    int failed = 0;
    int all() const;
    bool isAll(const QString &colour) const { return all() > 0 && byColour.value(colour) == all(); }
    QString text() const; ///< "9 of 9 from blue"
};

struct DeploymentLook
{
    QList<InstanceSeen> instances;
    EntryCount entry;
    QString serving() const;                     ///< the one colour that answered everything; else empty
    /// The one colour from which answers came, though some failed or came from nobody known; else empty.
    QString answering() const { return entry.byColour.size() == 1 ? entry.byColour.firstKey() : QString(); }
    QStringList builds(const QString &colour) const; ///< each once; an unknown one is left out
    QList<InstanceSeen> of(const QString &colour) const;
};

/// Everything at once. `ready` asks the readiness routes as well, which cost a query each.
DeploymentLook lookAtDeployment(const Plan &plan, bool ready, const CancelToken &cancel);
/// Asks the entry `count` times. Processes that the look does not know are looked for again on the ports.
EntryCount countAtEntry(const Plan &plan, DeploymentLook &look, int count, const CancelToken &cancel);
/// One answer: the colour; empty: failed, or a process that is none of the plan's.
QString colourAtEntry(const Plan &plan, const DeploymentLook &look, const CancelToken &cancel);

/// Who on the traffic's host still has connections to the colour; our own are left out. A request in flight,
/// a download, a WebSocket and an idle connection look the same from outside.
struct OpenConnections
{
    QString words;
    std::optional<int> count; ///< unset: they cannot be seen
};
OpenConnections openConnections(const Plan &plan, const QString &colour, const CancelToken &cancel);

constexpr int answersLooked = 9;  ///< odd: workers behind one port take turns
constexpr int answersProved = 25; ///< in a row, for a proof

} // namespace understudy::deployment
