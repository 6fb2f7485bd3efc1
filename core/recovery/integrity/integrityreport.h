// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QMetaType>
#include <QString>

namespace understudy {

/// In the order of weight. Unknown outweighs a warning: what was not looked at is not known to be
/// good.
enum class FindingSeverity { Pass, Info, Warn, Unknown, Fail };
QString severityName(FindingSeverity severity); ///< "pass", "info", "warn", "unknown", "fail"

struct IntegrityFinding
{
    FindingSeverity severity = FindingSeverity::Unknown;
    QString subject; ///< "table public.scenes", "plan's check \"every project has an owner\""
    QString words;   ///< for the operator; no row's content beyond what the server says of damage
    QString hint = {};
    bool operator==(const IntegrityFinding &) const = default;
};

/// What was found out about a restored copy. Gravest findings first.
struct IntegrityReport
{
    QList<IntegrityFinding> findings;
    Milliseconds took{0};
    int done = 0;  ///< checks made
    int total = 0; ///< checks that were to be made
    bool operator==(const IntegrityReport &) const = default;

    FindingSeverity verdict() const; ///< the gravest; Unknown when nothing was found at all
    int count(FindingSeverity severity) const;
    QString summary() const; ///< "2 failed, 1 not known, 3 warnings; 40 of 40 checks made in 2 s"
};

/// "6,000", for sentences.
QString countText(qint64 count);
/// "1 row", "6,000 rows".
QString rowsText(qint64 rows);

} // namespace understudy

Q_DECLARE_METATYPE(understudy::IntegrityReport)
