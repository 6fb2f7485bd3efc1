// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/health/redissentinelview.h"
#include "core/health/snapshot.h"
#include "core/systems/redis/redislink.h"

#include <QTimer>

namespace understudy {

/// Watches one Sentinel by two links: one hears its events, one asks it. On the engine thread.
class RedisSentinelWatch : public QObject
{
    Q_OBJECT
public:
    /// With a `fault` (its secret is missing) it is never contacted. `clock` outlives the watch.
    RedisSentinelWatch(const Endpoint &announced, const RedisTarget &target, const QString &masterName,
                       const RedisLinkTiming &timing, const std::optional<Error> &fault, const Clock &clock,
                       QObject *parent);

    void start();
    void stop();
    /// One look at most is under way; asked during one, another follows.
    void look();
    const RedisSentinelView &view() const { return m_view; }

signals:
    void changed();
    /// An event that bears on health: what was known of the nodes is old.
    void nodesMayHaveChanged();
    void happened(const understudy::Event &event);

private:
    struct Round
    {
        Milliseconds began{0};
        quint64 eventsAtStart = 0;
        std::optional<Error> fault;
    };
    void takeMaster(const Result<RespValue> &reply);
    void takeReplicas(const Result<RespValue> &reply);
    void takeQuorum(const Result<RespValue> &reply);
    void takeInfo(const Result<RespValue> &reply);
    void endLook();
    void hear(const QByteArray &channel, const QByteArray &text);
    void hearAgain();
    void deafen(const Error &error);
    void tell(const QString &name, const QString &text, Event::Weight weight);

    const QString m_masterName;
    const Milliseconds m_deadline;
    const Clock &m_clock;
    std::optional<Error> m_forbidden;
    RedisSentinelView m_view;
    RedisLink m_events, m_questions;
    Round m_round;
    quint64 m_eventCount = 0; ///< those that changed the view
    bool m_looking = false;
    bool m_lookAgain = false;
    bool m_wasDeaf = false;
    QString m_lastEvent; ///< name and text, to drop a repetition within a second
    QDateTime m_lastEventAt;
};

} // namespace understudy
