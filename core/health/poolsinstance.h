// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/poolsmetrics.h"
#include "core/health/poolsview.h"
#include "core/systems/http/httpconnection.h"

namespace understudy {

/// What can be said of an answer, in the four states that are kept apart.
InstanceView::Answer answerOf(const Result<HttpReply> &outcome);
QString answerName(
    InstanceView::Answer answer); ///< "ok", "503", "refused", "no answer", "broken", "unknown"
/// A text field of a small JSON body, dots for depth; empty when it is not there.
QString jsonField(const QByteArray &body, const QString &field);

/// Looks at one instance. Liveness goes over a connection of its own, so that nothing delays it;
/// start time and metrics follow each other over a second one, so that both come from one worker;
/// readiness, which may hang for a minute when a dependency is silent, over a fresh third.
class PoolsInstance : public QObject
{
    Q_OBJECT
public:
    PoolsInstance(const PoolInstance &plan, const ApplicationPlan &application,
                  const MonitoringPlan &monitoring, const QList<CostLimit> &cost,
                  const Clock &clock, QObject *parent);

    void start(
        Milliseconds phase); ///< looks at once, then every interval, the second time after `phase`
    void stop();
    void lookNow(); ///< at everything, readiness included
    void askStartTime(bool freshConnection);

    const InstanceView &view() const { return m_view; }
    const PoolsMetrics &metrics() const { return m_metrics; }
    bool isLookedAt() const; ///< live and startup have each been answered or given up once

signals:
    void answersChanged(); ///< another answer than before, or another process
    void looked();         ///< any look has ended; after answersChanged when both
    void metricsLooked();
    void requestAnswered(); ///< one of its own requests was answered, so the instance has counted it

private:
    void tick();
    void lookLive();
    void lookReady();
    void scrape();
    void liveAnswered(const Result<HttpReply> &outcome);
    void startupAnswered(const Result<HttpReply> &outcome);
    void readyAnswered(const Result<HttpReply> &outcome);
    void metricsAnswered(const Result<HttpReply> &outcome);
    void buildAnswered(const Result<HttpReply> &outcome);
    void noteOwn(const Result<HttpReply> &outcome);
    void noteProcess(const QString &startTime);
    void noteClock(const HttpReply &reply);
    void processGone(const Result<HttpReply> &outcome);
    void askBuild();
    HttpRequest request(const QString &path, Milliseconds deadline,
                        qint64 bodyLimit = 256 * 1024) const;

    PoolInstance m_plan;
    const ApplicationPlan &m_application;
    const MonitoringPlan &m_monitoring;
    const Clock &m_clock;
    HttpRequest m_liveRequest;
    Milliseconds m_tickLength;
    QTimer m_tick, m_secondScrape;
    HttpConnection m_live, m_scrape, m_ready;
    Milliseconds m_liveDue{0}, m_scrapeDue{0}, m_readyDue{0};
    bool m_liveBusy = false, m_scrapeBusy = false, m_readyBusy = false, m_startupBusy = false;
    bool m_startupAsked = false; ///< answered or given up once
    int m_scrapes = 0;
    qint64 m_uptime = -1;
    quint64 m_startupConnection = 0; ///< over which the newest start time came
    QHash<QString, Milliseconds> m_processSeen;
    InstanceView m_view;
    PoolsMetrics m_metrics;
};

} // namespace understudy
