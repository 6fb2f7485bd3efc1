// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/reading.h"
#include "core/plan/plan.h"
#include "core/systems/http/httpconnection.h"
#include "core/systems/prometheus/prometheusanswers.h"

#include <QTimer>

namespace understudy {

/// A second witness beside the console's own counting: what the plan's Prometheus makes of the same series over five
/// minutes, and what it or its Alertmanager alarms about. It decides nothing alone. Engine thread.
class PrometheusWatch : public QObject
{
    Q_OBJECT
public:
    PrometheusWatch(const MonitoringPlan &monitoring, const Clock &clock, QObject *parent = nullptr);
    void start();
    void stop();
    void lookNow();
    /// "prometheus error rate", "prometheus p95", "alerts", and with an Alertmanager "silences".
    QList<Reading> readings() const;
    /// Those that are firing and that nobody has silenced; empty too when it cannot be told.
    QList<prometheus::Alert> firing() const;
    std::optional<double> errorRate() const; ///< fresh, else nothing
    bool isLookedAt() const { return m_isLookedAt; } ///< everything was answered or given up once

    /// Queries over the series of `prefix`.
    static QString errorRateQuery(const QString &prefix);
    static QString p95Query(const QString &prefix);

signals:
    void looked();

private:
    struct Figure
    {
        std::optional<double> value;
        QDateTime at; ///< as the server says
        QString why = QStringLiteral("not asked yet");
    };
    void ask(const QString &base, const QString &path, const QString &query, std::function<void(const Result<HttpReply> &)> then);
    void take(Figure &figure, const Result<HttpReply> &reply, const QString &empty);
    Reading readingOf(const QString &name, const Figure &figure, const QString &unit) const;

    const MonitoringPlan &m_monitoring;
    const Clock &m_clock;
    HttpConnection m_prometheus, m_manager;
    QTimer m_tick;
    Figure m_errors, m_p95, m_silences;
    QList<prometheus::Alert> m_alerts;
    QDateTime m_alertsAt;
    bool m_isLookedAt = false;
    QString m_alertsWhy = QStringLiteral("not asked yet");
};

} // namespace understudy
