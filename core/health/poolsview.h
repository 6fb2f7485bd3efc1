// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/erroralarm.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace understudy {

/// A figure of the past, as another system has kept it.
struct TimedFigure
{
    qint64 at = 0; ///< milliseconds since the epoch, UTC
    double value = 0;
    bool operator==(const TimedFigure &) const = default;
};

/// What an instance said of its job queues when it was last asked. They can be dead for good while every
/// health route says healthy.
struct QueuesAnswer
{
    enum class State { Unknown, Alive, Dead };
    State state = State::Unknown;
    QString why; ///< in words, unless alive
    QDateTime at; ///< invalid: not asked yet, or the plan names no queues
    bool operator==(const QueuesAnswer &) const = default;
};

/// One instance of the application, asked directly on its own port.
struct InstanceView
{
    enum class Answer { Unknown, Refused, NoAnswer, Unavailable, Ok, Other }; ///< Unavailable: 503
    QString url;
    QString process;
    Answer live = Answer::Unknown;
    Answer startup = Answer::Unknown;
    Answer ready = Answer::Unknown; ///< asked rarely: see readyAt
    QDateTime readyAt;
    QString startTime;      ///< /health/startup: tells processes apart; empty: not known
    QStringList startTimes; ///< of all its workers met lately, newest first: a cluster has several
    QString build;          ///< empty: not known
    std::optional<double> errorRate; ///< 5xx ratio since the last look
    std::optional<double> p95;       ///< ms
    std::optional<double>
        requestsPerSecond; ///< of users: health endpoints and the metrics page left out
    std::optional<double>
        ownShare; ///< of all its requests, those to health endpoints and the metrics page
    std::optional<double>
        clockSkew;         ///< s its Date header is ahead of this machine, the least that it can be
    double latencyMs = -1; ///< of the last answered /health/live
    QueuesAnswer queues;   ///< asked rarely, like readiness
    QString why;           ///< in words, when not Ok
    QDateTime lookedAt;
    bool operator==(const InstanceView &) const = default;
};

struct PoolView
{
    QString colour;
    QList<InstanceView> instances;
    int up = 0;    ///< instances whose /health/live is 200
    int warm = 0;  ///< and whose /health/startup is 200
    QString build; ///< one value when all agree, "mixed", or empty
    std::optional<double> errorRate, p95, requestsPerSecond; ///< of the last minute
    BurnFigures burn;
    ErrorAlarm alarm; ///< raised: it fails so much that the plan would go back
    /// The console's own requests in the last minute, of all that were counted; nothing when none were.
    std::optional<double> ownShare;
    double requestsJudged = 0; ///< how many user requests errorRate rests on
    int answersCounted = 0;    ///< of the last counted round through the entry
    bool operator==(const PoolView &) const = default;
};

/// Who really serves, counted through the entry address on fresh connections.
struct PoolsView
{
    QString entry;
    QList<PoolView> pools;  ///< in the plan's order
    QString serving;        ///< colour that gave all counted answers; "mixed"; empty: unknown
    QString lastServing;    ///< the colour that last gave all counted answers, as seen from here; empty: none did yet
    bool entryIsReached = false; ///< somebody answered at the entry, were it with an error
    int answersCounted = 0; ///< in the sliding window
    int answersUnknown = 0; ///< answers whose start time belongs to no known instance
    int answersFailed = 0;
    QString entryWhy; ///< of the newest failed answer
    bool entryCannotTell =
        false; ///< every failure is this machine's own: no address, no trusted TLS
    QStringList alerts; ///< names of what the plan's Prometheus or Alertmanager alarms about and nobody has silenced
    /// Error rate of users' requests by the plan's Prometheus, over five minutes each; of the past hour.
    QList<TimedFigure> prometheusErrors;
    QDateTime countedAt;
    BurnFigures burn;               ///< of all pools together
    std::optional<double> ownShare; ///< as of a pool, of all together
    QDateTime redisMoved; ///< when Redis last had another master; requests fail around it; invalid: not seen
    bool operator==(const PoolsView &) const = default;
};

} // namespace understudy
