// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QJsonObject>

namespace understudy {

/// How one sitting of a run ended. The run itself may stay open: waiting for commit, or standing still.
struct RunResult
{
    QString run;     ///< empty: it never began
    QString outcome; ///< recovered, undone, refused, failed, needs_operator; empty: stands still
    QString explanation;
    QDateTime commitUntil; ///< valid: the run is open until then
    Milliseconds took{0};
    std::optional<Milliseconds> recoveryTime;
    QJsonObject dataLoss; ///< {"kind", "rows", "bytes", "seconds"}
    QStringList pagerNotes; ///< what became of the notes on the pager's incidents, in words
    QString confirm;      ///< the phrase that was missing; empty: none was
    std::optional<Error> error;
    RunView view;

    /// The last line of the command line's JSON.
    QJsonObject toJson() const;
    /// The command line's exit code: 0 recovered, 1 undone, 2 failed, 3 needs the operator, 77, 75, 69, 65.
    int exitCode() const;
};

} // namespace understudy
