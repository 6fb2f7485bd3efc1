// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/consolestate.h"

#include "ui/wizards/runwords.h"

#include <algorithm>

namespace understudy::ui {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype mostEvents = 10'000;
/// The engine sends a snapshot at least this often while it lives.
constexpr Milliseconds engineSilence = 15s;

/// When the processes of a colour began, as they say themselves: also before this console was opened. Those of one
/// colour that were started one after the other are one mark.
QList<TrendMark> startMarks(const PoolsView &pools)
{
    constexpr qint64 oneRollOut = 120'000;
    QList<TrendMark> marks;
    for (const PoolView &pool : pools.pools) {
        QList<qint64> times;
        for (const InstanceView &one : pool.instances) {
            const QDateTime began = QDateTime::fromString(one.startTime, Qt::ISODateWithMs);
            if (began.isValid())
                times.append(began.toMSecsSinceEpoch());
        }
        std::sort(times.begin(), times.end());
        qsizetype first = 0;
        for (qsizetype i = 1; i <= times.size(); ++i) {
            if (i < times.size() && times[i] - times[i - 1] <= oneRollOut)
                continue;
            const qsizetype count = i - first;
            marks.append({times[first], count == 1 ? ConsoleState::tr("a process of %1 started").arg(pool.colour)
                                                   : ConsoleState::tr("%1 processes of %2 started").arg(count).arg(pool.colour)});
            first = i;
        }
    }
    return marks;
}

} // namespace

ConsoleState::ConsoleState(const Plan &plan, const Clock &clock, bool observeOnly, QObject *parent)
    : QObject(parent)
    , m_plan(plan)
    , m_observeOnly(observeOnly)
    , m_ticker(clock)
{}

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
    m_history.record(snapshot);
    if (snapshot.pools)
        rememberPools(*snapshot.pools, snapshot.at.toMSecsSinceEpoch());
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
    const qsizetype index = std::distance(
        m_openRuns.cbegin(), std::find_if(m_openRuns.cbegin(), m_openRuns.cend(), same));
    const bool known = index < m_openRuns.size();
    if (known)
        tellOfRun(m_openRuns.at(index), run);
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

/// The console's own acts stand among what happened: who reads the timeline later asks what was us.
void ConsoleState::tellOfRun(const RunView &before, const RunView &after)
{
    const QString news = announcement(before, after);
    if (news.isEmpty())
        return;
    const bool trouble = after.outcome == QLatin1String("failed") || after.outcome == QLatin1String("needs_operator");
    takeEvents({Event{.at = m_ticker.now(), .system = QStringLiteral("recovery"), .source = after.id, .name = QStringLiteral("run"), .text = news,
                      .weight = trouble ? Event::Weight::Warning : Event::Weight::Plain}});
}

void ConsoleState::rememberPools(const PoolsView &pools, qint64 at)
{
    // Snapshots may come ten a second; the figures behind this are looked at every few seconds.
    if (at - m_requests.lastAt() < 2000)
        return;
    std::optional<double> requests, errors;
    for (const PoolView &pool : pools.pools) {
        if (!pool.requestsPerSecond)
            continue;
        requests = requests.value_or(0) + *pool.requestsPerSecond;
        errors = errors.value_or(0) + *pool.requestsPerSecond * pool.errorRate.value_or(0);
    }
    m_requests.append(at, requests, 10s);
    m_errors.append(at, errors, 10s);
}

Trend ConsoleState::trend(const QString &system, const QString &reading, qint64 from, qint64 to,
                          int pixels) const
{
    if (reading == requestsKey())
        return m_requests.window(from, to, pixels);
    if (reading == errorsKey())
        return m_errors.window(from, to, pixels);
    return m_history.window(system, reading, from, to, pixels);
}

QList<TrendMark> ConsoleState::deploymentMarks() const
{
    QList<TrendMark> marks;
    for (const Event &event : m_events) {
        const bool deployed = event.name == QLatin1String("serving") || event.name == QLatin1String("build");
        if (event.system == QLatin1String("pools") && deployed)
            marks.append({event.at.toMSecsSinceEpoch(), event.text});
    }
    if (m_snapshot.pools)
        marks += startMarks(*m_snapshot.pools);
    std::stable_sort(marks.begin(), marks.end(), [](const TrendMark &a, const TrendMark &b) { return a.at < b.at; });
    return marks;
}

Trend ConsoleState::recent(const QString &system, const QString &reading, int minutes,
                           int pixels) const
{
    // Ends on a whole pixel: else every look would shift all pixels a little and redraw the same
    // curve.
    const qint64 span = minutes * 60'000LL;
    const qint64 pixel = qMax(qint64(1), span / qMax(1, pixels));
    const qint64 to = (now().toMSecsSinceEpoch() / pixel + 1) * pixel;
    return trend(system, reading, to - span, to, pixels);
}

} // namespace understudy::ui
