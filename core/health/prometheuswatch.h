// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsview.h"
#include "core/health/reading.h"
#include "core/plan/plan.h"
#include "core/systems/http/httpconnection.h"
#include "core/systems/prometheus/prometheusanswers.h"

#include <QTimer>
#include <QUrlQuery>

namespace understudy {

/// A second witness beside the console's own counting: what the plan's Prometheus makes of the same series over five
/// minutes, and what it or its Alertmanager alarms about. It decides nothing alone. Engine thread.
class PrometheusWatch : public QObject
{
    Q_OBJECT
public:
    /// Requests to `ownRoutes` are left out of its figures, as they are of the console's own.
    PrometheusWatch(const MonitoringPlan &monitoring, const QList<QByteArray> &ownRoutes, const Clock &clock, QObject *parent = nullptr);
    void start();
    void stop();
    void lookNow();
    /// "prometheus error rate", "prometheus p95", "alerts", and with an Alertmanager "silences".
    QList<Reading> readings() const;
    /// Those that are firing and that nobody has silenced; empty too when it cannot be told.
    QList<prometheus::Alert> firing() const;
    static constexpr Milliseconds window{300'000}; ///< that its figures are of
    std::optional<double> errorRate() const; ///< fresh, else nothing
    QDateTime errorRateAt() const { return m_errors.at; } ///< as the server says
    /// The error rate of the past hour, a point each half a minute: what happened before this console was opened.
    QList<TimedFigure> past() const { return m_past; }
    bool isLookedAt() const; ///< everything was answered or given up once


signals:
    void looked();

private:
    struct Figure
    {
        std::optional<double> value;
        QDateTime at; ///< as the server says
        QString why = QStringLiteral("not asked yet");
        bool isAsked = false; ///< answered or given up
    };
    using Then = std::function<void(const Result<HttpReply> &)>;
    void ask(const QString &base, const QString &path, const QUrlQuery &words, Then then);
    void askPast();
    QString errorRateQuery() const;
    QString p95Query() const;
    void take(Figure &figure, const Result<HttpReply> &reply, const QString &empty);
    Reading readingOf(const QString &name, const Figure &figure, const QString &unit) const;

    const MonitoringPlan &m_monitoring;
    const Clock &m_clock;
    QString m_users; ///< matchers of users' requests: "route!="/health/live",…"
    HttpConnection m_prometheus, m_manager;
    QTimer m_tick;
    Figure m_errors, m_p95, m_silences;
    QList<TimedFigure> m_past;
    std::optional<Milliseconds> m_pastAskedAt; ///< monotonic
    QList<prometheus::Alert> m_alerts;
    QDateTime m_alertsAt;
    bool m_alertsAsked = false;
    QString m_alertsWhy = QStringLiteral("not asked yet");
};

} // namespace understudy
