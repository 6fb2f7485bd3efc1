// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsprobe.h"

#include "core/base/paths.h"
#include "core/base/quantity.h"
#include "core/health/contradictions.h"
#include "core/health/costobservation.h"
#include "core/health/poolsjudge.h"
#include "core/health/poolsreadings.h"
#include "core/health/sloobservation.h"

#include <QCryptographicHash>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

/// Whose days count: this machine's, when all instances run on it; else nobody knows, and it is UTC.
QTimeZone zoneOfInstances(const Plan &plan)
{
    bool here = true;
    for (const Pool &pool : plan.application->pools) {
        for (const PoolInstance &one : pool.instances) {
            const Host *host = plan.host(one.host);
            here = here && host && host->isLocal();
        }
    }
    return here ? QTimeZone::systemTimeZone() : QTimeZone::utc();
}

} // namespace

PoolsProbe::PoolsProbe(const Plan &plan, const SecretResolver *secrets, const Clock &clock,
                       const QString &costFile, QObject *parent)
    : Probe(parent)
    , m_plan(plan)
    , m_application(*plan.application)
    , m_monitoring(plan.monitoring.value_or(MonitoringPlan()))
    , m_clock(clock)
    , m_ledger(costFile, clock)
{
    m_view.entry = m_application.entry;
    for (const Pool &pool : m_application.pools) {
        PoolView view{.colour = pool.colour};
        for (const PoolInstance &one : pool.instances) {
            Place place{.pool = m_view.pools.size(), .index = view.instances.size()};
            place.name = QStringLiteral("%1-%2").arg(pool.colour).arg(place.index + 1);
            place.number = int(m_places.size());
            place.instance = std::make_unique<PoolsInstance>(one, m_application, m_monitoring,
                                                             plan.cost, clock, nullptr);
            view.instances.append(place.instance->view());
            m_places.push_back(std::move(place));
        }
        m_view.pools.append(view);
    }
    for (const CostLimit &limit : plan.cost)
        m_ledger.setZone(limit.name, zoneOfInstances(plan));
    m_burn = std::make_unique<PoolsBurn>(m_view.pools.size(), m_monitoring);
    // Connected once all places stand still in memory.
    for (const Place &place : m_places) {
        const PoolsInstance *one = place.instance.get();
        connect(one, &PoolsInstance::answersChanged, this,
                [this, &place] { answersChanged(place); });
        connect(one, &PoolsInstance::looked, this, [this, &place] { instanceLooked(place); });
        connect(one, &PoolsInstance::metricsLooked, this, [this, &place] { metricsLooked(place); });
        connect(one, &PoolsInstance::requestAnswered, this,
                [this, &place] { m_burn->asked(place.pool, m_clock.now()); });
    }
    if (!m_application.entry.isEmpty()) {
        m_entry = std::make_unique<PoolsEntry>(m_application, clock, nullptr);
        connect(m_entry.get(), &PoolsEntry::counted, this, &PoolsProbe::entryCounted);
    }
    if (!m_application.queuesPath.isEmpty()) {
        m_queues = std::make_unique<PoolsQueues>(m_application, secrets, clock, nullptr);
        connect(m_queues.get(), &PoolsQueues::looked, this, &PoolsProbe::queuesLooked);
    }
    m_soon.setSingleShot(true);
    m_soon.setInterval(200ms);
    connect(&m_soon, &QTimer::timeout, this, &PoolsProbe::publish);
    if (!m_monitoring.prometheus.isEmpty() || !m_monitoring.alertmanager.isEmpty()) {
        m_prometheus = std::make_unique<PrometheusWatch>(m_monitoring, ownRoutes(m_application, m_monitoring), m_clock);
        connect(m_prometheus.get(), &PrometheusWatch::looked, this, [this] {
            m_view.alerts.clear();
            for (const prometheus::Alert &alert : m_prometheus->firing())
                m_view.alerts.append(alert.name);
            m_view.prometheusErrors = m_prometheus->past();
            m_metricsDue = true;
            soon();
        });
    }
}

PoolsProbe::~PoolsProbe() = default;

QString PoolsProbe::costFile(const Plan &plan)
{
    const QByteArray key = (modeName(plan.mode) + QLatin1Char('\n') + plan.name).toUtf8();
    const QByteArray hash =
        QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(16);
    return paths::state() + QStringLiteral("/cost/") + QString::fromLatin1(hash) +
           QStringLiteral(".json");
}

