// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/prometheuswatch.h"

#include "core/health/poolsreadings.h"

#include <QUrl>
#include <QUrlQuery>

namespace understudy {

using namespace std::chrono_literals;

namespace {

constexpr Milliseconds askedEvery = 15s;
constexpr Milliseconds prometheusAnswer = 5s;
constexpr qint64 mostPrometheus = 4'000'000;
constexpr Milliseconds pastWindow = 1h, pastStep = 30s, pastEvery = 60s;

QString encoded(const QString &query) { return QString::fromLatin1(QUrl::toPercentEncoding(query)); }

QUrlQuery asked(const QString &query) { return QUrlQuery{{QStringLiteral("query"), encoded(query)}}; }

/// The status or what kept the answer away, in words.
QString troubleWith(const Result<HttpReply> &reply)
{
    if (!reply)
        return reply.error().message;
    return QStringLiteral("answers %1").arg(reply->status);
}

} // namespace

PrometheusWatch::PrometheusWatch(const MonitoringPlan &monitoring, const QList<QByteArray> &ownRoutes, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_monitoring(monitoring)
    , m_clock(clock)
{
    QStringList matchers;
    for (const QByteArray &route : ownRoutes)
        matchers.append(QStringLiteral("route!=\"%1\"").arg(QString::fromUtf8(route).replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""))));
    m_users = matchers.join(QLatin1Char(','));
    m_tick.setInterval(askedEvery);
    connect(&m_tick, &QTimer::timeout, this, &PrometheusWatch::lookNow);
}

void PrometheusWatch::start()
{
    m_tick.start();
    lookNow();
}

void PrometheusWatch::stop()
{
    m_tick.stop();
    m_prometheus.abort();
    m_manager.abort();
}

QString PrometheusWatch::errorRateQuery() const
{
    const QString all = m_monitoring.metricsPrefix + QStringLiteral("http_requests_total");
    // Where nothing has ever failed there is no such series: that is no failure, and not no answer.
    return QStringLiteral("(sum(rate(%1{status_code=~\"5..\"%2}[5m])) or vector(0)) / sum(rate(%1{%3}[5m]))")
        .arg(all, m_users.isEmpty() ? QString() : QLatin1Char(',') + m_users, m_users);
}

QString PrometheusWatch::p95Query() const
{
    return QStringLiteral("histogram_quantile(0.95, sum by (le) (rate(%1http_request_duration_ms_bucket{%2}[5m])))")
        .arg(m_monitoring.metricsPrefix, m_users);
}

void PrometheusWatch::ask(const QString &base, const QString &path, const QUrlQuery &words, Then then)
{
    QUrl url(base);
    url.setPath(url.path().endsWith(QLatin1Char('/')) ? url.path().chopped(1) + path : url.path() + path);
    if (!words.isEmpty())
        url.setQuery(words);
    HttpConnection &connection = base == m_monitoring.prometheus ? m_prometheus : m_manager;
    connection.get({.url = url, .deadline = prometheusAnswer, .bodyLimit = mostPrometheus}, std::move(then));
}

void PrometheusWatch::askPast()
{
    const Milliseconds now = m_clock.monotonic();
    if (m_pastAskedAt && now - *m_pastAskedAt < pastEvery)
        return;
    m_pastAskedAt = now;
    const qint64 end = m_clock.now().toSecsSinceEpoch();
    const qint64 start = end - std::chrono::duration_cast<std::chrono::seconds>(pastWindow).count();
    const QUrlQuery words{{QStringLiteral("query"), encoded(errorRateQuery())},
                          {QStringLiteral("start"), QString::number(start)},
                          {QStringLiteral("end"), QString::number(end)},
                          {QStringLiteral("step"), QString::number(std::chrono::duration_cast<std::chrono::seconds>(pastStep).count())}};
    ask(m_monitoring.prometheus, QStringLiteral("/api/v1/query_range"), words, [this](const Result<HttpReply> &reply) {
        // Without it the console has its own curve; why Prometheus is silent stands at its figures.
        const Result<QList<QList<prometheus::Sample>>> series = reply && reply->status == 200 ? prometheus::series(reply->body, m_monitoring.prometheus)
                                                                                               : Result<QList<QList<prometheus::Sample>>>(QList<QList<prometheus::Sample>>());
        if (!series || series->size() != 1) { // a sum is one series
            m_pastAskedAt.reset(); // nothing yet: with the next look
            return;
        }
        m_past.clear();
        for (const prometheus::Sample &one : series->first()) {
            if (one.value)
                m_past.append({one.at.toMSecsSinceEpoch(), *one.value});
        }
        emit looked();
    });
}

bool PrometheusWatch::isLookedAt() const
{
    return m_alertsAsked && (m_monitoring.prometheus.isEmpty() || (m_errors.isAsked && m_p95.isAsked));
}

