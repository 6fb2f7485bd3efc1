// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/poolsreadings.h"

#include "core/health/poolsinstance.h"
#include "core/health/poolsjudge.h"

namespace understudy {

using Answer = InstanceView::Answer;

namespace {

constexpr qsizetype fewInstances = 20;

/// What all readings of one call share.
struct Making
{
    const ApplicationPlan &application;
    const MonitoringPlan &monitoring;
    bool few = true;
    QList<Reading> out = {};

    void words(const QString &name, const QString &value, const QString &source,
               const QDateTime &at, Milliseconds interval, const QString &whyNot = {})
    {
        out.append(textReading(name, value, source, at, interval, whyNot));
    }
    void number(const QString &name, std::optional<double> value, const char *unit,
                const QString &source, const QDateTime &at, Milliseconds interval,
                const QString &whyNot = {}, std::optional<double> most = {})
    {
        out.append(numberReading(name, value, QLatin1String(unit), source, at, interval, whyNot));
        if (most)
            out.last().normal = NormalRange{.most = most};
    }
    void answer(const QString &name, Answer value, const QString &source, const QDateTime &at,
                Milliseconds interval, const QString &why = {})
    {
        words(name, value == Answer::Unknown ? QString() : answerName(value), source, at, interval,
              QStringLiteral("not looked at yet"));
        if (value != Answer::Ok && !why.isEmpty())
            out.last().reason = why;
    }
};

QString queuesWord(const QueuesAnswer &queues)
{
    switch (queues.state) {
    case QueuesAnswer::State::Alive:
        return QStringLiteral("alive");
    case QueuesAnswer::State::Dead:
        return QStringLiteral("dead");
    case QueuesAnswer::State::Unknown:
        break;
    }
    return {};
}

void addInstance(Making &making, const QString &name, const InstanceView &one)
{
    const HealthPaths &health = making.application.health;
    const std::optional<double> latency =
        one.latencyMs < 0 ? std::nullopt : std::optional<double>(one.latencyMs);
    making.answer(name + QStringLiteral(" live"), one.live, one.url, one.lookedAt, health.every,
                  one.why);
    making.number(name + QStringLiteral(" latency"),
                  one.live == Answer::NoAnswer ? std::nullopt : latency, "ms", one.url,
                  one.lookedAt, health.every, answerName(one.live));
    if (!making.few)
        return;
    const QString page = one.url + making.monitoring.metricsPath;
    const Milliseconds often = making.monitoring.every;
    const QString idle = QStringLiteral("no user request between the last two looks");
    making.answer(name + QStringLiteral(" startup"), one.startup, one.url, one.lookedAt, often);
    making.answer(name + QStringLiteral(" ready"), one.ready, one.url, one.readyAt,
                  health.readyEvery);
    if (!making.application.queuesPath.isEmpty())
        making.words(name + QStringLiteral(" job queues"), queuesWord(one.queues),
                     one.url + making.application.queuesPath, one.queues.at, health.readyEvery,
                     one.queues.at.isValid() ? one.queues.why : QStringLiteral("not asked yet"));
    making.words(name + QStringLiteral(" started"), one.startTime, one.url, one.lookedAt, often,
                 QStringLiteral("its startTime is not known"));
    making.words(name + QStringLiteral(" build"), one.build, one.url, one.lookedAt, often,
                 QStringLiteral("its build is not known"));
    making.number(name + QStringLiteral(" error rate"), one.errorRate, "ratio", page, one.lookedAt,
                  often, idle, making.monitoring.rollbackAboveErrorRate);
    making.number(name + QStringLiteral(" p95"), one.p95, "ms", page, one.lookedAt, often, idle,
                  making.monitoring.latencyP95
                      ? std::optional<double>(double(making.monitoring.latencyP95->count()))
                      : std::nullopt);
    making.number(name + QStringLiteral(" requests"), one.requestsPerSecond, "/s", page,
                  one.lookedAt, often, idle);
    making.number(name + QStringLiteral(" own share"), one.ownShare, "ratio", page, one.lookedAt,
                  often, QStringLiteral("no request between the last two looks"));
    making.number(name + QStringLiteral(" clock skew"), one.clockSkew, "s", one.url, one.lookedAt,
                  health.every, QStringLiteral("its replies carry no Date"));
}

void addPool(Making &making, const PoolView &pool, const QDateTime &at)
{
    const QString source = QStringLiteral("instances of %1").arg(pool.colour);
    const Milliseconds every = making.application.health.every;
    const Milliseconds often = making.monitoring.every;
    const QString idle = QStringLiteral("too few user requests in the last minute");
    making.number(pool.colour + QStringLiteral(" up"), pool.up, "count", source, at, every);
    making.out.last().normal = NormalRange{.least = double(pool.instances.size())};
    making.number(pool.colour + QStringLiteral(" warm"), pool.warm, "count", source, at, every);
    making.out.last().normal = NormalRange{.least = double(pool.instances.size())};
    making.words(pool.colour + QStringLiteral(" build"), pool.build, source, at, every,
                 QStringLiteral("its build is not known"));
    making.number(pool.colour + QStringLiteral(" error rate"), pool.errorRate, "ratio", source, at,
                  often, idle, making.monitoring.rollbackAboveErrorRate);
    making.number(pool.colour + QStringLiteral(" p95"), pool.p95, "ms", source, at, often, idle,
                  making.monitoring.latencyP95
                      ? std::optional<double>(double(making.monitoring.latencyP95->count()))
                      : std::nullopt);
    making.number(pool.colour + QStringLiteral(" requests"), pool.requestsPerSecond, "/s", source,
                  at, often, idle);
}

} // namespace

Reading numberReading(const QString &name, std::optional<double> value, const QString &unit,
                      const QString &source, const QDateTime &at, Milliseconds interval,
                      const QString &whyNot)
{
    Reading out{
        .name = name, .unit = unit, .source = source, .observedAt = at, .interval = interval};
    out.state = !at.isValid() ? ReadingState::Unknown
                : value       ? ReadingState::Fresh
                              : ReadingState::Absent;
    if (value)
        out.value = *value;
    else
        out.reason = whyNot;
    return out;
}

Reading textReading(const QString &name, const QString &value, const QString &source,
                    const QDateTime &at, Milliseconds interval, const QString &whyNot)
{
    Reading out{.name = name, .source = source, .observedAt = at, .interval = interval};
    out.state = value.isEmpty() || !at.isValid() ? ReadingState::Unknown : ReadingState::Fresh;
    if (value.isEmpty())
        out.reason = whyNot;
    else
        out.value = value;
    return out;
}

QList<Reading> poolsReadings(const PoolsView &view, const ApplicationPlan &application,
                             const MonitoringPlan &monitoring)
{
    Making making{.application = application, .monitoring = monitoring};
    qsizetype instances = 0;
    QDateTime newest;
    for (const PoolView &pool : view.pools) {
        instances += pool.instances.size();
        for (const InstanceView &one : pool.instances)
            newest = std::max(newest, one.lookedAt);
    }
    making.few = instances <= fewInstances;
    const Milliseconds every =
        std::max<Milliseconds>(application.health.every, std::chrono::seconds(2));
    if (!application.entry.isEmpty()) {
        const QString why = view.entryWhy.isEmpty()
                                ? QStringLiteral("no answer belongs to an instance of the plan")
                                : view.entryWhy;
        making.words(QStringLiteral("serving"), view.serving, view.entry, view.countedAt, every,
                     why);
        making.number(QStringLiteral("entry answers"), view.answersCounted, "count", view.entry,
                      view.countedAt, every);
        making.number(QStringLiteral("entry failed"), view.answersFailed, "count", view.entry,
                      view.countedAt, every, {}, 0.0);
        if (view.pools.size() > 1 && !view.serving.isEmpty() &&
            view.serving != QLatin1String("mixed")) {
            const QString none = noWayBack(view);
            making.words(QStringLiteral("way back"),
                         none.isEmpty() ? QStringLiteral("yes") : QStringLiteral("none: ") + none,
                         view.entry, view.countedAt, every);
        }
    }
    for (const PoolView &pool : view.pools) {
        addPool(making, pool, newest);
        for (qsizetype i = 0; i < pool.instances.size(); ++i)
            addInstance(making, QStringLiteral("%1-%2").arg(pool.colour).arg(i + 1),
                        pool.instances.at(i));
    }
    return making.out;
}

} // namespace understudy
