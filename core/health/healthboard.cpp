// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/healthboard.h"

#include "core/base/quantity.h"
#include "core/health/contradictions.h"
#include "core/health/objectives.h"
#include "core/health/pagerprobe.h"
#include "core/health/triage.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds holdTime = 100ms;

/// How long a system may say nothing before it is unknown: three intervals, but never less than a
/// look that ends at its deadline takes.
Milliseconds silenceAllowed(const Plan &plan, const QString &system)
{
    if (system == QLatin1String("database"))
        return std::max<Milliseconds>(plan.database ? 3 * plan.database->every : 15s, 6s);
    if (system == QLatin1String("redis"))
        return std::max<Milliseconds>(plan.redis ? 3 * plan.redis->every : 3s, 3s);
    if (system == QLatin1String("pools"))
        return std::max<Milliseconds>(plan.application ? 3 * plan.application->health.every : 15s, 3s);
    if (system == QLatin1String("pager"))
        return 3 * PagerProbe::every;
    return std::max<Milliseconds>(plan.monitoring ? 3 * plan.monitoring->every : 30s, 3s);
}

QStringList inContractOrder(const QStringList &systems)
{
    static const QStringList order{QStringLiteral("database"), QStringLiteral("redis"),
                                   QStringLiteral("pools"), QStringLiteral("objects"),
                                   QStringLiteral("cost"), QStringLiteral("slo"),
                                   QStringLiteral("pager")};
    QStringList sorted = systems;
    sorted.removeDuplicates();
    const auto place = [](const QString &name) {
        const qsizetype at = order.indexOf(name);
        return at < 0 ? order.size() : at;
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const QString &a, const QString &b) { return place(a) < place(b); });
    return sorted;
}

} // namespace

HealthBoard::HealthBoard(const Plan &plan, const QStringList &systems, const Clock &clock,
                         QObject *parent)
    : QObject(parent)
    , m_plan(plan)
    , m_systems(inContractOrder(systems))
    , m_clock(clock)
    , m_hold(this)
    , m_tick(this)
{
    for (const QString &name : m_systems) {
        m_tracked[name].reason = QStringLiteral("not looked at yet");
        m_tracked[name].heardAt = clock.now();
    }
    m_hold.setSingleShot(true);
    m_hold.setTimerType(Qt::PreciseTimer);
    connect(&m_hold, &QTimer::timeout, this, [this] {
        if (m_pending)
            publish();
    });
    connect(&m_tick, &QTimer::timeout, this, &HealthBoard::age);
    m_tick.start(1s);
}

void HealthBoard::enter(Tracked &tracked, Health health, const QDateTime &at)
{
    if (tracked.seen && health != tracked.health)
        tracked.since = at;
    tracked.health = health;
    if (health == Health::Down && !tracked.downSince.isValid()) {
        tracked.downSince = at;
        tracked.downAtFirstLook = !tracked.seen;
    }
    // Unknown ends no outage: only an answer does.
    if (health == Health::Healthy || health == Health::Degraded) {
        if (tracked.downSince.isValid())
            tracked.downUntil = at;
        tracked.downSince = {};
    }
}

void HealthBoard::observe(const SystemObservation &observation)
{
    const auto found = m_tracked.find(observation.system);
    if (found == m_tracked.end())
        return;
    Tracked &tracked = *found;
    const QDateTime now = m_clock.now();
    const Health before = tracked.health;
    const bool firstLook = !tracked.seen && observation.complete;
    enter(tracked, observation.health, observation.lookedAt.isValid() ? observation.lookedAt : now);
    tracked.last = observation;
    if (observation.refusesWrites)
        tracked.refusedWritesAt = now;
    tracked.reason = observation.reason;
    tracked.heardAt = now;
    tracked.aged = false;
    tracked.seen = tracked.seen || observation.complete;
    noteContradictions(now);
    if (tracked.health != before || firstLook)
        publish();
    else
        publishSoon();
    if (!m_saidSeen && everySystemSeen()) {
        m_saidSeen = true;
        emit everySystemLookedAt();
    }
}

void HealthBoard::record(const QList<Event> &events)
{
    m_events += events;
    publishSoon();
}

void HealthBoard::age()
{
    const QDateTime now = m_clock.now();
    bool changed = false;
    for (const QString &name : m_systems) {
        Tracked &tracked = m_tracked[name];
        const Milliseconds silence(tracked.heardAt.msecsTo(now));
        if (tracked.aged || !tracked.seen || silence <= silenceAllowed(m_plan, name))
            continue;
        tracked.aged = true;
        changed = changed || tracked.health != Health::Unknown;
        enter(tracked, Health::Unknown, now);
        tracked.reason = QStringLiteral("no look has ended for %1; before: %2")
                             .arg(durationText(silence), tracked.last.reason);
    }
    noteContradictions(now);
    if (changed) {
        publish();
        return;
    }
    HealthSnapshot fresh = snapshot();
    fresh.at = m_sent.at;
    if (fresh != m_sent)
        publishSoon();
}

void HealthBoard::noteContradictions(const QDateTime &now)
{
    QList<SystemObservation> current;
    for (const QString &name : m_systems) {
        const Tracked &tracked = m_tracked[name];
        if (!tracked.aged && tracked.heardAt.isValid())
            current.append(tracked.last);
    }
    QList<Contradiction> found = contradictionsAmong(current);
    for (Contradiction &one : found) {
        for (const Contradiction &known : std::as_const(m_contradictions)) {
            if (known.about == one.about && known.since.isValid())
                one.since = known.since;
        }
        if (!one.since.isValid())
            one.since = now;
    }
    m_contradictions = found;
}

HealthSnapshot HealthBoard::snapshot() const
{
    HealthSnapshot out;
    out.at = m_clock.now();
    out.overall = m_systems.isEmpty() ? Health::Unknown : Health::Healthy;
    QMap<QString, Outage> outages;
    for (const QString &name : m_systems) {
        const Tracked &tracked = *m_tracked.constFind(name);
        out.systems.append({.name = name,
                            .health = tracked.health,
                            .since = tracked.since,
                            .downUntil = tracked.downUntil,
                            .refusedWritesAt = tracked.refusedWritesAt,
                            .reason = tracked.reason,
                            .lookedAt = tracked.last.lookedAt,
                            .readings = tracked.last.readings});
        out.overall = worse(out.overall, tracked.health);
        outages[name] = {.health = tracked.health,
                         .began = tracked.downSince,
                         .atLeast = tracked.downAtFirstLook};
        if (tracked.last.redis)
            out.redis = tracked.last.redis;
        if (tracked.last.pools)
            out.pools = tracked.last.pools;
    }
    const SystemHealth *database = out.system(QStringLiteral("database"));
    out.objectives = judgeObjectives(m_plan, outages,
                                     database ? database->reading(QStringLiteral("newest restorable"))
                                              : nullptr,
                                     out.at);
    out.contradictions = m_contradictions;
    out.recommendations = recommend(out, m_plan);
    return out;
}

bool HealthBoard::everySystemSeen() const
{
    return std::all_of(m_tracked.begin(), m_tracked.end(),
                       [](const Tracked &tracked) { return tracked.seen; });
}

void HealthBoard::publishSoon()
{
    if (m_hold.isActive())
        m_pending = true;
    else
        publish();
}

void HealthBoard::publish()
{
    m_pending = false;
    m_hold.start(holdTime);
    if (!m_events.isEmpty())
        emit eventsHappened(std::exchange(m_events, {}));
    m_sent = snapshot();
    emit snapshotReady(m_sent);
}

} // namespace understudy
