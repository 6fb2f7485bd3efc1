// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"

#include <QObject>

namespace understudy {

/// What an operator can say at the current step.
struct Decision
{
    enum class Kind { Proceed, Skip, Undo, Stop, Keep, Retry, Extend /* the commit window begins anew */ };
    Kind kind = Kind::Proceed;
    QString phrase; ///< for Confirmation::Phrase
    QString reason; ///< for Skip: required, journaled
    QString step;   ///< id of the step it is about; a decision about another than the current one is dropped
};

/// The handle through which a window (or ctl) drives one run. Lives on the thread that made it; the run
/// has a thread of its own, so a frozen window never stops a recovery. Signals come queued:
/// `changed` on every change (the last one has state Ended), `ended` exactly once, after it.
/// Destroying it does not undo: the run stands still at its next decision, and can be resumed by id.
class RunController : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    virtual void decide(const Decision &decision) = 0;
    /// Stops waiting and acting at the next safe point; what is interrupted is observed, never guessed.
    virtual void cancel() = 0;
    virtual RunView view() const = 0;
signals:
    void changed(const understudy::RunView &view);
    void ended(const understudy::RunView &view);
};

/// Makes controllers; the window gets one of these, so it never includes a System.
class MomentSearch;
class SalvageJob;
struct BisectionOptions;
class RunFactory
{
public:
    virtual ~RunFactory() = default;
    virtual std::unique_ptr<RunController> begin(const RunOptions &options, const QDateTime &outageBegan) = 0;
    virtual Result<std::unique_ptr<RunController>> resume(const QString &runId) = 0;
    /// What a run with these options would be: its steps with hazard, confirmation and way back, and
    /// its title and phrase. Looks at nothing and writes nothing. Without steps: not told beforehand.
    virtual RunView outline(const RunOptions &options) const
    {
        Q_UNUSED(options);
        return {};
    }
    /// A search for the last good moment of the database; null: there is none to be had here.
    virtual std::unique_ptr<MomentSearch> searchMoment(const BisectionOptions &options);
    /// Begins to write what that run has left behind into `file`; null: there is nothing of the kind here.
    virtual std::unique_ptr<SalvageJob> salvage(const QString &runId, const QString &file);
    /// Runs whose journal has no end, newest first.
    virtual QList<RunView> open() const = 0;
};

} // namespace understudy
