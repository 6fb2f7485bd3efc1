// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/history.h"
#include "core/health/snapshot.h"
#include "core/plan/plan.h"
#include "core/recovery/runview.h"
#include "ui/parts/ticker.h"
#include "ui/parts/trend.h"

#include <QObject>

namespace understudy::ui {

/// Everything the pages show, and no widget: the newest snapshot, the events, the open runs and a
/// stretch of history. Lives on the GUI thread; the engine's signals are connected to the `take…`
/// slots.
class ConsoleState : public QObject
{
    Q_OBJECT
public:
    ConsoleState(const Plan &plan, const Clock &clock, bool observeOnly = false,
                 QObject *parent = nullptr);

    const Plan &plan() const { return m_plan; }
    const Ticker &ticker() const { return m_ticker; }
    QDateTime now() const { return m_ticker.now(); }
    bool observeOnly() const { return m_observeOnly; } ///< every act is hidden

    bool hasSnapshot() const { return m_snapshot.at.isValid(); }
    const HealthSnapshot &snapshot() const { return m_snapshot; }
    /// Null while the plan does not name the system, or nothing was seen yet.
    const SystemHealth *system(const QString &name) const { return m_snapshot.system(name); }
    /// What a system's health is by now: unknown when the engine itself has fallen silent.
    Health healthNow(const QString &system) const;
    const QList<Event> &events() const { return m_events; }       ///< oldest first, newest 10,000
    const QList<RunView> &openRuns() const { return m_openRuns; } ///< newest first

    /// A numeric reading's past: at most one least and most for each of `pixels`.
    Trend trend(const QString &system, const QString &reading, qint64 from, qint64 to,
                int pixels) const;
    /// When another colour began to serve, an instance another build, or processes were started, also before this
    /// console was: what explains a change in a chart. In the order of time.
    QList<TrendMark> deploymentMarks() const;
    /// The last `minutes`, for sparklines.
    Trend recent(const QString &system, const QString &reading, int minutes, int pixels) const;

    /// Figures of all pools together, kept under the system "pools" beside its readings.
    static QString requestsKey() { return QStringLiteral("all requests per second"); }
    static QString errorsKey() { return QStringLiteral("all errors per second"); }

    /// What was found at the start: "can reach 8 of 9", …; one line for the event strip.
    const QString &startLine() const { return m_startLine; }
    void setStartLine(const QString &line);

    void takeSnapshot(const understudy::HealthSnapshot &snapshot);
    void takeEvents(const QList<understudy::Event> &events);
    void takeRun(const understudy::RunView &run); ///< newer view of a run; one that ended leaves
    void askForLook() { emit lookAsked(); }

signals:
    void snapshotChanged();
    void eventsAdded(const QList<understudy::Event> &events);
    void runsChanged();
    void startLineChanged();
    void lookAsked(); ///< F5: the engine should look at everything now

private:
    void tellOfRun(const RunView &before, const RunView &after);
    void rememberPools(const PoolsView &pools, qint64 at);

    Plan m_plan;
    bool m_observeOnly;
    Ticker m_ticker;
    HealthSnapshot m_snapshot;
    QList<Event> m_events;
    QList<RunView> m_openRuns;
    History m_history;
    HistorySeries m_requests, m_errors; ///< of all pools together
    QString m_startLine;
};

} // namespace understudy::ui
