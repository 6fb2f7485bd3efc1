// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/reading.h"
#include "core/systems/metrics/metricvalue.h"

#include <QHash>
#include <QThreadPool>
#include <QTimeZone>

#include <optional>

namespace understudy {

/// The day's spending by name. The source forgets at a restart, never resets at midnight and each
/// process knows only what it was told, so the highest figure of the day is kept, on disk. Days begin
/// in the source's time zone (UTC when it is not told); a figure that falls within one process shows
/// that its own day has begun, and starts a new one. The same figure as at midnight is yesterday's until it moves. Engine thread; files are
/// written on a thread of its own, atomically.
class CostLedger
{
public:
    struct Figure
    {
        std::optional<double> today;     ///< at least so much; nothing: not known
        std::optional<double> projected; ///< at the end of the day, when that can be told
        /// An hour, by the last ten minutes, or by what has been seen of them: a minute at least.
        std::optional<double> pace;
        ReadingState state = ReadingState::Unknown;
        QString why; ///< what is the matter with it
    };

    /// Reads the file when it is there; a broken one is set aside.
    CostLedger(QString file, const Clock &clock);
    ~CostLedger();

    /// In which zone that source's days begin. Before the first see() of the name.
    void setZone(const QString &name, const QTimeZone &zone);
    QDateTime dayEnds(const QString &name) const; ///< in its zone

    /// A value of the metric from one source (an instance), whose process has that start time.
    void see(const QString &name, const QString &source, const QString &process,
             const MetricValue &value);
    Figure figure(const QString &name) const;

private:
    struct Source
    {
        QString process;
        double last = 0;
        bool carried = false; ///< `last` is yesterday's figure
        MetricValue::State state = MetricValue::State::Absent;
    };
    struct Entry
    {
        QDate day;
        std::optional<double> high;
        QHash<QString, Source> sources;
        QList<std::pair<QDateTime, double>> rises; ///< of the last hour
    };
    QDateTime local(const QString &name) const;
    void startDay(Entry &entry, const QString &exceptSource);
    static std::optional<double> pace(const Entry &entry, const QDateTime &now);
    static std::optional<double> project(const Entry &entry, const QDateTime &now);
    void read();
    void write();

    QString m_file;
    const Clock &m_clock;
    QHash<QString, Entry> m_entries;
    QHash<QString, QTimeZone> m_zones;
    QThreadPool m_writer;
};

} // namespace understudy
