// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/systems/redis/redislinktiming.h"
#include "core/systems/redis/redistarget.h"
#include "core/systems/redis/respreader.h"

#include <QDeadlineTimer>
#include <QObject>
#include <QSslSocket>
#include <QTimer>

#include <functional>

namespace understudy {

/// A kept connection to one Redis or Sentinel on a thread with an event loop; never blocks. A target's
/// tunnel is used, not opened: while it is down an attempt fails for its reason. Calls are
/// pipelined and answered in order. It connects again by itself; a call that passes its deadline, and
/// whatever breaks the protocol or its bounds, ends the connection with the reason.
/// Signals: ready() once a connection is let in (and subscribed, if asked), lost() once when it ends or
/// an attempt fails; lost() comes after the answers of the calls that it ended.
class RedisLink : public QObject
{
    Q_OBJECT
public:
    using Answer = std::function<void(const Result<RespValue> &)>;

    explicit RedisLink(const RedisTarget &target, const RedisLinkTiming &timing = {}, QObject *parent = nullptr);
    ~RedisLink() override;

    /// Connects, and from then on again after every loss. To be told before start().
    void subscribeTo(const QList<QByteArray> &patterns) { m_patterns = patterns; }
    void start();
    /// No signal and no answer after it; start() may follow.
    void stop();

    bool isReady() const { return m_state == State::Ready; }
    /// Why it is not ready; empty when it is, or was not tried yet.
    const std::optional<Error> &fault() const { return m_fault; }

    /// `answer` is called exactly once, unless the link is stopped or destroyed first: from here when
    /// the link waits for its next attempt, else later. While a connection is being made calls wait
    /// for it. An error reply is a value. Not for a link with a subscription. An answer may stop the
    /// link, but not destroy it.
    void call(const QList<QByteArray> &command, Milliseconds deadline, Answer answer);

signals:
    void ready();
    void lost(const understudy::Error &error);
    /// A message of the subscription, as it arrives.
    void pushed(const QByteArray &channel, const QByteArray &text);

private:
    /// Again: it worked a moment ago; the next attempt follows at once, and calls wait for it.
    /// Reaching: ssh has been asked to connect further on.
    enum class State { Stopped, Waiting, Again, Reaching, Connecting, HandShaking, Subscribing, Ready };
    struct Call
    {
        QList<QByteArray> command;
        QDeadlineTimer until;
        Milliseconds deadline{0};
        Answer answer;
    };
    void connectNow();
    void reach();
    void reached();
    void notReached();
    void socketConnected();
    void shakeHands();
    void handShaken(const RespValue &reply);
    void becomeReady();
    void read();
    void take(const RespValue &reply);
    void takePushed(const RespValue &message);
    void write(const Call &call);
    void ping();
    void watchDeadlines();
    void deadlinePassed();
    void socketFailed();
    void socketClosed();
    void breakOff(const Error &error);
    bool isSubscriber() const { return !m_patterns.isEmpty(); }

    RedisTarget m_target;
    RedisLinkTiming m_timing;
    QList<QByteArray> m_patterns;
    State m_state = State::Stopped;
    std::unique_ptr<QSslSocket> m_socket;
    std::unique_ptr<RespReader> m_reader;
    QList<Call> m_calls; ///< sent when ready, else waiting to be; oldest first
    QDeadlineTimer m_connectUntil{QDeadlineTimer::Forever};
    QDeadlineTimer m_pongUntil{QDeadlineTimer::Forever};
    QTimer m_retry, m_deadlines, m_pinger;
    Milliseconds m_nextRetry{0};
    bool m_insideReply = false;
    std::optional<Error> m_fault;
};

} // namespace understudy
