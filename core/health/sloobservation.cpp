// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/sloobservation.h"

#include "core/base/quantity.h"
#include "core/health/poolsreadings.h"

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {

QString percent(double ratio)
{
    return numberText(ratio * 100) + QStringLiteral(" %");
}

/// The platform's gauge with the four states that a metric value can have.
Reading gauge(const QString &name, const MetricValue &value, const QString &unit,
              const SloSource &source, Milliseconds interval)
{
    Reading out{.name = name,
                .unit = unit,
                .source = source.url,
                .observedAt = source.metrics->lookedAt(),
                .interval = interval};
    switch (value.state) {
    case MetricValue::State::Absent:
        out.state = ReadingState::Absent;
        out.reason = QStringLiteral("the series does not exist before the first finished request");
        break;
    case MetricValue::State::NeverSet:
        out.state = ReadingState::NeverSet;
        out.reason = QStringLiteral("declared, and never set since its process began");
        break;
    case MetricValue::State::Stale:
        out.state = ReadingState::Stale;
        out.value = value.value;
        out.reason = QStringLiteral("no request has moved it for 5 minutes");
        break;
    case MetricValue::State::Real:
        out.state = ReadingState::Fresh;
        out.value = value.value;
    }
    return out;
}

void addOwnSeries(QList<Reading> &out, const SloSource &source, const MonitoringPlan &monitoring,
                  const QDateTime &now)
{
    const PoolsMetrics &metrics = *source.metrics;
    if (!metrics.isReadable()) {
        Reading unread{.name = source.name + QStringLiteral(" compliance"),
                       .unit = QStringLiteral("ratio"),
                       .source = source.url,
                       .observedAt = metrics.lookedAt(),
                       .interval = monitoring.every};
        unread.reason = metrics.why();
        out.append(unread);
        return;
    }
    const TrafficCounters window = metrics.traffic(now, 5min);
    const double requests = window.requests + window.ownRequests;
    const auto own = [&](const char *name, const QByteArray &key, const QString &unit) {
        MetricValue value = metrics.value(key);
        // The gauges move only when a request ends, and looking is a request too.
        if (value.isReal() && metrics.hasDelta() && requests == 0)
            value.state = MetricValue::State::Stale;
        out.append(gauge(source.name + QLatin1String(name), value, unit, source, monitoring.every));
    };
    own(" compliance", PoolsMetrics::compliance, QStringLiteral("ratio"));
    if (monitoring.availability)
        out.last().normal = NormalRange{.least = *monitoring.availability};
    own(" budget", PoolsMetrics::budget, QStringLiteral("ratio"));
    if (out.last().hasNumber())
        out.last().reason = QStringLiteral("rests on %1 requests seen in its window").arg(requests);
    own(" burn rate", PoolsMetrics::burnRate, QStringLiteral("/h"));
    out.append(numberReading(source.name + QStringLiteral(" requests in window"),
                             metrics.hasDelta() ? std::optional<double>(requests) : std::nullopt,
                             QStringLiteral("count"), source.url, metrics.lookedAt(),
                             monitoring.every, QStringLiteral("seen once so far")));
}

QString restsOn(const BurnWindow &window)
{
    if (window.length.count() == 0)
        return QStringLiteral("nothing has been counted yet");
    const QString counted = QStringLiteral("%1 of %2 user requests failed in the last %3")
                                .arg(numberText(window.failures), numberText(window.requests), durationText(window.length));
    return window.errorRate ? counted : counted + QStringLiteral(": too few to judge by");
}

/// What the console has counted itself; with no availability promised there is no budget to speak of.
struct BurnReadings
{
    QString prefix, source;
    QDateTime at;
    const MonitoringPlan &monitoring;

    Reading figure(const char *name, const std::optional<double> &value, const char *unit, const BurnWindow &window) const
    {
        Reading out = numberReading(prefix + QLatin1String(name), value, QLatin1String(unit), source, at, monitoring.every, {});
        out.reason = monitoring.availability ? restsOn(window) : QStringLiteral("the plan promises no availability");
        return out;
    }
    void add(QList<Reading> &out, const BurnFigures &burn, std::optional<double> ownShare) const
    {
        out.append(figure("error budget", burn.budgetLeft, "ratio", burn.whole));
        out.last().normal = NormalRange{.least = 0.1};
        for (const auto &[name, window] : {std::pair{"burn rate", &burn.minute}, std::pair{"short burn rate", &burn.shorter},
                                           std::pair{"long burn rate", &burn.longer}}) {
            out.append(figure(name, window->burnRate, "times", *window));
            out.last().normal = NormalRange{.most = fastBurn};
        }
        out.append(numberReading(prefix + QStringLiteral("own share"), ownShare, QStringLiteral("ratio"), source, at,
                                 monitoring.every, QStringLiteral("nothing was counted in the last minute")));
    }
};

/// The last minute has not been watched yet, so all that is known is what the processes have counted since
/// they began. It may be over: a warning, never more.
void judgeSinceStart(SystemObservation &out, const TrafficCounters &sinceStart, const QString &who,
                     const MonitoringPlan &monitoring)
{
    const std::optional<double> rate = sinceStart.errorRate();
    if (!rate || sinceStart.requests < fewestRequestsToJudge || !monitoring.rollbackAboveErrorRate ||
        *rate <= *monitoring.rollbackAboveErrorRate)
        return;
    out.health = Health::Degraded;
    out.reason = QStringLiteral("%1 has failed %2 of %3 user requests since its processes began; "
                                "whether it still does shows in a minute of watching")
                     .arg(who, percent(*rate))
                     .arg(sinceStart.requests);
}

void judge(SystemObservation &out, const TrafficCounters &traffic, const QString &who,
           const MonitoringPlan &monitoring)
{
    const std::optional<double> rate = traffic.errorRate();
    const std::optional<double> p95 = traffic.quantile(0.95);
    if (!rate || traffic.requests < fewestRequestsToJudge) {
        out.health = Health::Healthy;
        out.reason = QStringLiteral("%1 had %2 user requests in the last minute, %3 of them "
                                    "failed: too few to judge by")
                         .arg(who)
                         .arg(traffic.requests)
                         .arg(traffic.failures);
        return;
    }
    const QString failed = QStringLiteral("%1 fails %2 of %3 user requests in the last minute")
                               .arg(who, percent(*rate))
                               .arg(traffic.requests);
    out.health = Health::Healthy;
    out.reason = failed;
    if (monitoring.rollbackAboveErrorRate && *rate > *monitoring.rollbackAboveErrorRate) {
        out.health = Health::Down;
        out.reason = failed + QStringLiteral(", above the plan's limit for a rollback of ") +
                     percent(*monitoring.rollbackAboveErrorRate);
    } else if (monitoring.availability && *rate > 1 - *monitoring.availability &&
               traffic.failures >= 2) {
        out.health = Health::Degraded;
        out.reason =
            failed + QStringLiteral("; the plan allows ") + percent(1 - *monitoring.availability);
    } else if (monitoring.latencyP95 && p95 && *p95 > double(monitoring.latencyP95->count())) {
        out.health = Health::Degraded;
        out.reason =
            QStringLiteral("%1 answers 95 % of its requests within %2 ms; the plan wants %3 ms")
                .arg(who, numberText(*p95))
                .arg(monitoring.latencyP95->count());
    }
}

} // namespace

