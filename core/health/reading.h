// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QMetaType>
#include <QString>

#include <optional>
#include <variant>

namespace understudy {

/// Order is severity: overall health is the greatest.
enum class Health { Healthy, Degraded, Unknown, Down };
QString healthName(Health health); ///< "healthy", "degraded", "unknown", "down"
inline Health worse(Health a, Health b) { return a < b ? b : a; }

/// Fresh: looked at within 3 intervals. Stale: within 10. Unknown: older, or the look failed.
/// Absent: the source does not have it. NeverSet: the source declares it but never measured it.
enum class ReadingState { Fresh, Stale, Unknown, Absent, NeverSet };
QString readingStateName(ReadingState state); ///< "fresh", …, "never_set"

struct NormalRange
{
    std::optional<double> least, most;
    bool operator==(const NormalRange &) const = default;
    bool contains(double value) const { return (!least || value >= *least) && (!most || value <= *most); }
};

/// One observed value. A value type, made on the engine thread and passed by copy.
struct Reading
{
    using Value = std::variant<std::monostate, double, QString>;

    QString name;  ///< stable key within its system, e.g. "master", "replica 10.0.0.2:6379 lag"
    QString label; ///< for people; empty: as name
    Value value;   ///< empty when unknown; a number exactly when `unit` counts something
    QString unit;  ///< "ms", "s", "bytes", "ratio", "count", "USD/day", "" for text
    QString source; ///< "sentinel 127.0.0.1:26379", "postgresql 127.0.0.1:5432"
    QDateTime observedAt; ///< UTC; invalid when never seen
    Milliseconds interval{1000}; ///< how often it is looked at: decides stale and unknown
    ReadingState state = ReadingState::Unknown; ///< as of the look; see stateAt
    std::optional<NormalRange> normal;
    QString reason; ///< why it is unknown, absent or abnormal, in words; no secret

    bool operator==(const Reading &) const = default;
    bool hasNumber() const { return std::holds_alternative<double>(value); }
    double number() const { return hasNumber() ? std::get<double>(value) : 0; }
    QString text() const; ///< the value for people, with its unit; "unknown" when empty
    Milliseconds age(const QDateTime &now) const;
    /// What the state has become by `now`: a fresh reading turns stale, then unknown, by age alone.
    ReadingState stateAt(const QDateTime &now) const;
    bool isAbnormal() const { return normal && hasNumber() && !normal->contains(number()); }
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::Reading)
