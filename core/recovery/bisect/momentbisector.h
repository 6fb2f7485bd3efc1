// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QList>
#include <QStringList>

#include <functional>
#include <optional>

namespace understudy {

/// What a look at one moment says about the symptom.
struct MomentSight
{
    enum class Kind { Good, Bad, CannotTell };
    Kind kind = Kind::CannotTell;
    QString why; ///< one line: "count is 3", "relation \"scenes\" does not exist"
    bool operator==(const MomentSight &) const = default;
};
/// "good", "bad", "cannot_tell": as it stands in journals and in JSON.
QString sightWord(MomentSight::Kind kind);

struct MomentObservation
{
    QDateTime moment; ///< UTC
    MomentSight sight;
    bool operator==(const MomentObservation &) const = default;
};

/// Looks at one moment; blocks. An Error ends the search: nothing can be looked at any more.
using MomentProbe = std::function<Result<MomentSight>(const QDateTime &moment)>;

struct SearchSettings
{
    QDateTime earliest, latest;    ///< UTC; the earliest before the latest
    Milliseconds resolution{1000}; ///< the bracket is as long at most; 1 ms at least
    int mostProbes = 0;            ///< beside the first checks; 0: as many as halving the whole window takes
    int randomChecks = 3;          ///< one in each of as many equal parts of the window
    quint32 seed = 0;              ///< the same seed looks at the same moments
};

enum class SearchOutcome {
    Found,
    AllGood,      ///< the symptom is not there at the latest moment
    AllBad,       ///< it is there at the earliest moment already
    ComesAndGoes, ///< bad, and later good: there is no one first bad moment
    CannotTell,   ///< a look said neither
    ProbesUsedUp,
    Failed,
    Cancelled,
};
/// "found", "all_good", …: as it stands in journals and in JSON.
QString outcomeWord(SearchOutcome outcome);

/// How far a search is. `observations` are in the order of moments.
struct SearchView
{
    QDateTime lastGood, firstBad; ///< as known so far; invalid: not known
    int firstChecks = 0;          ///< looks at both ends and at random moments
    int probes = 0;               ///< looks beside those
    int mostProbes = 0;
    QList<MomentObservation> observations;
};

struct SearchResult : SearchView
{
    SearchOutcome outcome = SearchOutcome::Failed;
    QString verdict;            ///< in words, lower case
    QString hint;               ///< what to do now, or empty
    QStringList remarks;        ///< what limits the verdict
    std::optional<Error> error; ///< Failed
    bool isFound() const { return outcome == SearchOutcome::Found; }
    Milliseconds bracket() const { return Milliseconds(lastGood.msecsTo(firstBad)); }
};

/// Finds between which two moments a symptom begins: looks at both ends, at a few random moments, and
/// then halves. It never guesses: a symptom that was seen to go away again is said, with everything that
/// was seen. Blocks on the calling thread; stops between two looks after a cancel.
class MomentBisector
{
public:
    /// `progress` may be empty; it is called before each look with its moment, and after it with an invalid one.
    MomentBisector(SearchSettings settings, MomentProbe probe,
                   std::function<void(const SearchView &, const QDateTime &next)> progress = {}, CancelToken cancel = {});

    SearchResult run();

    /// How many halvings a window takes: 17 for 24 h and 1 s.
    static int halvings(Milliseconds window, Milliseconds resolution);

private:
    /// False: the search has ended, and m_result says how.
    bool look(const QDateTime &moment, int SearchView::*counter);
    bool checkEnds();
    bool checkRandomMoments();
    bool halve();
    bool isMonotone() const;
    bool end(SearchOutcome outcome, const QString &verdict, const QString &hint = {});
    bool endComesAndGoes();
    void place();
    QList<QDateTime> randomMoments() const;

    const SearchSettings m_settings;
    const MomentProbe m_probe;
    const std::function<void(const SearchView &, const QDateTime &)> m_progress;
    const CancelToken m_cancel;
    SearchResult m_result;
    MomentObservation m_last; ///< what was looked at last
};

} // namespace understudy
