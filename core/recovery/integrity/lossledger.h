// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QList>
#include <QMetaType>
#include <QString>

#include <functional>
#include <optional>

namespace understudy {

/// Where a table's figures come from, the best first.
enum class LedgerBasis {
    Copy,       ///< compared row by row with a copy of that moment
    TimeColumn, ///< rows counted by a column with a zone
    Estimate,   ///< by a column without a zone, whose zone was assumed
    Statistics, ///< the server's counters since they began
    Unknown
};
QString
ledgerBasisName(LedgerBasis basis); ///< "copy", "time_column", "estimate", "statistics", "unknown"

/// A row that would vanish: its primary key and its time, nothing else of it.
struct LedgerRow
{
    QString key;  ///< "41", "41, 7"; empty where the table has no primary key
    QString time; ///< UTC; empty: the table tells none
    bool operator==(const LedgerRow &) const = default;
};

struct LedgerEntry
{
    QString table; ///< in the server's quoting
    LedgerBasis basis = LedgerBasis::Unknown;
    // Empty: cannot be told this way.
    std::optional<qint64> vanish;   ///< rows that came since and would be gone
    std::optional<qint64> changed;  ///< rows that would have their former content again
    std::optional<qint64> comeBack; ///< rows deleted since, or of a table dropped since
    bool atLeast = false;           ///< a bound was reached: the figures are lower limits
    QString words;                  ///< how it was found out, and what it cannot see
    QList<LedgerRow> newest;        ///< of those that would vanish, five at most, newest first
    bool operator==(const LedgerEntry &) const = default;
};

struct LossLedger
{
    QDateTime moment; ///< UTC
    QList<LedgerEntry> tables;
    bool operator==(const LossLedger &) const = default;

    /// Sums of what is known. Rows that would be lost are those that vanish and those that change.
    qint64 vanish() const;
    qint64 changed() const;
    qint64 comeBack() const;
    qint64 lost() const { return vanish() + changed(); }
    int unknownTables() const;
    bool isExact() const; ///< every table was compared to its last row
    QString kind() const; ///< "none", "bounded", "unknown", as a run's result tells its loss
    QString
    summary() const; ///< "12 rows would vanish, 2,000 get their former content, 6,000 come back"
};

struct LedgerSetup
{
    Secret oldUrl; ///< the database as it is now
    QDateTime moment;
    std::optional<Secret>
        copyUrl;                 ///< a copy of that moment, once there is one: figures become exact
    qint64 rowLimit = 5'000'000; ///< rows of each side that are compared in one table
    Milliseconds tableDeadline{60'000};
    Milliseconds deadline{600'000};
    CancelToken cancel;
    /// Called from the calling thread, before each table.
    std::function<void(int done, int total, const QString &table)> progress;
};

/// What would be lost by going back to a moment. Changes nothing; memory stays the same however
/// large the tables are. Blocks, for a worker thread; ends within 100 ms of a cancel, with an
/// Error. At its deadline it ends with what is known; the rest of the tables are Unknown and say
/// so.
[[nodiscard]] Result<LossLedger> ledger(const LedgerSetup &setup);

} // namespace understudy

Q_DECLARE_METATYPE(understudy::LossLedger)