QStringList PoolsProbe::systems() const
{
    QStringList out{QStringLiteral("pools")};
    if (m_plan.monitoring)
        out += QStringLiteral("slo");
    if (!m_plan.cost.isEmpty())
        out += QStringLiteral("cost");
    return out;
}

void PoolsProbe::start()
{
    const Milliseconds every = m_application.health.every;
    for (size_t i = 0; i < m_places.size(); ++i)
        m_places[i].instance->start(every * qint64(i + 1) / qint64(m_places.size()));
    if (m_entry)
        m_entry->start();
    if (m_queues)
        m_queues->start();
    if (m_prometheus)
        m_prometheus->start();
}

void PoolsProbe::stop()
{
    m_soon.stop();
    for (const Place &place : m_places)
        place.instance->stop();
    if (m_entry)
        m_entry->stop();
    if (m_queues)
        m_queues->stop();
    if (m_prometheus)
        m_prometheus->stop();
}

void PoolsProbe::lookNow()
{
    for (const Place &place : m_places)
        place.instance->lookNow();
    if (m_entry)
        m_entry->lookNow();
    if (m_queues)
        m_queues->lookNow();
    if (m_prometheus)
        m_prometheus->lookNow();
}

/// What the instance itself has found out, and what its queues answered.
void PoolsProbe::take(const Place &place)
{
    InstanceView &view = m_view.pools[place.pool].instances[place.index];
    view = place.instance->view();
    if (m_queues)
        view.queues = m_queues->answer(place.number);
}

void PoolsProbe::instanceLooked(const Place &place)
{
    take(place);
    soon();
}

void PoolsProbe::answersChanged(const Place &place)
{
    const QString process = m_view.pools[place.pool].instances[place.index].startTime;
    take(place);
    // Another process has queues of its own.
    if (m_queues && process != place.instance->view().startTime)
        m_queues->lookAt(place.number);
    refresh();
}

void PoolsProbe::queuesLooked(int number)
{
    if (m_queues->answer(number).state != QueuesAnswer::State::Unknown)
        m_burn->asked(m_places[size_t(number)].pool, m_clock.now());
    take(m_places[size_t(number)]);
    refresh();
}

void PoolsProbe::entryCounted()
{
    const int strangers = m_view.answersUnknown;
    refresh();
    noteOwnAtEntry();
    // A process that nobody has met: restarted meanwhile, or another worker behind the same port.
    if (m_view.answersUnknown > strangers) {
        for (const Place &place : m_places)
            place.instance->askStartTime(true);
    }
    soon();
}

/// Whoever answered at the entry has counted the request; one that nobody knows is in nobody's count.
void PoolsProbe::noteOwnAtEntry()
{
    if (m_entry->answers().isEmpty() || m_entry->answers().last().startTime.isEmpty())
        return;
    const QString process = m_entry->answers().last().startTime;
    for (const Place &place : m_places) {
        const InstanceView &view = place.instance->view();
        if (view.startTime == process || view.startTimes.contains(process))
            return m_burn->asked(place.pool, m_clock.now());
    }
}

void PoolsProbe::metricsLooked(const Place &place)
{
    const PoolsMetrics &metrics = place.instance->metrics();
    if (metrics.isReadable()) {
        m_burn->polled(place.pool, place.number, metrics.sinceLastLook(), m_clock.now());
        for (const CostLimit &limit : m_plan.cost)
            m_ledger.see(limit.name, place.instance->view().url, metrics.process(),
                         metrics.value(limit.metric.toUtf8()));
    }
    m_metricsDue = true;
    soon();
}

void PoolsProbe::hear(const QList<Event> &events)
{
    const bool moved = std::any_of(events.begin(), events.end(), [](const Event &event) {
        return event.system == QLatin1String("redis") && event.name == QLatin1String("+switch-master");
    });
    if (!moved)
        return;
    m_view.redisMoved = m_clock.now();
    if (m_queues)
        m_queues->lookSoon();
}

bool PoolsProbe::everyPlaceLookedAt(bool readinessToo) const
{
    return (!m_entry || m_entry->isLookedAt()) &&
           std::all_of(m_places.begin(), m_places.end(), [readinessToo](const Place &place) {
               return place.instance->isLookedAt() &&
                      (!readinessToo || place.instance->view().readyAt.isValid());
           });
}

/// Half a first look would tell of pools that are cold only because nobody has asked them yet.
PoolsVerdict PoolsProbe::verdict() const
{
    if (!everyPlaceLookedAt(false))
        return {Health::Unknown, QStringLiteral("not every instance has been looked at yet")};
    return judgePools(m_view, m_application);
}

