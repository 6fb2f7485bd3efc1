// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journal.h"
#include "core/recovery/runview.h"

#include <QJsonObject>

namespace understudy {

/// What the journal says about one step.
struct StepRecord
{
    enum class Phase { None, Intended, Acted, Verified, Skipped, Overridden, Failed, Unknown, Undoing, Undone };
    Phase phase = Phase::None;
    bool mayHaveActed = false; ///< an intent was journaled, and nothing since says that it came to nothing
    bool isLeft = false;       ///< undone, as far as it goes: a person said that it stays
    bool holds = false;        ///< the run takes it back by itself: not counted as something done
    bool courtesy = false;     ///< likewise not counted: it serves people, and stays
    bool operator==(const StepRecord &) const = default;
    bool isOver() const { return phase == Phase::Verified || phase == Phase::Skipped || phase == Phase::Overridden; }
};

/// The state of a run, folded from its journal: what the Runner goes on from and what a window shows.
struct RunRecord
{
    RunView view;
    RunOptions options;
    QString planPath;
    QString resource;
    QJsonObject facts; ///< by step id; "run" holds what is about the whole run
    QList<StepRecord> steps;
    bool undoing = false;
    bool waitingCommit = false;
    bool closed = false;
    qint64 entries = 0;
    QDateTime lastAt;

    void apply(const JournalEntry &entry);
    int indexOf(const QString &step) const; ///< -1: not a step
    bool mayHaveActed() const; ///< anything that outlives the run

    static RunRecord of(const QList<JournalEntry> &entries);
    /// The detail of a run's first entry.
    static QJsonObject opening(const Recipe &recipe, const RunOptions &options, const Plan &plan,
                               const QDateTime &outageBegan);
};

} // namespace understudy
