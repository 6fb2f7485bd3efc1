// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/health/redisnodeview.h"
#include "core/systems/redis/redislink.h"

namespace understudy {

/// Watches one data node by asking it. On the engine thread.
class RedisNodeWatch : public QObject
{
    Q_OBJECT
public:
    /// With a `fault` (its secret is missing) it is never contacted. `clock` outlives the watch.
    RedisNodeWatch(const Endpoint &announced, const RedisTarget &target, const RedisLinkTiming &timing,
                   const std::optional<Error> &fault, const Clock &clock, QObject *parent);

    void start();
    void stop();
    /// One look at most is under way; asked during one, another follows.
    void look();
    const RedisNodeView &view() const { return m_view; }

signals:
    void changed();

private:
    void takeInfo(const Result<RespValue> &reply);
    void takeReplication(const RedisInfo &info);
    void takeRole(const Result<RespValue> &reply);
    void takeTime(const Result<RespValue> &reply);
    void note(const Error &fault);
    void endLook();
    void followOffset(const QDateTime &now);

    const Milliseconds m_deadline;
    const Clock &m_clock;
    std::optional<Error> m_forbidden;
    RedisNodeView m_view;
    RedisNodeView m_next; ///< being filled by the look under way
    RedisLink m_link;
    Milliseconds m_began{0};
    qint64 m_offset = -1; ///< when it last answered
    QDateTime m_offsetAt;
    QString m_offsetOf;     ///< its run id
    double m_rate = 0;      ///< bytes a millisecond between the last two answers
    qint64 m_comeTo = -1;   ///< see RedisNode::comeTo
    std::optional<Error> m_lastFault; ///< of this look
    bool m_knowsRole = false;
    bool m_looking = false;
    bool m_lookAgain = false;
};

} // namespace understudy
