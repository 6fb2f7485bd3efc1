// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/consolestate.h"

namespace understudy::ui {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype mostEvents = 10'000;
constexpr qsizetype mostPoints = 3600;
/// The engine sends a snapshot at least this often while it lives.
constexpr Milliseconds engineSilence = 15s;

QString key(const QString &system, const QString &reading)
{
    return system + QLatin1Char('/') + reading;
}

} // namespace

ConsoleState::ConsoleState(const Plan &plan, const Clock &clock, bool observeOnly, QObject *parent)
    : QObject(parent)
    , m_plan(plan)
    , m_observeOnly(observeOnly)
    , m_ticker(clock)
{
}

Health ConsoleState::healthNow(const QString &name) const
{
    const SystemHealth *found = system(name);
    if (!found || !hasSnapshot() || m_snapshot.at.msecsTo(now()) > engineSilence.count())
        return Health::Unknown;
    return found->health;
}

void ConsoleState::setStartLine(const QString &line)
{
    m_startLine = line;
    emit startLineChanged();
}

void ConsoleState::takeSnapshot(const HealthSnapshot &snapshot)
{
    m_snapshot = snapshot;
    remember(snapshot);
    emit snapshotChanged();
}

void ConsoleState::takeEvents(const QList<Event> &events)
{
    if (events.isEmpty())
        return;
    m_events.append(events);
    if (m_events.size() > mostEvents)
        m_events.remove(0, m_events.size() - mostEvents);
    emit eventsAdded(events);
}

void ConsoleState::takeRun(const RunView &run)
{
    const auto same = [&run](const RunView &one) { return one.id == run.id; };
    const qsizetype index = std::distance(m_openRuns.cbegin(),
                                          std::find_if(m_openRuns.cbegin(), m_openRuns.cend(), same));
    const bool known = index < m_openRuns.size();
    if (run.state == RunView::State::Ended) {
        if (!known)
            return;
        m_openRuns.removeAt(index);
    } else if (known) {
        m_openRuns[index] = run;
    } else {
        m_openRuns.prepend(run);
    }
    emit runsChanged();
}

void ConsoleState::remember(const HealthSnapshot &snapshot)
{
    for (const SystemHealth &system : snapshot.systems) {
        for (const Reading &reading : system.readings) {
            const bool known = reading.hasNumber() && reading.state == ReadingState::Fresh;
            const qint64 at = known ? reading.observedAt.toMSecsSinceEpoch() : snapshot.at.toMSecsSinceEpoch();
            Trend &past = m_past[key(system.name, reading.name)];
            if (!past.isEmpty() && (at <= past.last().at || (!known && past.last().gap)))
                continue;
            if (past.isEmpty() && !known)
                continue;
            past.append({.at = at, .least = reading.number(), .most = reading.number(), .gap = !known});
            if (past.size() > mostPoints)
                past.remove(0, mostPoints / 8);
        }
    }
}

Trend ConsoleState::trend(const QString &system, const QString &reading, qint64 from, qint64 to, int pixels) const
{
    return decimated(m_past.value(key(system, reading)), from, to, pixels);
}

Trend ConsoleState::recent(const QString &system, const QString &reading, int minutes, int pixels) const
{
    const qint64 to = now().toMSecsSinceEpoch() + 1;
    return trend(system, reading, to - minutes * 60'000LL, to, pixels);
}

} // namespace understudy::ui