void PoolsProbe::refresh()
{
    sumUpPools(m_view);
    if (m_entry)
        countAnswers(m_view, m_entry->answers());
    // Unknown may wait: a process that has just started is met within milliseconds.
    const Health health = verdict().health;
    if (health != m_told && health != Health::Unknown)
        publishPools();
    else
        soon();
}

void PoolsProbe::soon()
{
    m_poolsDue = true;
    if (!m_soon.isActive())
        m_soon.start();
}

void PoolsProbe::publish()
{
    // Summing up the traffic of hundreds of instances costs more than looking at them.
    const Milliseconds pause = m_places.size() <= 20 ? 0ms : 2000ms;
    const bool metrics = m_metricsDue && m_clock.monotonic() - m_metricsToldAt >= pause;
    if (metrics)
        sumUpTraffic();
    if (m_poolsDue)
        publishPools();
    if (!metrics)
        return;
    m_metricsDue = false;
    m_metricsToldAt = m_clock.monotonic();
    if (m_plan.monitoring)
        publishSlo();
    if (!m_plan.cost.isEmpty())
        publishCost();
}

void PoolsProbe::sumUpTraffic()
{
    const QDateTime now = m_clock.now();
    m_burn->fillIn(m_view, now);
    QList<TrafficCounters> sums(m_view.pools.size());
    QList<double> perSecond(m_view.pools.size());
    for (const Place &place : m_places) {
        sums[place.pool] += place.instance->metrics().traffic(now, 60s);
        perSecond[place.pool] += place.instance->metrics().requestsPerSecond().value_or(0);
    }
    for (qsizetype i = 0; i < sums.size(); ++i) {
        PoolView &pool = m_view.pools[i];
        const bool enough = sums.at(i).requests >= fewestRequestsToJudge;
        pool.requestsJudged = sums.at(i).requests;
        pool.errorRate = enough ? sums.at(i).errorRate() : std::nullopt;
        pool.p95 = enough ? sums.at(i).quantile(0.95) : std::nullopt;
        pool.requestsPerSecond =
            sums.at(i).counted ? std::optional<double>(perSecond.at(i)) : std::nullopt;
    }
}

void PoolsProbe::publishPools()
{
    m_poolsDue = false;
    sumUpPools(m_view);
    const PoolsVerdict now = verdict();
    SystemObservation out{
        .system = QStringLiteral("pools"), .health = now.health, .reason = now.reason};
    out.readings = poolsReadings(m_view, m_application, m_monitoring);
    out.complete = everyPlaceLookedAt(true) && (!m_queues || m_queues->isLookedAt());
    out.contradictions = poolContradictions(m_view);
    out.lookedAt = m_view.countedAt;
    for (const PoolView &pool : std::as_const(m_view.pools)) {
        for (const InstanceView &one : pool.instances)
            out.lookedAt = std::max(out.lookedAt, one.lookedAt);
    }
    out.pools = m_view;
    m_told = now.health;
    tellChanges();
    m_toldView = m_view;
    emit observed(out);
}

QString PoolsProbe::alarmSentence(const PoolView &pool, double limit)
{
    const QString percent = QStringLiteral("%1 %").arg(numberText(limit * 100));
    if (!pool.alarm.raised)
        return QStringLiteral("%1 fails no more than the plan's %2 of its requests again").arg(pool.colour, percent);
    return QStringLiteral("%1 fails %2 of %3 requests, above the plan's %4")
        .arg(pool.colour, numberText(pool.alarm.newest.failures), numberText(pool.alarm.newest.requests), percent);
}