SystemObservation observeSlo(const QList<SloSource> &sources, const PoolsView &view,
                             const MonitoringPlan &monitoring, const QDateTime &now)
{
    SystemObservation out{.system = QStringLiteral("slo"), .complete = true};
    const bool known = std::any_of(view.pools.begin(), view.pools.end(), [&](const PoolView &pool) {
        return pool.colour == view.serving;
    });
    TrafficCounters traffic, sinceStart;
    Milliseconds followed{0};
    QString why = QStringLiteral("no metrics page has been read yet");
    int readable = 0;
    for (const SloSource &source : sources) {
        const PoolsMetrics &metrics = *source.metrics;
        out.lookedAt = std::max(out.lookedAt, metrics.lookedAt());
        out.complete =
            out.complete && metrics.isLookedAt() && (metrics.hasDelta() || !metrics.isReadable());
        // An idle colour's page says nothing of what users get.
        if (!known || source.name.startsWith(QString(view.serving + QLatin1Char('-')))) {
            readable += metrics.isReadable() ? 1 : 0;
            if (!metrics.why().isEmpty())
                why = metrics.why();
            traffic += metrics.traffic(now, 60s);
            sinceStart += metrics.sinceStart();
            followed = std::max(followed, metrics.followedFor(now));
        }
    }
    if (readable == 0) {
        out.health = Health::Unknown;
        out.reason = known ? QStringLiteral("no metrics of %1 can be read: %2").arg(view.serving, why) : QStringLiteral("no metrics can be read: %1").arg(why);
    } else {
        const QString who = known ? view.serving : QStringLiteral("the application");
        judge(out, traffic, who, monitoring);
        if (traffic.requests < fewestRequestsToJudge && followed < 60s)
            judgeSinceStart(out, sinceStart, who, monitoring);
    }
    const QString source = known ? QStringLiteral("instances of %1").arg(view.serving)
                                 : QStringLiteral("all instances");
    const bool enough = traffic.requests >= fewestRequestsToJudge;
    const QString few = QStringLiteral("%1 user requests in the last minute").arg(traffic.requests);
    const QDateTime at = readable > 0 ? out.lookedAt : QDateTime();
    out.readings.append(numberReading(QStringLiteral("error rate"),
                                      enough ? traffic.errorRate() : std::nullopt,
                                      QStringLiteral("ratio"), source, at, monitoring.every, few));
    if (monitoring.availability)
        out.readings.last().normal = NormalRange{.most = 1 - *monitoring.availability};
    out.readings.append(numberReading(QStringLiteral("p95"),
                                      enough ? traffic.quantile(0.95) : std::nullopt,
                                      QStringLiteral("ms"), source, at, monitoring.every, few));
    if (monitoring.latencyP95)
        out.readings.last().normal = NormalRange{.most = double(monitoring.latencyP95->count())};
    out.readings.append(numberReading(QStringLiteral("requests judged"), traffic.requests,
                                      QStringLiteral("count"), source, at, monitoring.every, {}));
    BurnReadings{{}, QStringLiteral("all instances"), at, monitoring}.add(out.readings, view.burn, view.ownShare);
    for (const PoolView &pool : view.pools)
        BurnReadings{pool.colour + QLatin1Char(' '), QStringLiteral("instances of %1").arg(pool.colour), at, monitoring}
            .add(out.readings, pool.burn, pool.ownShare);
    if (sources.size() <= 20) {
        for (const SloSource &one : sources)
            addOwnSeries(out.readings, one, monitoring, now);
    }
    return out;
}

} // namespace understudy
