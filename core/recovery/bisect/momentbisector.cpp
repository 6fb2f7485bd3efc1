// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/momentbisector.h"

#include "core/base/quantity.h"

#include <algorithm>
#include <random>

namespace understudy {
namespace {

using Kind = MomentSight::Kind;

QString seenAt(const MomentObservation &seen)
{
    return seen.sight.why.isEmpty() ? toRfc3339(seen.moment) : QStringLiteral("%1 (%2)").arg(toRfc3339(seen.moment), seen.sight.why);
}

QDateTime atMs(qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC); }

} // namespace

QString sightWord(MomentSight::Kind kind)
{
    switch (kind) {
    case Kind::Good: return QStringLiteral("good");
    case Kind::Bad: return QStringLiteral("bad");
    case Kind::CannotTell: break;
    }
    return QStringLiteral("cannot_tell");
}

QString outcomeWord(SearchOutcome outcome)
{
    switch (outcome) {
    case SearchOutcome::Found: return QStringLiteral("found");
    case SearchOutcome::AllGood: return QStringLiteral("all_good");
    case SearchOutcome::AllBad: return QStringLiteral("all_bad");
    case SearchOutcome::ComesAndGoes: return QStringLiteral("comes_and_goes");
    case SearchOutcome::CannotTell: return QStringLiteral("cannot_tell");
    case SearchOutcome::ProbesUsedUp: return QStringLiteral("probes_used_up");
    case SearchOutcome::Cancelled: return QStringLiteral("cancelled");
    case SearchOutcome::Failed: break;
    }
    return QStringLiteral("failed");
}

MomentBisector::MomentBisector(SearchSettings settings, MomentProbe probe,
                               std::function<void(const SearchView &, const QDateTime &)> progress, CancelToken cancel)
    : m_settings(std::move(settings))
    , m_probe(std::move(probe))
    , m_progress(std::move(progress))
    , m_cancel(std::move(cancel))
{
}

int MomentBisector::halvings(Milliseconds window, Milliseconds resolution)
{
    int count = 0;
    for (qint64 left = window.count(); left > std::max<qint64>(1, resolution.count()); left = (left + 1) / 2)
        ++count;
    return count;
}

SearchResult MomentBisector::run()
{
    m_result = {};
    const Milliseconds window(m_settings.earliest.msecsTo(m_settings.latest));
    if (!m_settings.earliest.isValid() || !m_settings.latest.isValid() || window.count() <= 0) {
        const Error error{ErrorCode::InvalidInput, QStringLiteral("there is no time between the earliest and the latest moment"),
                          QStringLiteral("Give an earlier --from.")};
        end(SearchOutcome::Failed, error.message, error.hint);
        m_result.error = error;
        return m_result;
    }
    m_result.mostProbes = m_settings.mostProbes > 0 ? m_settings.mostProbes : halvings(window, m_settings.resolution);
    if (checkEnds() && checkRandomMoments())
        halve();
    return m_result;
}

bool MomentBisector::look(const QDateTime &moment, int SearchView::*counter)
{
    if (m_cancel.isCancelled())
        return end(SearchOutcome::Cancelled, QStringLiteral("cancelled"));
    if (m_progress)
        m_progress(m_result, moment);
    const Result<MomentSight> sight = m_probe(moment);
    ++(m_result.*counter);
    if (!sight) {
        if (sight.error().code == ErrorCode::Cancelled)
            return end(SearchOutcome::Cancelled, QStringLiteral("cancelled"));
        m_result.error = sight.error();
        return end(SearchOutcome::Failed, QStringLiteral("%1 cannot be looked at: %2").arg(toRfc3339(moment), sight.error().message), sight.error().hint);
    }
    m_last = {moment, *sight};
    QList<MomentObservation> &seen = m_result.observations;
    seen.insert(std::upper_bound(seen.begin(), seen.end(), moment, [](const QDateTime &at, const MomentObservation &one) { return at < one.moment; }),
                m_last);
    place();
    if (m_progress)
        m_progress(m_result, {});
    return true;
}

/// The bracket that the observations leave: the last good one, and the first bad one behind it.
void MomentBisector::place()
{
    m_result.lastGood = m_result.firstBad = {};
    for (const MomentObservation &one : std::as_const(m_result.observations)) {
        if (one.sight.kind == Kind::Good) {
            m_result.lastGood = one.moment;
            m_result.firstBad = {};
        } else if (one.sight.kind == Kind::Bad && !m_result.firstBad.isValid()) {
            m_result.firstBad = one.moment;
        }
    }
}

bool MomentBisector::isMonotone() const
{
    bool wasBad = false;
    for (const MomentObservation &one : m_result.observations) {
        if (one.sight.kind == Kind::Good && wasBad)
            return false;
        wasBad = wasBad || one.sight.kind == Kind::Bad;
    }
    return true;
}

bool MomentBisector::end(SearchOutcome outcome, const QString &verdict, const QString &hint)
{
    m_result.outcome = outcome;
    m_result.verdict = verdict;
    m_result.hint = hint;
    return false;
}

