// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/recovery/bisect/branchprobe.h"
#include "core/systems/secrets/secretresolver.h"

#include <QJsonObject>

namespace understudy {

struct BisectionOptions
{
    QString sql;               ///< the symptom: one SELECT, true or not 0 when it is there
    QDateTime from;            ///< UTC; invalid: the window's earliest moment
    bool errorIsBad = false;   ///< a query that the server refuses is the symptom itself
    quint32 seed = 0;          ///< of the random checks; 0: another each time
    Milliseconds resolution{1000};
    int randomChecks = 3;
    ProbePace pace = {};
};

/// One search for the good moment of the plan's database.
struct BisectionSetup
{
    const Plan &plan;
    const RestoreProvider &provider;
    const Clock &clock;
    QString folder; ///< of the journals
    BisectionOptions options;
    CancelToken cancel = {};
    std::function<void(const JournalEntry &)> onEntry = {};
    /// Before each look with its moment, after it with an invalid one.
    std::function<void(const SearchView &, const QDateTime &next)> onView = {};
    SayLine say = {};
};

struct BisectionReport
{
    SearchResult search;
    QString run;            ///< "B-…"; empty: it never began, and search.error says why
    QDateTime from, to;     ///< what was searched
    QStringList copiesLeft; ///< could not be deleted; the next start tries again, and they expire
    Milliseconds took{0};
    /// "outcome", "run", "last_good", "first_bad", "bracket_ms", "probes", "first_checks", "observations", …
    QJsonObject toJson() const;
};

/// Where it would search, and what it would ask; makes no copy.
struct BisectionOutlook
{
    QDateTime from, to;
    QString fromBy, toBy; ///< how they are known
    int mostCopies = 0;
    QString example;      ///< the exact request for the first copy; no secret
    QString asked;        ///< of whom
};

/// Takes the database's lock (a recovery of it does not run meanwhile), deletes what dead bisections have
/// left, and searches on copies, each deleted after its one question. Touches neither the database nor the
/// application. Blocks on the calling thread, which may be any. Stops within seconds of a cancel: the copy
/// that exists then is deleted first.
[[nodiscard]] BisectionReport bisect(const BisectionSetup &setup);
[[nodiscard]] Result<BisectionOutlook> lookAhead(const BisectionSetup &setup);
/// sweepProbes() for the plan's database and provider, for a start of a program. Resolves secrets only when
/// a copy is recorded as left.
ProbeSweep sweepLeftProbes(const Plan &plan, const SecretResolver &secrets, const QString &folder, const ProbeRemoval &removal, const Clock &clock);

} // namespace understudy