void PrometheusWatch::take(Figure &figure, const Result<HttpReply> &reply, const QString &empty)
{
    figure.isAsked = true;
    if (!reply || (reply->status != 200 && reply->status != 400 && reply->status != 422)) {
        figure.why = QStringLiteral("Prometheus: %1").arg(troubleWith(reply));
        return;
    }
    const Result<QList<prometheus::Sample>> samples = prometheus::samples(reply->body, m_monitoring.prometheus);
    if (!samples) {
        figure.why = samples.error().text();
        return;
    }
    figure.value = samples->isEmpty() ? std::nullopt : samples->first().value;
    figure.at = samples->isEmpty() ? m_clock.now() : samples->first().at;
    figure.why = figure.value ? QString() : empty;
}

void PrometheusWatch::lookNow()
{
    if (m_prometheus.isBusy() || m_manager.isBusy())
        return;
    if (!m_monitoring.prometheus.isEmpty()) {
        ask(m_monitoring.prometheus, QStringLiteral("/api/v1/query"), asked(errorRateQuery()), [this](const Result<HttpReply> &reply) {
            take(m_errors, reply, QStringLiteral("Prometheus has no request of the last 5 minutes"));
            emit looked();
        });
        ask(m_monitoring.prometheus, QStringLiteral("/api/v1/query"), asked(p95Query()), [this](const Result<HttpReply> &reply) {
            take(m_p95, reply, QStringLiteral("Prometheus has no buckets of the last 5 minutes; the platform's own configuration drops them"));
            emit looked();
        });
        askPast();
    }
    const bool managed = !m_monitoring.alertmanager.isEmpty();
    const QString server = managed ? m_monitoring.alertmanager : m_monitoring.prometheus;
    ask(server, managed ? QStringLiteral("/api/v2/alerts") : QStringLiteral("/api/v1/alerts"), {}, [this, managed, server](const Result<HttpReply> &reply) {
        const Result<QList<prometheus::Alert>> alerts = !reply || reply->status != 200 ? Result<QList<prometheus::Alert>>(fail(ErrorCode::HttpStatus, troubleWith(reply)))
                                                        : managed                      ? prometheus::managedAlerts(reply->body, server)
                                                                                       : prometheus::alerts(reply->body, server);
        m_alertsWhy = alerts ? QString() : alerts.error().message;
        m_alerts = alerts ? *alerts : m_alerts;
        m_alertsAt = alerts ? m_clock.now() : m_alertsAt;
        m_alertsAsked = true;
        emit looked();
    });
    if (managed) {
        ask(server, QStringLiteral("/api/v2/silences"), {}, [this, server](const Result<HttpReply> &reply) {
            const Result<int> active = !reply || reply->status != 200 ? Result<int>(fail(ErrorCode::HttpStatus, troubleWith(reply))) : prometheus::activeSilences(reply->body, server);
            m_silences.why = active ? QString() : active.error().message;
            m_silences.value = active ? std::optional<double>(*active) : std::nullopt;
            m_silences.at = active ? m_clock.now() : m_silences.at;
            emit looked();
        });
    }
}

Reading PrometheusWatch::readingOf(const QString &name, const Figure &figure, const QString &unit) const
{
    const bool manager = &figure == &m_silences;
    return numberReading(name, figure.value, unit, manager ? m_monitoring.alertmanager : m_monitoring.prometheus, figure.at, askedEvery, figure.why);
}

QList<Reading> PrometheusWatch::readings() const
{
    QList<Reading> all;
    if (!m_monitoring.prometheus.isEmpty()) {
        all.append(readingOf(QStringLiteral("prometheus error rate"), m_errors, QStringLiteral("ratio")));
        all.append(readingOf(QStringLiteral("prometheus p95"), m_p95, QStringLiteral("ms")));
    }
    const QString source = m_monitoring.alertmanager.isEmpty() ? m_monitoring.prometheus : m_monitoring.alertmanager;
    Reading alerts{.name = QStringLiteral("alerts"), .source = source, .observedAt = m_alertsAt, .interval = askedEvery, .reason = m_alertsWhy};
    if (m_alertsAt.isValid())
        alerts.value = prometheus::alertWords(m_alerts);
    alerts.state = alerts.stateAt(m_clock.now());
    if (m_alertsAt.isValid() && m_alertsWhy.isEmpty())
        alerts.state = ReadingState::Fresh;
    all.append(alerts);
    if (!m_monitoring.alertmanager.isEmpty())
        all.append(readingOf(QStringLiteral("silences"), m_silences, QStringLiteral("count")));
    return all;
}

QList<prometheus::Alert> PrometheusWatch::firing() const
{
    QList<prometheus::Alert> loud;
    const bool fresh = m_alertsAt.isValid() && m_alertsAt.msecsTo(m_clock.now()) < 3 * askedEvery.count();
    for (const prometheus::Alert &alert : m_alerts) {
        if (fresh && !alert.silenced)
            loud.append(alert);
    }
    return loud;
}

std::optional<double> PrometheusWatch::errorRate() const
{
    const bool fresh = m_errors.at.isValid() && m_errors.at.msecsTo(m_clock.now()) < 3 * askedEvery.count() && m_errors.why.isEmpty();
    return fresh ? m_errors.value : std::nullopt;
}

} // namespace understudy
