// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/health/poolsview.h"
#include "core/plan/plan.h"
#include "core/systems/http/httpconnection.h"

#include <QThreadPool>

#include <memory>
#include <vector>

namespace understudy {

class SecretResolver;

/// Asks every instance whether its job queues are alive. They die for good when Redis is away for longer
/// than 0.75 s, while every health route says healthy, so nothing else shows it. Asked as rarely as
/// readiness: the route is one of those that the platform limits to 100 requests in 15 minutes.
///
/// Lives on the engine thread. The token is resolved on a thread of its own, since a keychain may block.
class PoolsQueues : public QObject
{
    Q_OBJECT
public:
    /// Instances are numbered through all pools, in the plan's order. `application` outlives this.
    PoolsQueues(const ApplicationPlan &application, const SecretResolver *secrets, const Clock &clock,
                QObject *parent);
    ~PoolsQueues() override;

    void start();
    void stop();
    void lookNow();
    void lookSoon(); ///< when a client has had time to give up; told often, it looks once
    void lookAt(int number); ///< at one that has just come back
    const QueuesAnswer &answer(int number) const { return m_places[size_t(number)]->answer; }
    bool isLookedAt() const; ///< each has been answered or given up once

signals:
    void looked(int number);

private:
    struct Place
    {
        QString url;
        HttpConnection connection;
        QueuesAnswer answer;
        bool busy = false;
        int deadInRow = 0; ///< answers, while it is not known to be dead yet
    };
    void findToken();
    void answered(int number, const Result<HttpReply> &outcome);

    const ApplicationPlan &m_application;
    const SecretResolver *m_secrets;
    const Clock &m_clock;
    std::vector<std::unique_ptr<Place>> m_places;
    QTimer m_tick, m_soon;
    Secret m_token;
    bool m_running = false, m_tokenFound = false;
    QThreadPool m_worker;
};

/// What a reply says of the queues behind it. Only 200 and a failure of the server's own tell anything:
/// a refused token or a limit that was hit leave it unknown.
QueuesAnswer queuesAnswerOf(const Result<HttpReply> &outcome, const QDateTime &at);

} // namespace understudy
