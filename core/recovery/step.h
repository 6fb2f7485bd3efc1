// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QJsonObject>
#include <QList>
#include <QMetaType>
#include <QStringList>

#include <functional>

namespace understudy {

/// What a step can cost. It decides how strongly it is confirmed; no setting lowers it.
enum class Hazard { None, Reversible, ReversibleWithLoss, Irreversible };
QString hazardName(Hazard hazard); ///< "none", "reversible", "reversible_with_loss", "irreversible"

/// Click; hold for a second; or type the run's phrase. A step that only looks needs nothing.
enum class Confirmation { None, Click, Hold, Phrase };

struct ExactAct
{
    QString text; ///< "SENTINEL FAILOVER mymaster"
    QString on;   ///< "Sentinel 10.0.0.2:26379"
    bool operator==(const ExactAct &) const = default;
};

/// What stands on the page before the button lives. All of it in words for an operator; no secret.
struct StepPreview
{
    QString title; ///< "Fail over to 10.0.0.2:6379"; empty: the step's name
    QString why;
    QList<ExactAct> willDo;
    QStringList willNot;
    QStringList expect;
    QString predicted; ///< the predicted result, for the dry run: "OK", "NOGOODSLAVE"
    QString loss;      ///< "may lose 0 to 12 KB"; empty: loses nothing
    QStringList byHand;
    QString wayBack;   ///< how undo goes; empty: there is none
    QString button;    ///< verb and target: "Fail over mymaster to 10.0.0.2"
    /// What was seen asks for a stronger confirmation than the step's own ("writes can be lost").
    Confirmation atLeast = Confirmation::None;
    bool operator==(const StepPreview &) const = default;
};

struct PreflightCheck
{
    enum class Verdict { Pass, Warn, Fail, Unknown };
    QString check;
    Verdict verdict = Verdict::Unknown;
    QString why;
    bool operator==(const PreflightCheck &) const = default;
};
QString verdictName(PreflightCheck::Verdict verdict); ///< "pass", "warn", "fail", "unknown"
QString confirmationName(Confirmation confirmation);  ///< "none", "click", "hold", "phrase"

/// What the world says about a step, before the act and after a crash.
struct Observation
{
    enum class Sight {
        NotYet,      ///< not done: act
        AlreadyTrue, ///< done, by whomever: act on nothing
        Unknown,     ///< cannot tell: the operator must
        NotNeeded    ///< this step does not apply here; `detail` says why
    };
    Sight sight = Sight::Unknown;
    QString detail;
    /// NotYet, and something of it may have been done: an act that failed is then gone on with or taken back, never
    /// forgotten.
    bool partly = false;
};

/// What a step's functions are given. Lives as long as the call.
struct StepContext
{
    const QJsonObject &facts; ///< all facts journaled by this run so far, by step id: facts["fence"]["node"]
    const Clock &clock;
    CancelToken cancel;       ///< looked at at least ten times a second by anything that waits
    std::function<void(const QString &)> say; ///< one line of live output, shown with its time
    /// Journals facts in the middle of an act and returns when they are on disk. To be called before
    /// each single change that could not be found out again after a crash.
    std::function<Result<Unit>(const QJsonObject &)> note;
    /// Journals that an attempt was refused for now and is made again.
    std::function<Result<Unit>(const QString &why)> retried = {};
    /// Journals what has happened out there, and what was done about it.
    std::function<Result<Unit>(const QString &what)> external = {};
    bool dryRun = false; ///< look once, wait for nothing
    bool hold = false;   ///< somebody stays with the run: waiting long is wanted
};

/// One step of a recipe. Making a Step changes nothing; `act` and `undo` are idempotent, and `undo`
/// tolerates a half-done `act`. All functions block, run on the run's own thread, and keep to
/// `deadline` and to the cancel token. An empty `undo` is a point of no return.
struct Step
{
    QString id;   ///< stable: "fail-over"
    QString name; ///< "Fail over"
    Hazard hazard = Hazard::None;
    Confirmation confirmation = Confirmation::None;
    bool optional = false;    ///< leaving it out is a skip, not an override
    /// Nobody has asked for it: a person is offered it when `observe` says that it is needed, and who is
    /// not a person leaves it out.
    bool offered = false;
    bool bearsUndo = false;   ///< the ways back of other steps rest on this one's: a person cannot leave it as it is
    QString skipReason = {};  ///< set: the plan names no system for it, or it was not asked for
    Milliseconds deadline{30'000};
    std::function<Result<Observation>(StepContext &)> observe = {};
    std::function<Result<StepPreview>(StepContext &)> preview = {};
    std::function<Result<QList<PreflightCheck>>(StepContext &)> preflight = {};
    std::function<Result<QJsonObject>(StepContext &)> prepare = {}; ///< facts that go into the intent
    std::function<Result<QString>(StepContext &)> act = {};
    std::function<Result<QString>(StepContext &)> verify = {}; ///< the evidence, in words
    std::function<Result<QString>(StepContext &)> undo = {};

    /// Only looks, and may wait for the world to come to rest; the pre-flights of the steps after it are
    /// run when it is done.
    bool settles = false;
    /// Its effect must stand while later steps run, and `Recipe::release` takes it back: on resume it is
    /// done again if it no longer stands.
    bool holds = false;
    /// A proof that may stay open: what it cannot see is journaled as unknown, and the run goes on.
    bool advisory = false;
    /// Serves people, not the recovery (an acknowledged alert): whatever stands in its way is journaled as
    /// unknown or skipped and the run goes on. It is neither counted as something done nor undone.
    bool courtesy = false;
    /// The last step: keep, or go back. It has no functions, the Runner does it.
    bool commit = false;
    /// Id of an earlier step whose confirmation, given in this process, covers this one as well.
    QString confirmedWith = {};
    /// Who the target is ("run_id …"). Asked with the preview and again just before the act: another
    /// answer refuses the act.
    std::function<Result<QString>(StepContext &)> identity = {};
    /// Whether an interrupted act is still under way out there. Waited for, up to `deadline`, before the
    /// step is judged or undone.
    std::function<Result<bool>(StepContext &)> stillRunning = {};
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::StepPreview)
