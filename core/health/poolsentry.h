// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "core/systems/http/httpconnection.h"

namespace understudy {

/// One counted answer through the address that users call.
struct EntryAnswer
{
    QDateTime at;
    QString startTime;                      ///< of the process that answered; empty: none did
    QString failure;                        ///< why none did, in words
    ErrorCode code = ErrorCode::HttpStatus; ///< of the failure
    bool operator==(const EntryAnswer &) const = default;
};

/// Asks the entry who serves: an odd number of requests a round (workers behind one port take
/// turns), each over a fresh connection (a kept one would go on reaching the old colour after a
/// switch), of /health/startup (exempt from the platform's request limits).
class PoolsEntry : public QObject
{
    Q_OBJECT
public:
    PoolsEntry(const ApplicationPlan &application, const Clock &clock, QObject *parent);

    void start();
    void stop();
    void lookNow();
    /// The newest answers, oldest first, at most one round's worth.
    const QList<EntryAnswer> &answers() const { return m_answers; }
    bool isLookedAt() const { return m_rounds > 0; }

    static constexpr int round = 5;

signals:
    void counted(); ///< after every answer

private:
    void ask();
    void answered(const Result<HttpReply> &outcome);

    const Clock &m_clock;
    HttpRequest m_request;
    QTimer m_timer;
    Milliseconds m_every;
    HttpConnection m_connection;
    QList<EntryAnswer> m_answers;
    int m_toAsk = 0;
    int m_rounds = 0;
    bool m_busy = false;
};

} // namespace understudy