bool MomentBisector::endComesAndGoes()
{
    const QList<MomentObservation> &seen = m_result.observations;
    const auto bad = std::find_if(seen.begin(), seen.end(), [](const MomentObservation &one) { return one.sight.kind == Kind::Bad; });
    const auto good = std::find_if(bad, seen.end(), [](const MomentObservation &one) { return one.sight.kind == Kind::Good; });
    const QDateTime lastGood = m_result.lastGood;
    // A bracket would look like an answer.
    m_result.lastGood = m_result.firstBad = {};
    return end(SearchOutcome::ComesAndGoes, QStringLiteral("the symptom comes and goes: bad at %1, good again at %2").arg(seenAt(*bad), seenAt(*good)),
               QStringLiteral("Take a symptom that stays once it is there, or search on from a moment that was seen good: --from %1.").arg(toRfc3339(lastGood)));
}

bool MomentBisector::checkEnds()
{
    // The latest first: a symptom that is not there needs no second copy.
    if (!look(m_settings.latest, &SearchView::firstChecks))
        return false;
    if (m_last.sight.kind == Kind::CannotTell)
        return end(SearchOutcome::CannotTell, QStringLiteral("at the latest moment, %1, nobody can tell").arg(seenAt(m_last)),
                   QStringLiteral("Correct the query; when an error is the symptom itself, say so: --error-is-bad."));
    if (m_last.sight.kind == Kind::Good)
        return end(SearchOutcome::AllGood, QStringLiteral("the symptom is not there at the latest moment, %1").arg(seenAt(m_last)),
                   QStringLiteral("Correct the query so that it is true of the database as it is now; or name in the plan the branch that the application is on now."));
    if (!look(m_settings.earliest, &SearchView::firstChecks))
        return false;
    if (m_last.sight.kind == Kind::CannotTell)
        return end(SearchOutcome::CannotTell, QStringLiteral("at the earliest moment, %1, nobody can tell").arg(seenAt(m_last)),
                   QStringLiteral("Begin at a later moment at which the query works: --from TIME."));
    if (m_last.sight.kind == Kind::Bad)
        return end(SearchOutcome::AllBad, QStringLiteral("the symptom is there at the earliest moment already, %1").arg(seenAt(m_last)),
                   QStringLiteral("No moment of the window is good: see whether the query asks for the right thing, else go to plan B, the newest logical backup."));
    return true;
}

/// One in each part, so that no part of the window goes unseen; none closer to an end than one resolution.
QList<QDateTime> MomentBisector::randomMoments() const
{
    const qint64 margin = std::max<qint64>(1, m_settings.resolution.count());
    const qint64 begin = m_settings.earliest.toMSecsSinceEpoch() + margin;
    const qint64 length = m_settings.latest.toMSecsSinceEpoch() - margin - begin;
    std::mt19937_64 random(m_settings.seed);
    QList<QDateTime> moments;
    for (qint64 part = 0; part < m_settings.randomChecks && length > 0; ++part) {
        const qint64 from = begin + length * part / m_settings.randomChecks;
        const qint64 room = std::max<qint64>(1, begin + length * (part + 1) / m_settings.randomChecks - from);
        const QDateTime moment = atMs(from + qint64(random() % quint64(room)));
        if (moments.isEmpty() || moments.last() < moment)
            moments.append(moment);
    }
    return moments;
}

bool MomentBisector::checkRandomMoments()
{
    if (m_result.bracket() <= m_settings.resolution)
        return true;
    int told = 0;
    for (const QDateTime &moment : randomMoments()) {
        if (!look(moment, &SearchView::firstChecks))
            return false;
        if (m_last.sight.kind == Kind::CannotTell)
            m_result.remarks.append(QStringLiteral("at %1 nobody can tell").arg(seenAt(m_last)));
        else
            ++told;
    }
    // All of them are looked at before it is said: the person needs to see where it comes and goes.
    if (!isMonotone())
        return endComesAndGoes();
    m_result.remarks.prepend(told > 0 ? QStringLiteral("%1 random moments agree with one beginning; a coming and going between the moments seen is not ruled out").arg(told)
                                      : QStringLiteral("no random moment says whether the symptom comes and goes"));
    return true;
}

bool MomentBisector::halve()
{
    while (m_result.bracket() > m_settings.resolution) {
        if (m_result.probes >= m_result.mostProbes)
            return end(SearchOutcome::ProbesUsedUp,
                       QStringLiteral("%1 probes are used up; good at %2, bad at %3").arg(m_result.probes).arg(toRfc3339(m_result.lastGood), toRfc3339(m_result.firstBad)),
                       QStringLiteral("Go on between the two: --from %1.").arg(toRfc3339(m_result.lastGood)));
        const qint64 good = m_result.lastGood.toMSecsSinceEpoch();
        if (!look(atMs(good + (m_result.bracket().count() + 1) / 2), &SearchView::probes))
            return false;
        // Between the last good and the first bad one it contradicts neither.
        if (m_last.sight.kind == Kind::CannotTell)
            return end(SearchOutcome::CannotTell,
                       QStringLiteral("at %1 nobody can tell; good at %2, bad at %3").arg(seenAt(m_last), toRfc3339(m_result.lastGood), toRfc3339(m_result.firstBad)),
                       QStringLiteral("The last good moment seen, %1, can be restored; or see what is special about that moment.").arg(toRfc3339(m_result.lastGood)));
    }
    end(SearchOutcome::Found, QStringLiteral("good at %1, bad at %2, %3 apart")
                                  .arg(toRfc3339(m_result.lastGood), toRfc3339(m_result.firstBad), durationText(m_result.bracket())));
    return true;
}

} // namespace understudy
