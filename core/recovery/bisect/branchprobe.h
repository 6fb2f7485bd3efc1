// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/bisect/momentbisector.h"
#include "core/recovery/bisect/probesweep.h"
#include "core/recovery/bisect/symptomquery.h"

namespace understudy {

/// How long each part of a look may take.
struct ProbePace
{
    Milliseconds making{600'000};     ///< one copy
    Milliseconds connecting{30'000};  ///< a copy that was just made may refuse the first connections
    Milliseconds statement{60'000};   ///< the symptom query
    Milliseconds removing{60'000};
    Milliseconds patience{300'000};   ///< the provider is locked, or allows no more copies
    Milliseconds downFor{60'000};     ///< its control plane does not answer
    Milliseconds pause{2000};         ///< before it is asked again
    Milliseconds lostFor{2500};       ///< how long a copy may still come, when it is not known whether it was made
    std::chrono::seconds expires{3600}; ///< by itself, should everything else fail
};

/// Looks at a moment: makes a short-lived copy, asks it the symptom query, and deletes it, also when it is
/// cancelled meanwhile. A copy that could not be deleted is tried again before the next one is made.
/// Blocks; one thread. What is referred to outlives it.
class BranchProbe
{
public:
    BranchProbe(const RestoreProvider &provider, ProbeBook &book, const Clock &clock, SymptomQuery query, bool errorIsBad, const ProbePace &pace,
                CancelToken cancel, SayLine say);

    /// Errors: of the provider, once it was waited for; the query changes something (PermissionDenied); Cancelled.
    [[nodiscard]] Result<MomentSight> look(const QDateTime &moment);
    /// Deletes what is left, once more. Names of what stays.
    QStringList finish();

private:
    Result<RestoredCopy> make(const ProbeCopy &copy, const QDateTime &moment, const QDateTime &expiresAt) const;
    Result<MomentSight> lookOnce(const QDateTime &moment, bool &failedHalfWay);
    Result<MomentSight> askCopy(const RestoredCopy &made, const QDateTime &moment) const;
    Result<std::unique_ptr<PgConnection>> connect(const RestoredCopy &made) const;
    Result<Unit> remove(const ProbeCopy &copy, Milliseconds absentFor);
    Result<Unit> removeLeft();
    void say(const QString &line) const;

    const RestoreProvider &m_provider;
    ProbeBook &m_book;
    const Clock &m_clock;
    const SymptomQuery m_query;
    const bool m_errorIsBad;
    const ProbePace m_pace;
    const CancelToken m_cancel;
    const SayLine m_say;
    QList<ProbeCopy> m_left;
};

} // namespace understudy