void PoolsProbe::tellChanges()
{
    QList<Event> events;
    const QDateTime now = m_clock.now();
    const auto tell = [&](const QString &source, const char *name, const QString &text,
                          Event::Weight weight) {
        events.append({now, QStringLiteral("pools"), source, QLatin1String(name), text, weight});
    };
    if (!m_toldView.serving.isEmpty() && !m_view.serving.isEmpty() &&
        m_toldView.serving != m_view.serving)
        tell(m_view.entry, "serving",
             QStringLiteral("%1, was %2").arg(m_view.serving, m_toldView.serving),
             Event::Weight::Warning);
    for (int i = 0; i < m_view.pools.size(); ++i) {
        const PoolView &pool = m_view.pools.at(i);
        const bool wasRaised = m_toldView.pools.size() > i && m_toldView.pools.at(i).alarm.raised;
        if (pool.alarm.raised != wasRaised)
            tell(m_view.entry, "alarm", alarmSentence(pool, m_monitoring.rollbackAboveErrorRate.value_or(0)),
                 wasRaised ? Event::Weight::Plain : Event::Weight::Critical);
    }
    for (const Place &place : m_places) {
        if (m_toldView.pools.isEmpty())
            break;
        const InstanceView &before = m_toldView.pools.at(place.pool).instances.at(place.index);
        const InstanceView &after = m_view.pools.at(place.pool).instances.at(place.index);
        if (before.live != after.live && before.live != InstanceView::Answer::Unknown) {
            const bool good = after.live == InstanceView::Answer::Ok;
            tell(after.url, "live",
                 QStringLiteral("%1 %2%3").arg(place.name, answerName(after.live),
                                               good ? QString() : QStringLiteral(": ") + after.why),
                 good ? Event::Weight::Plain : Event::Weight::Warning);
        }
        if (!before.build.isEmpty() && !after.build.isEmpty() && before.build != after.build)
            tell(after.url, "build",
                 QStringLiteral("%1 runs %2, was %3").arg(place.name, after.build.left(40), before.build.left(40)),
                 Event::Weight::Warning);
        if (!before.startTimes.isEmpty() && !after.startTime.isEmpty() &&
            !before.startTimes.contains(after.startTime))
            tell(after.url, "process",
                 QStringLiteral("%1 is another process, started %2")
                     .arg(place.name, after.startTime),
                 Event::Weight::Plain);
    }
    if (!events.isEmpty())
        emit eventsHappened(events);
}

void PoolsProbe::publishSlo()
{
    QList<SloSource> sources;
    for (const Place &place : m_places)
        sources.append({place.name, place.instance->view().url, &place.instance->metrics()});
    SystemObservation out = observeSlo(sources, m_view, m_monitoring, m_clock.now());
    if (m_prometheus) {
        out.readings += m_prometheus->readings();
        out.complete = out.complete && m_prometheus->isLookedAt();
        out.contradictions += contradictionWithPrometheus();
    }
    emit observed(out);
}

QList<Contradiction> PoolsProbe::contradictionWithPrometheus()
{
    const QDateTime now = m_clock.now();
    const RequestCount counted = m_burn->counted(PrometheusWatch::window, now);
    const std::optional<double> theirs = m_prometheus->errorRate();
    std::optional<Contradiction> found;
    if (theirs && counted.requests >= fewestRequestsToJudge) {
        const auto saying = [](const QString &source, double ratio, const QDateTime &at) {
            return Contradiction::Saying{source, QStringLiteral("%1 % of users' requests failed in the last 5 minutes").arg(numberText(ratio * 100)), at};
        };
        found = errorRatesApart(saying(QStringLiteral("this console's counting"), counted.errorRate(), now), counted.errorRate(),
                                saying(m_monitoring.prometheus, *theirs, m_prometheus->errorRateAt()), *theirs);
    }
    // One pair of looks may straddle the moment at which it began to fail.
    if (!found)
        m_apartSince.reset();
    else if (!m_apartSince)
        m_apartSince = m_clock.monotonic();
    return found && m_clock.monotonic() - *m_apartSince >= 30s ? QList<Contradiction>{*found} : QList<Contradiction>();
}

void PoolsProbe::publishCost()
{
    QString unreadable = QStringLiteral("no metrics page has been read yet");
    QDateTime newest;
    bool complete = true;
    for (const Place &place : m_places) {
        const PoolsMetrics &metrics = place.instance->metrics();
        complete = complete && metrics.isLookedAt();
        newest = std::max(newest, metrics.lookedAt());
        if (metrics.isReadable())
            unreadable.clear();
        else if (!unreadable.isEmpty() && metrics.isLookedAt())
            unreadable = metrics.why();
    }
    SystemObservation out =
        observeCost(m_plan.cost, m_ledger, QStringLiteral("metrics of all instances"), newest,
                    unreadable, m_monitoring.every);
    out.complete = complete;
    emit observed(out);
    tellCosts();
}

/// Once for each step that a figure climbs; a new day begins below.
void PoolsProbe::tellCosts()
{
    QList<Event> events;
    for (const CostLimit &limit : m_plan.cost) {
        const CostLedger::Figure figure = m_ledger.figure(limit.name);
        const int level = int(costLevel(limit, figure));
        const int before = std::exchange(m_costTold[limit.name], level);
        if (level > before)
            events.append({m_clock.now(), QStringLiteral("cost"), limit.metric, QStringLiteral("soft limit"),
                           costSentence(limit, figure, m_ledger.dayEnds(limit.name)), Event::Weight::Warning});
    }
    if (!events.isEmpty())
        emit eventsHappened(events);
}

} // namespace understudy
