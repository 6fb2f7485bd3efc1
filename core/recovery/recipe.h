// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/step.h"

#include <vector>

namespace understudy {

/// What the operator asked for, kept in the journal's first line so that a run can be built again.
struct RunOptions
{
    QString scenario;  ///< "redis", "database", "deployment"
    bool planned = false;         ///< redis: move a healthy master
    QString promote;              ///< redis: node to promote by hand when no Sentinel answers
    bool restartBackends = false; ///< redis
    QStringList nodes; ///< redis: data nodes known from before, for when no Sentinel can name them
    QDateTime to;    ///< database: the moment to go back to, UTC
    /// Database: key of a logical backup, for plan B; `to` is when it was uploaded. `newestDump`: whichever is the
    /// newest when the run begins; then `to` is not needed.
    QString fromDump;
    static QString newestDump() { return QStringLiteral("*"); }
    /// Database: Neon branch to restore from, where the application is on another one than the plan names. Found out
    /// when the run begins, and kept: during the run the application moves.
    QString branch = {};
    QString freeze;  ///< database: "read-only", "stop-writers"; empty: leave the old one running
    qint64 lastMasterOffset = -1; ///< redis: how far the lost master had come, as estimated by who watched it; -1 unknown
    QString colour = {}; ///< deployment: the pool that is to serve
    bool despiteSchema = false; ///< deployment: also where its code expects another migration than the one applied
    bool operator==(const RunOptions &) const = default;
    QJsonObject toJson() const;
    static RunOptions fromJson(const QJsonObject &json);
};

/// An ordered list of Steps that recovers from a scenario. Data: building one looks at nothing.
struct Recipe
{
    QString scenario; ///< "redis-master-failure"
    QString title;    ///< "Recover Redis: fail over mymaster"
    QString resource; ///< what one run at a time may hold: "redis mymaster"
    QString phrase;   ///< "fail over mymaster", without the mode's prefix
    QString objective; ///< name of the RTO it is raced against; may be empty
    Milliseconds within{0};
    std::vector<Step> steps;
    /// Called when the run has ended or stands still for the operator, and on resume before anything
    /// else: takes back what must not outlive a run (a fence). Idempotent.
    std::function<Result<QString>(StepContext &)> release = {};
    /// Called again and again while the run waits for keep or undo, on a thread of its own with a token
    /// that the answer cancels: what the recovery has to go on guarding against. Rests by itself.
    std::function<void(StepContext &)> watch = {};
    /// Measured at the end: recovery time and data loss from the facts, which hold the run's "outcome" then.
    std::function<QJsonObject(const QJsonObject &facts)> summary = {};
};

} // namespace understudy
