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

/// The status or what kept the answer away, in words.
QString troubleWith(const Result<HttpReply> &reply)
{
    if (!reply)
        return reply.error().message;
    return QStringLiteral("answers %1").arg(reply->status);
}

} // namespace

PrometheusWatch::PrometheusWatch(const MonitoringPlan &monitoring, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_monitoring(monitoring)
    , m_clock(clock)
{
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

QString PrometheusWatch::errorRateQuery(const QString &prefix)
{
    const QString all = prefix + QStringLiteral("http_requests_total");
    return QStringLiteral("sum(rate(%1{status_code=~\"5..\"}[5m])) / sum(rate(%1[5m]))").arg(all);
}

QString PrometheusWatch::p95Query(const QString &prefix)
{
    return QStringLiteral("histogram_quantile(0.95, sum by (le) (rate(%1http_request_duration_ms_bucket[5m])))").arg(prefix);
}

void PrometheusWatch::ask(const QString &base, const QString &path, const QString &query, std::function<void(const Result<HttpReply> &)> then)
{
    QUrl url(base);
    url.setPath(url.path().endsWith(QLatin1Char('/')) ? url.path().chopped(1) + path : url.path() + path);
    if (!query.isEmpty()) {
        QUrlQuery words;
        words.addQueryItem(QStringLiteral("query"), QString::fromLatin1(QUrl::toPercentEncoding(query)));
        url.setQuery(words);
    }
    HttpConnection &connection = base == m_monitoring.prometheus ? m_prometheus : m_manager;
    connection.get({.url = url, .deadline = prometheusAnswer, .bodyLimit = mostPrometheus}, std::move(then));
}

void PrometheusWatch::take(Figure &figure, const Result<HttpReply> &reply, const QString &empty)
{
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
    const QString prefix = m_monitoring.metricsPrefix;
    if (!m_monitoring.prometheus.isEmpty()) {
        ask(m_monitoring.prometheus, QStringLiteral("/api/v1/query"), errorRateQuery(prefix), [this](const Result<HttpReply> &reply) {
            take(m_errors, reply, QStringLiteral("Prometheus has no request of the last 5 minutes"));
            emit looked();
        });
        ask(m_monitoring.prometheus, QStringLiteral("/api/v1/query"), p95Query(prefix), [this](const Result<HttpReply> &reply) {
            take(m_p95, reply, QStringLiteral("Prometheus has no buckets of the last 5 minutes; the platform's own configuration drops them"));
            emit looked();
        });
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
        m_isLookedAt = true;
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
